package io.varve.block;

import static io.varve.block.ChunkSegmentFormat.CHECKSUM_LENGTH;
import static io.varve.block.ChunkSegmentFormat.ENCODING_LENGTH;
import static io.varve.block.ChunkSegmentFormat.HEADER_LENGTH;
import static io.varve.block.ChunkSegmentFormat.MAX_LENGTH_LENGTH;

import io.varve.io.ByteSink;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes the chunk segments of one block one after another, see {@link ChunkSegmentFormat}. Chunks
/// are gathered off the heap and written in batches; a segment is synced when it is full. Confined
/// to one thread.
final class ChunkSegmentWriter implements AutoCloseable {
  private static final int BATCH = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final long segmentLength;
  private final ByteSink batch = ByteSink.offHeap(BATCH);

  private @Nullable DiskFile file;
  private int segments;

  /// Bytes of the segments that are full.
  private long full;

  /// Bytes of the present segment that are in its file; the rest is in the batch.
  private long written;

  /// @param directory for the segments; exists and is empty
  /// @param segmentLength size a segment does not grow beyond, in bytes
  ChunkSegmentWriter(Disk disk, Path directory, long segmentLength) {
    this.disk = disk;
    this.directory = directory;
    this.segmentLength = segmentLength;
  }

  /// Adds a chunk.
  ///
  /// @return its reference for the index
  long write(byte encoding, byte[] bytes, int offset, int length) throws IOException {
    makeRoom(MAX_LENGTH_LENGTH + ENCODING_LENGTH + length + CHECKSUM_LENGTH);
    long ref = ChunkSegmentFormat.ref(segments - 1, segmentPosition());
    batch.putUnsignedVarint(length);
    long checked = batch.position();
    batch.putByte(encoding);
    batch.putBytes(bytes, offset, length);
    batch.putInt(batch.crc32c(checked));
    if (batch.position() >= BATCH) {
      flush();
    }
    return ref;
  }

  private void makeRoom(long length) throws IOException {
    if (file != null && segmentPosition() == HEADER_LENGTH) {
      return;
    }
    if (file == null || segmentPosition() + length > segmentLength) {
      endSegment();
      file = disk.create(directory.resolve(ChunkSegmentFormat.fileName(segments++)));
      written = 0;
      batch.putInt(ChunkSegmentFormat.MAGIC);
      batch.putByte(ChunkSegmentFormat.VERSION);
      batch.putBytes(new byte[ChunkSegmentFormat.PADDING_LENGTH]);
    }
  }

  private long segmentPosition() {
    return written + batch.position();
  }

  private void flush() throws IOException {
    if (file != null) {
      batch.writeTo(file, written);
      written += batch.position();
      batch.clear();
    }
  }

  private void endSegment() throws IOException {
    if (file != null) {
      flush();
      file.sync();
      file.close();
      file = null;
      full += written;
      written = 0;
    }
  }

  /// Bytes of all segments so far.
  long length() {
    return full + segmentPosition();
  }

  /// Writes what is left and syncs it; the directory is left to the caller.
  void finish() throws IOException {
    endSegment();
  }

  /// Without {@link #finish()} before it: gives up and leaves an incomplete segment.
  @Override
  public void close() throws IOException {
    batch.close();
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
