package io.varve.block;

import static io.varve.block.ChunkSegmentFormat.CHECKSUM_LENGTH;
import static io.varve.block.ChunkSegmentFormat.ENCODING_LENGTH;
import static io.varve.block.ChunkSegmentFormat.HEADER_LENGTH;
import static io.varve.block.ChunkSegmentFormat.MAX_LENGTH_LENGTH;
import static io.varve.block.ChunkSegmentFormat.MAX_PAYLOAD;

import io.varve.chunk.ChunkBuffer;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Reads chunks of one block from its mapped segments, see {@link ChunkSegmentFormat}. Thread-safe;
/// valid as long as the arena it was opened with.
final class ChunkSegmentReader {
  private static final VarHandle INT_BE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final Path directory;
  private final List<MappedFile> segments;

  private ChunkSegmentReader(Path directory, List<MappedFile> segments) {
    this.directory = directory;
    this.segments = List.copyOf(segments);
  }

  /// Maps all segments in {@code directory}.
  ///
  /// @param arena owner of the mappings, stays the caller's
  static ChunkSegmentReader open(Disk disk, Path directory, Arena arena) throws IOException {
    ChunkSegmentReader reader = openUnchecked(disk, directory, arena);
    reader.segments.forEach(ChunkSegmentReader::checkHeader);
    return reader;
  }

  /// As {@link #open}, whatever the headers are.
  static ChunkSegmentReader openUnchecked(Disk disk, Path directory, Arena arena)
      throws IOException {
    var segments = new ArrayList<MappedFile>();
    for (String name : disk.list(directory)) {
      if (ChunkSegmentFormat.isSegment(name)) {
        segments.add(disk.map(directory.resolve(name), arena));
      }
    }
    return new ChunkSegmentReader(directory, segments);
  }

  Path directory() {
    return directory;
  }

  List<MappedFile> segments() {
    return segments;
  }

  static void checkHeader(MappedFile segment) {
    int magic = segment.getInt(0);
    if (magic != ChunkSegmentFormat.MAGIC) {
      throw new CorruptionException(
          segment.file(),
          0,
          "starts with %08x, not with %08x".formatted(magic, ChunkSegmentFormat.MAGIC));
    }
    int version = segment.getByte(ChunkSegmentFormat.VERSION_OFFSET);
    if (version != ChunkSegmentFormat.VERSION) {
      throw new CorruptionException(
          segment.file(),
          ChunkSegmentFormat.VERSION_OFFSET,
          "has version " + version + "; known is " + ChunkSegmentFormat.VERSION);
    }
    if (segment.size() < HEADER_LENGTH) {
      throw new CorruptionException(segment.file(), segment.size(), "ends within the header");
    }
  }

  /// Bytes of all segments.
  long sizeBytes() {
    return segments.stream().mapToLong(MappedFile::size).sum();
  }

  /// Copies a chunk and checks the copy, once.
  ///
  /// @throws CorruptionException if there is no chunk at {@code ref} or its checksum is wrong
  void read(long ref, ChunkBuffer target) {
    MappedFile segment = segment(ref);
    long at = ChunkSegmentFormat.offset(ref);
    if (at < HEADER_LENGTH) {
      throw new CorruptionException(segment.file(), at, "a chunk is said to start in the header");
    }
    long length = 0;
    long payload = at;
    for (int shift = 0; ; shift += 7) {
      byte b = segment.getByte(payload++);
      length |= (b & 0x7fL) << shift;
      if (b >= 0) {
        break;
      }
      if (payload - at == MAX_LENGTH_LENGTH) {
        throw new CorruptionException(
            segment.file(), at, "the length of a chunk has too many bytes");
      }
    }
    copy(segment, at, payload, length, target);
  }

  private MappedFile segment(long ref) {
    int number = ChunkSegmentFormat.segment(ref);
    if (number < 0 || number >= segments.size()) {
      throw new CorruptionException(
          directory,
          -1,
          "chunk reference %016x needs segment %d, but there are %d"
              .formatted(ref, Integer.toUnsignedLong(number), segments.size()));
    }
    return segments.get(number);
  }

  /// @param at offset of the chunk
  /// @param encodingAt offset of its encoding
  private static void copy(
      MappedFile segment, long at, long encodingAt, long length, ChunkBuffer target) {
    long left = segment.size() - encodingAt - ENCODING_LENGTH - CHECKSUM_LENGTH;
    if (length > left || length > MAX_PAYLOAD) {
      throw new CorruptionException(
          segment.file(),
          at,
          "a chunk of " + length + " bytes, but " + Math.min(left, MAX_PAYLOAD) + " are possible");
    }
    byte encoding = segment.getByte(encodingAt);
    int size = (int) length;
    // The checksum comes along in the slack behind the payload: one copy for both.
    byte[] bytes = target.prepare(encoding, size);
    segment.copy(encodingAt + ENCODING_LENGTH, bytes, 0, size + CHECKSUM_LENGTH);
    var crc = new CRC32C();
    crc.update(encoding);
    crc.update(bytes, 0, size);
    int stored = (int) INT_BE.get(bytes, size);
    if ((int) crc.getValue() != stored) {
      throw new CorruptionException(
          segment.file(),
          at,
          "a chunk has the checksum %08x, but its bytes give %08x"
              .formatted(stored, (int) crc.getValue()));
    }
  }
}
