package io.varve.head;

import static io.varve.head.HeadSnapshotFormat.CRC_LENGTH;
import static io.varve.head.HeadSnapshotFormat.FRAME_HEADER_LENGTH;
import static io.varve.head.HeadSnapshotFormat.HEADER_LENGTH;
import static io.varve.head.HeadSnapshotFormat.MAX_FRAME;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.Lz4;
import java.io.IOException;
import java.nio.file.Path;

/// Reads the frames of {@link HeadSnapshotFormat}, one at a time. Safe on any bytes. Confined to
/// one thread.
final class SnapshotFrameReader implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Path path;
  private final DiskFile file;
  private final long size;
  private long position = HEADER_LENGTH;
  private int frames;
  private int kind;
  private byte[] frame = NOTHING;
  private byte[] data = NOTHING;
  private final ByteReader reader;

  private SnapshotFrameReader(Path path, DiskFile file) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
    this.reader = new ByteReader(NOTHING, 0, 0, path, 0);
  }

  /// @throws CorruptionException if it does not begin as such a file does
  static SnapshotFrameReader open(Disk disk, Path path) throws IOException {
    DiskFile file = disk.open(path);
    try {
      var reader = new SnapshotFrameReader(path, file);
      reader.checkHeader();
      return reader;
    } catch (IOException | RuntimeException e) {
      try (file) {
        throw e;
      }
    }
  }

  private void checkHeader() throws IOException {
    byte[] header = new byte[HEADER_LENGTH];
    int read = file.read(header, 0, header.length, 0);
    reader.reset(header, 0, read, path, 0);
    int magic = reader.readInt();
    int version = reader.readByte();
    if (magic != HeadSnapshotFormat.MAGIC || version != HeadSnapshotFormat.VERSION) {
      throw new CorruptionException(
          path, 0, "magic " + Integer.toHexString(magic) + " and version " + version);
    }
    while (reader.hasRemaining()) {
      if (reader.readByte() != 0) {
        throw new CorruptionException(path, 0, "the header is not filled with zeros");
      }
    }
  }

  /// Goes to the next frame; there must be one.
  ///
  /// @return its kind
  int next() throws IOException {
    frame = atLeast(frame, FRAME_HEADER_LENGTH);
    int read = file.read(frame, 0, FRAME_HEADER_LENGTH, position);
    reader.reset(frame, 0, read, path, position);
    kind = reader.readByte();
    int number = reader.readInt();
    long length = reader.readInt() & 0xffff_ffffL;
    long stored = reader.readInt() & 0xffff_ffffL;
    long rest = stored + CRC_LENGTH;
    if (number != frames || length > MAX_FRAME || rest > size - position - FRAME_HEADER_LENGTH) {
      throw corrupt("frame " + number + " of " + stored + " bytes in place of " + frames);
    }
    if (stored > length || !Lz4.isPossible((int) stored, length)) {
      throw corrupt(stored + " bytes for a frame of " + length);
    }
    readStored((int) stored);
    unpack((int) stored, (int) length);
    reader.reset(data, 0, (int) length, path, position);
    position += FRAME_HEADER_LENGTH + rest;
    frames++;
    return kind;
  }

  private void readStored(int stored) throws IOException {
    int whole = FRAME_HEADER_LENGTH + stored + CRC_LENGTH;
    frame = atLeast(frame, whole);
    int read = file.read(frame, 0, whole, position);
    if (read < whole) {
      throw corrupt("the file ends in a frame");
    }
    int computed = Crc32c.of(frame, 0, whole - CRC_LENGTH);
    reader.reset(frame, whole - CRC_LENGTH, CRC_LENGTH, path, position);
    if (reader.readInt() != computed) {
      throw corrupt("the checksum of a frame is wrong");
    }
  }

  private void unpack(int stored, int length) {
    data = atLeast(data, length);
    if (stored == length) {
      System.arraycopy(frame, FRAME_HEADER_LENGTH, data, 0, length);
    } else if (!Lz4.decompress(frame, FRAME_HEADER_LENGTH, stored, data, 0, length)) {
      throw corrupt("a frame is no LZ4 block of " + length + " bytes");
    }
  }

  private static byte[] atLeast(byte[] array, int length) {
    return array.length >= length ? array : new byte[Math.max(length, 2 * array.length)];
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(path, position, what);
  }

  /// The data of the frame; lent until the next call of {@link #next}. Offsets in its messages are
  /// those of the frame and more.
  ByteReader data() {
    return reader;
  }

  /// @throws CorruptionException if the file goes on
  void expectEnd() {
    if (position != size) {
      throw corrupt((size - position) + " bytes too many");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
