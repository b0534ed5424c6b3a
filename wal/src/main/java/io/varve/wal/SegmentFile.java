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
import java.util.zip.CRC32C;

/// A segment open for writing.
///
/// An embedder may interrupt a thread that commits, and that closes the file below for all others
/// too. So a call that finds the file closed, in a thread that is not itself interrupted, opens it
/// again and repeats: writes say where they go, so twice is as good as once.
///
/// Thread-safe.
final class SegmentFile implements Closeable {
  private static final Written UNKNOWN = new Written(-1, 0);
  private static final int COPY_SIZE = 1 << 20;

  private final Disk disk;
  private final Path path;
  private final int number;
  private final ReentrantLock reopening = new ReentrantLock();
  private volatile DiskFile file;
  private volatile boolean closed;

  /// What it should hold.
  ///
  /// @param length bytes; -1 if that is not known
  /// @param checksum of them
  record Written(long length, long checksum) {
    static final Written NOTHING = new Written(0, 0);
  }

  /// Of all that was written.
  private final CRC32C checksum = new CRC32C();

  /// Known as long as each write followed the one before.
  private volatile Written written = Written.NOTHING;

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

  /// Creates a file that is to take the place of a segment; its name is not durable.
  static SegmentFile createCopy(Disk disk, Segments.Segment segment) throws IOException {
    Path copy = copyOf(segment.file());
    disk.deleteRecursively(copy);
    return new SegmentFile(disk, copy, segment.number(), disk.create(copy));
  }

  /// Deletes such a copy, if there is one.
  static void discardCopy(Disk disk, Segments.Segment segment, IOException cause) {
    try {
      disk.deleteRecursively(copyOf(segment.file()));
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// Has the finished copy take the place of a segment, durably.
  static void replaceByCopy(Disk disk, Path segment) throws IOException {
    disk.rename(copyOf(segment), segment);
    disk.syncDirectory(segment.resolveSibling(""));
  }

  private static Path copyOf(Path segment) {
    return segment.resolveSibling(segment.getFileName() + WalFormat.REPAIR_SUFFIX);
  }

  /// Opens a segment that is there.
  static SegmentFile open(Disk disk, Segments.Segment segment) throws IOException {
    Path path = segment.file();
    var former = new SegmentFile(disk, path, segment.number(), disk.openForWrite(path));
    former.written = UNKNOWN;
    return former;
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
    ByteBuffer again = source.duplicate();
    try {
      used.write(source, position);
    } catch (ClosedChannelException e) {
      reopen(used, e);
      source.position(again.position());
      file.write(source, position);
    }
    note(again, position);
  }

  private void note(ByteBuffer source, long position) {
    if (position == 0) {
      checksum.reset();
    }
    boolean follows = position == 0 || position == written.length;
    long end = position + source.remaining();
    checksum.update(source);
    written = follows ? new Written(end, checksum.getValue()) : UNKNOWN;
  }

  /// What it should hold now.
  Written written() {
    return written;
  }

  /// Notes that it was cut back. What is written next begins anew.
  void cutBack(Written before) {
    written = before;
  }

  /// After a failed sync, of a segment that is written to the end: writes what it has to another
  /// file, syncs that and has it take the place of this one. The system may have dropped pages that
  /// it could not write, so what is read is compared with what was written.
  ///
  /// @throws IOException if that fails, or the segment was not written here and in one go
  void replace() throws IOException {
    Path copy = copyOf(path);
    disk.deleteRecursively(copy);
    try (DiskFile out = disk.create(copy)) {
      copy(out);
      out.sync();
    } catch (IOException e) {
      try {
        disk.deleteRecursively(copy);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    replaceByCopy(disk, path);
  }

  /// What a write that failed may have left behind the rest is left out.
  private void copy(DiskFile out) throws IOException {
    Written expected = written;
    var read = new CRC32C();
    byte[] piece = new byte[COPY_SIZE];
    long at = 0;
    for (int n; at < expected.length; at += n) {
      n = file.read(piece, 0, (int) Math.min(piece.length, expected.length - at), at);
      if (n == 0) {
        break;
      }
      read.update(piece, 0, n);
      out.write(piece, 0, n, at);
    }
    if (at != expected.length || read.getValue() != expected.checksum) {
      throw new IOException(path + ": does not read as it was written");
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
