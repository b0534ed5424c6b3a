package io.varve.wal;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/// A segment open for writing.
///
/// An embedder may interrupt a thread that commits, and that closes the file below for all others
/// too. So a call that finds the file closed, in a thread that is not itself interrupted, opens it
/// again and repeats: writes say where they go, so twice is as good as once.
///
/// Thread-safe.
final class SegmentFile implements Closeable {
  private final Disk disk;
  private final Path path;
  private final int number;
  private final ReentrantLock reopening = new ReentrantLock();
  private volatile DiskFile file;
  private volatile boolean closed;

  private SegmentFile(Disk disk, Path path, int number, DiskFile file) {
    this.disk = disk;
    this.path = path;
    this.number = number;
    this.file = file;
  }

  /// Creates an empty segment whose name is durable.
  static SegmentFile create(Disk disk, Path directory, int number) throws IOException {
    Path path = WalFormat.segment(directory, number);
    DiskFile file = createEmpty(disk, path);
    try {
      disk.syncDirectory(directory);
    } catch (IOException e) {
      try (file) {
        throw e;
      }
    }
    return new SegmentFile(disk, path, number, file);
  }

  /// Opens a segment that is there.
  static SegmentFile open(Disk disk, Segments.Segment segment) throws IOException {
    Path path = segment.file();
    return new SegmentFile(disk, path, segment.number(), disk.openForWrite(path));
  }

  /// The file may be there from an attempt that failed after its creation.
  private static DiskFile createEmpty(Disk disk, Path path) throws IOException {
    try {
      return disk.create(path);
    } catch (FileAlreadyExistsException e) {
      DiskFile file = disk.openForWrite(path);
      if (file.size() == 0) {
        return file;
      }
      try (file) {
        throw e;
      }
    }
  }

  int number() {
    return number;
  }

  void write(ByteBuffer source, long position) throws IOException {
    DiskFile used = file;
    int from = source.position();
    try {
      used.write(source, position);
    } catch (ClosedChannelException e) {
      reopen(used, e);
      source.position(from);
      file.write(source, position);
    }
  }

  void sync() throws IOException {
    DiskFile used = file;
    try {
      used.sync();
    } catch (ClosedChannelException e) {
      reopen(used, e);
      file.sync();
    }
  }

  @SuppressWarnings("ReferenceEquality") // another thread may have opened it again already
  private void reopen(DiskFile broken, ClosedChannelException cause) throws IOException {
    reopening.lock();
    try {
      if (closed || Thread.currentThread().isInterrupted()) {
        throw cause;
      }
      if (file == broken) {
        file = disk.openForWrite(path);
      }
    } finally {
      reopening.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }
}
