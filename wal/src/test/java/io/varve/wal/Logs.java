package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What the tests of the log have in common: writing records, reading them back, bytes as text.
final class Logs {
  static final Disk DISK = new LocalDisk();
  static final int PAGE = 32 << 10;

  private Logs() {}

  static Wal open(Path directory, int pages, Compression compression) throws IOException {
    return Wal.open(DISK, directory, pages * PAGE, compression, Runnable::run);
  }

  static RecordBatch batch(byte[]... records) {
    var batch = new RecordBatch();
    for (byte[] record : records) {
      batch.begin().putBytes(record);
      batch.end();
    }
    return batch;
  }

  /// Writes a log of one batch per argument and closes it.
  static void write(Path directory, int pages, Compression compression, RecordBatch... batches)
      throws IOException {
    try (Wal wal = open(directory, pages, compression)) {
      for (RecordBatch batch : batches) {
        wal.log(batch);
      }
    }
  }

  /// All records of a log, as text.
  static List<String> read(Path directory) throws IOException {
    try (WalReader reader = WalReader.open(DISK, directory)) {
      return readAll(reader);
    }
  }

  static List<String> readAll(WalReader reader) throws IOException {
    var records = new ArrayList<String>();
    while (reader.next()) {
      ByteReader record = reader.record();
      int from = record.position();
      records.add(hex(Arrays.copyOfRange(record.array(), from, from + record.remaining())));
    }
    return records;
  }

  static List<String> hex(List<byte[]> records) {
    return records.stream().map(Logs::hex).toList();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /// Bytes from hexadecimal digits; blanks are for the eye.
  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static byte[] join(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      int at = all.length;
      all = Arrays.copyOf(all, at + part.length);
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }

  /// A fragment with the right length and checksum.
  static byte[] fragment(int flags, byte[] data) {
    byte[] fragment = new byte[7 + data.length];
    ByteBuffer.wrap(fragment)
        .put((byte) flags)
        .putShort((short) data.length)
        .putInt(Crc32c.of(data, 0, data.length))
        .put(data);
    return fragment;
  }

  static byte[] segment(Path directory, int number) throws IOException {
    return DISK.readAll(WalFormat.segment(directory, number), Integer.MAX_VALUE - 8);
  }

  /// Makes a segment file of these bytes, in place of one that is there.
  static void putSegment(Path directory, int number, byte[] bytes) throws IOException {
    DISK.createDirectories(directory);
    Path path = WalFormat.segment(directory, number);
    DISK.deleteRecursively(path);
    try (DiskFile file = DISK.create(path)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  /// A generator by `-Dvarve.seed`, or by chance; says which.
  static RandomGenerator random() {
    long seed = Long.getLong("varve.seed", System.nanoTime());
    System.out.println("varve.seed=" + seed);
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// Bytes that compress a little, the first one of them a record type nobody knows.
  static byte[] randomRecord(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    for (int i = 0; i + 8 < length; i += 16) {
      Arrays.fill(bytes, i, i + 8, (byte) (200 + i % 3));
    }
    if (length > 0) {
      bytes[0] = (byte) 200;
    }
    return bytes;
  }
}
