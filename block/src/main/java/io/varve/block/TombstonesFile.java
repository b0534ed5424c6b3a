package io.varve.block;

import static io.varve.block.TombstonesFormat.CHECKSUM_LENGTH;
import static io.varve.block.TombstonesFormat.HEADER_LENGTH;
import static io.varve.block.TombstonesFormat.MAGIC;
import static io.varve.block.TombstonesFormat.MAX_LENGTH;
import static io.varve.block.TombstonesFormat.VERSION;
import static io.varve.block.TombstonesFormat.VERSION_OFFSET;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import java.io.IOException;
import java.nio.file.Path;

/// Reads and writes the file `tombstones`, see {@link TombstonesFormat}. Static and stateless.
public final class TombstonesFile {
  private TombstonesFile() {}

  /// Reads the deletions of the block in {@code directory}; none if there is no such file.
  public static Tombstones read(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(TombstonesFormat.FILE_NAME);
    if (disk.stat(file).isEmpty()) {
      return Tombstones.EMPTY;
    }
    return decode(file, disk.readAll(file, MAX_LENGTH));
  }

  private static Tombstones decode(Path file, byte[] bytes) {
    if (bytes.length < HEADER_LENGTH + CHECKSUM_LENGTH) {
      throw new CorruptionException(
          file, 0, "has " + bytes.length + " bytes, too few for a header and a checksum");
    }
    int end = bytes.length - CHECKSUM_LENGTH;
    checkHeader(new ByteReader(bytes, 0, HEADER_LENGTH, file, 0), file);
    int stored = new ByteReader(bytes, end, CHECKSUM_LENGTH, file, end).readInt();
    int actual = Crc32c.of(bytes, HEADER_LENGTH, end - HEADER_LENGTH);
    if (stored != actual) {
      throw new CorruptionException(
          file,
          HEADER_LENGTH,
          "the checksum is %08x, but the spans give %08x".formatted(stored, actual));
    }
    return spans(new ByteReader(bytes, HEADER_LENGTH, end - HEADER_LENGTH, file, HEADER_LENGTH));
  }

  private static void checkHeader(ByteReader header, Path file) {
    int magic = header.readInt();
    if (magic != MAGIC) {
      throw new CorruptionException(
          file, 0, "starts with %08x, not with %08x".formatted(magic, MAGIC));
    }
    int version = header.readByte();
    if (version != VERSION) {
      throw new CorruptionException(
          file, VERSION_OFFSET, "has version " + version + "; known is " + VERSION);
    }
  }

  private static Tombstones spans(ByteReader reader) {
    Tombstones.Builder tombstones = Tombstones.builder();
    while (reader.hasRemaining()) {
      long ref = reader.readUnsignedVarint();
      long mint = reader.readVarint();
      long maxt = reader.readVarint();
      if (mint <= maxt) {
        tombstones.add(ref, mint, maxt);
      }
    }
    return tombstones.build();
  }

  /// Replaces the deletions of the block in {@code directory}, atomically and durably.
  public static void write(Disk disk, Path directory, Tombstones tombstones) throws IOException {
    disk.writeAtomically(directory.resolve(TombstonesFormat.FILE_NAME), encode(tombstones));
  }

  static byte[] encode(Tombstones tombstones) {
    HeapByteSink sink = ByteSink.onHeap(HEADER_LENGTH + CHECKSUM_LENGTH);
    sink.putInt(MAGIC);
    sink.putByte(VERSION);
    tombstones.forEach((ref, mint, maxt) -> {
      sink.putUnsignedVarint(ref);
      sink.putVarint(mint);
      sink.putVarint(maxt);
    });
    sink.putInt(sink.crc32c(HEADER_LENGTH));
    return sink.toByteArray();
  }
}
