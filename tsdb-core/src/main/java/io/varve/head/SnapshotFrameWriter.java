package io.varve.head;

import io.varve.io.ByteSink;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.HeapByteSink;
import io.varve.io.Lz4;
import java.io.IOException;
import java.nio.file.Path;

/// Writes the frames of {@link HeadSnapshotFormat}, one at a time. Confined to one thread.
final class SnapshotFrameWriter implements AutoCloseable {
  private final DiskFile file;
  private final HeapByteSink data = ByteSink.onHeap(HeadSnapshotFormat.FULL_FRAME + (64 << 10));
  private final HeapByteSink frame = ByteSink.onHeap(HeadSnapshotFormat.FULL_FRAME + (64 << 10));
  private long position;
  private int frames;

  /// @param path of a file that does not exist
  SnapshotFrameWriter(Disk disk, Path path) throws IOException {
    file = disk.create(path);
    frame.putInt(HeadSnapshotFormat.MAGIC);
    frame.putByte(HeadSnapshotFormat.VERSION);
    frame.align(0, HeadSnapshotFormat.HEADER_LENGTH);
  }

  /// Takes the data of the next frame, until {@link #end}.
  HeapByteSink data() {
    return data;
  }

  boolean isFull() {
    return data.length() >= HeadSnapshotFormat.FULL_FRAME;
  }

  /// Writes what was put as a frame, if there is anything.
  void endIfAny(int kind) throws IOException {
    if (data.length() > 0) {
      end(kind);
    }
  }

  /// Writes what was put as a frame.
  void end(int kind) throws IOException {
    int length = data.length();
    if (length > HeadSnapshotFormat.MAX_FRAME) {
      throw new IOException("a frame of " + length + " bytes is too long");
    }
    int start = frame.length();
    frame.putByte(kind);
    frame.putInt(frames++);
    frame.putInt(length);
    int storedAt = frame.length();
    frame.putInt(0);
    int stored = putStored(length);
    frame.putIntAt(storedAt, stored);
    frame.putInt(frame.crc32c(start));
    frame.writeTo(file, position);
    position += frame.length();
    frame.clear();
    data.clear();
  }

  /// @return bytes stored
  private int putStored(int length) {
    int at = frame.length();
    int most = Lz4.maxCompressedLength(length);
    byte[] target = frame.reserve(most);
    int compressed = Lz4.compress(data.array(), 0, length, target, at);
    if (compressed < length) {
      frame.advanceTo(at + compressed);
      return compressed;
    }
    frame.putBytes(data.array(), 0, length);
    return length;
  }

  /// Bytes written.
  long length() {
    return position;
  }

  void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
