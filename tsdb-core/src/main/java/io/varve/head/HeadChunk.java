package io.varve.head;

import static io.varve.head.HeadChunkFormat.CRC_LENGTH;
import static io.varve.head.HeadChunkFormat.ENCODING_OFFSET;
import static io.varve.head.HeadChunkFormat.LENGTH_OFFSET;
import static io.varve.head.HeadChunkFormat.MAX_TIME_OFFSET;
import static io.varve.head.HeadChunkFormat.MIN_TIME_OFFSET;
import static io.varve.head.HeadChunkFormat.OUT_OF_ORDER_BIT;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.chunk.ChunkEncoding;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.MappedFile;
import io.varve.io.Varint;
import java.nio.file.Path;

/// One chunk of a file of `chunks_head` as it is checked, sound or not. Immutable.
final class HeadChunk {
  /// All that is there of it, at most up to the end of the file.
  private final byte[] bytes;

  private final long offset;

  /// Where the data begins in {@link #bytes}.
  private final int dataOffset;

  /// As the chunk says; -1 if it has none that fits into the file.
  private final int dataLength;

  private HeadChunk(byte[] bytes, long offset, int dataOffset, int dataLength) {
    this.bytes = bytes;
    this.offset = offset;
    this.dataOffset = dataOffset;
    this.dataLength = dataLength;
  }

  /// Reads the chunk at an offset, however damaged it is.
  static HeadChunk read(MappedFile file, long offset) {
    long left = file.size() - offset;
    ByteReader head = file.reader(offset, (int) Math.min(left, LENGTH_OFFSET + Varint.MAX_LENGTH));
    try {
      head.skip(LENGTH_OFFSET);
      long length = head.readUnsignedVarint();
      long room = Math.min(left, Integer.MAX_VALUE) - head.position() - CRC_LENGTH;
      if (length >= 0 && length <= room) {
        int whole = head.position() + (int) length + CRC_LENGTH;
        return new HeadChunk(file.copy(offset, whole), offset, head.position(), (int) length);
      }
    } catch (CorruptionException e) {
      // Cut short, or the length is none.
    }
    return new HeadChunk(head.array(), offset, 0, -1);
  }

  /// Whether its length fits into the file.
  boolean complete() {
    return dataLength >= 0;
  }

  /// Where it begins in the file.
  long offset() {
    return offset;
  }

  /// Bytes read.
  int length() {
    return bytes.length;
  }

  private int crcOffset() {
    return dataOffset + dataLength;
  }

  private ByteReader at(int position, int length) {
    return new ByteReader(bytes, position, length, "", 0);
  }

  private int storedCrc() {
    return at(crcOffset(), CRC_LENGTH).readInt();
  }

  boolean sound() {
    return complete() && storedCrc() == Crc32c.of(bytes, 0, crcOffset());
  }

  /// What is wrong with one that is not {@link #sound}.
  String problem() {
    return complete()
        ? "the checksum of a chunk is wrong"
        : "a chunk reaches past the end of the file";
  }

  /// Whether it ends in the zeros of a file that is longer than what was written to it.
  boolean endsInZeros(MappedFile file) {
    return complete() && storedCrc() == 0 && HeadChunkVerifier.isZero(file, end(), file.size());
  }

  /// Whether a chunk may begin at an offset, by what is cheap to see.
  static boolean mayBegin(MappedFile file, long offset) {
    int encoding = file.getByte(offset + ENCODING_OFFSET) & ~OUT_OF_ORDER_BIT & 0xff;
    return encoding >= ChunkEncoding.XOR
        && encoding <= ChunkEncoding.FLOAT_HISTOGRAM_ST
        && file.getLong(offset + MIN_TIME_OFFSET) <= file.getLong(offset + MAX_TIME_OFFSET);
  }

  /// Offset in the file of what comes after it; only if {@link #complete}.
  long end() {
    return offset + crcOffset() + CRC_LENGTH;
  }

  long series() {
    return at(0, Long.BYTES).readLong();
  }

  long mint() {
    return at(MIN_TIME_OFFSET, Long.BYTES).readLong();
  }

  long maxt() {
    return at(MAX_TIME_OFFSET, Long.BYTES).readLong();
  }

  boolean outOfOrder() {
    return (bytes[ENCODING_OFFSET] & OUT_OF_ORDER_BIT) != 0;
  }

  /// Decodes it to its end.
  ///
  /// @param file for messages
  /// @param buffer takes the payload
  /// @return number of samples
  /// @throws CorruptionException if it does not keep its format, or the times of its samples are
  ///   not in order, or others than it says
  int countSamples(Path file, ChunkBuffer buffer, ChunkCursor cursor) {
    int count = 0;
    long first = 0;
    long last = 0;
    byte encoding = (byte) (bytes[ENCODING_OFFSET] & ~OUT_OF_ORDER_BIT);
    System.arraycopy(bytes, dataOffset, buffer.prepare(encoding, dataLength), 0, dataLength);
    cursor.reset(buffer, file, offset + dataOffset);
    for (; cursor.next(); count++) {
      long t = cursor.timestamp();
      if (count > 0 && t <= last) {
        throw damage(file, "a sample at %d follows one at %d".formatted(t, last));
      }
      first = count == 0 ? t : first;
      last = t;
    }
    if (count == 0 || count != cursor.sampleCount()) {
      throw damage(file, "a chunk has %d samples of %d".formatted(count, cursor.sampleCount()));
    }
    if (first != mint() || last != maxt()) {
      throw damage(
          file,
          "a chunk has samples over [%d, %d], and says [%d, %d]"
              .formatted(first, last, mint(), maxt()));
    }
    return count;
  }

  private CorruptionException damage(Path file, String what) {
    return new CorruptionException(file, offset, what);
  }
}
