package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import io.varve.io.ByteSink;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TombstonesFileTest {
  private static final String EMPTY = "0130ba300100000000";

  /// Series 1: [0, 1]; series 300: [-1, 63].
  private static final String TWO = "0130ba3001" + "010002" + "ac02017e" + "2ad1370c";

  private final Disk disk = new LocalDisk();
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("tombstones");
  }

  @Test
  void writesNineBytesForNothing() throws IOException {
    TombstonesFile.write(disk, directory, Tombstones.EMPTY);

    assertThat(disk.readAll(file, 100)).asHexString().isEqualToIgnoringCase(EMPTY);
    assertThat(TombstonesFile.read(disk, directory).isEmpty()).isTrue();
  }

  @Test
  void writesTheReferenceLayout() throws IOException {
    Tombstones tombstones = Tombstones.builder().add(300, -1, 63).add(1, 0, 1).build();

    TombstonesFile.write(disk, directory, tombstones);

    assertThat(disk.readAll(file, 100)).asHexString().isEqualToIgnoringCase(TWO);
  }

  @Test
  void readsTheReferenceLayout() throws IOException {
    put(HexFormat.of().parseHex(TWO));

    Tombstones tombstones = TombstonesFile.read(disk, directory);

    assertThat(tombstones.size()).isEqualTo(2);
    assertThat(tombstones.get(1)).isEqualTo(Intervals.of(0, 1));
    assertThat(tombstones.get(300)).isEqualTo(Intervals.of(-1, 63));
    assertThat(tombstones.get(2)).isEqualTo(Intervals.EMPTY);
  }

  @Test
  void replacesAFormerFile() throws IOException {
    TombstonesFile.write(disk, directory, Tombstones.builder().add(1, 2, 3).build());
    Tombstones more = TombstonesFile.read(disk, directory).toBuilder().add(1, 4, 5).build();
    TombstonesFile.write(disk, directory, more);

    assertThat(TombstonesFile.read(disk, directory).get(1)).isEqualTo(Intervals.of(2, 5));
    assertThat(disk.list(directory)).containsExactly("tombstones");
  }

  @Test
  void takesAMissingFileForNone() throws IOException {
    assertThat(TombstonesFile.read(disk, directory).isEmpty()).isTrue();
  }

  @Test
  void sortsAndJoinsSpansInAnyOrder() throws IOException {
    RandomGenerator random = Property.random();
    Tombstones.Builder builder = Tombstones.builder();
    Intervals[] expected = new Intervals[20];
    Arrays.fill(expected, Intervals.EMPTY);
    HeapByteSink spans = ByteSink.onHeap(100);
    for (int i = 0; i < 1000; i++) {
      int ref = random.nextInt(expected.length);
      long mint = random.nextLong(-5000, 5000);
      long maxt = mint + random.nextInt(40);
      expected[ref] = expected[ref].add(mint, maxt);
      builder.add(ref, mint, maxt);
      putSpan(spans, ref, mint, maxt);
    }
    putSpan(spans, 0, 7, 6);
    put(spans);

    Tombstones read = TombstonesFile.read(disk, directory);

    for (int ref = 0; ref < expected.length; ref++) {
      assertThat(read.get(ref)).isEqualTo(expected[ref]);
    }
    assertThat(read.size()).isEqualTo(Arrays.stream(expected).mapToInt(Intervals::size).sum());
    assertThat(TombstonesFile.encode(read)).isEqualTo(TombstonesFile.encode(builder.build()));
  }

  @Test
  void isNotTrappedByManySpansOfOneSeries() throws IOException {
    HeapByteSink spans = ByteSink.onHeap(100);
    for (int i = 500_000; i > 0; i--) {
      putSpan(spans, 1, 2L * i, 2L * i);
    }
    put(spans);

    assertThat(TombstonesFile.read(disk, directory).get(1).size()).isEqualTo(500_000);
  }

  @Test
  void refusesEveryPrefix() throws IOException {
    byte[] whole = HexFormat.of().parseHex(TWO);
    for (int length = 0; length < whole.length; length++) {
      put(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TombstonesFile.read(disk, directory))
          .as("%d bytes", length)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(file + " at offset");
    }
  }

  @Test
  void refusesEveryFlippedBit() throws IOException {
    for (int bit = 0; bit < TWO.length() * 4; bit++) {
      byte[] bytes = HexFormat.of().parseHex(TWO);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      put(bytes);
      assertThatThrownBy(() -> TombstonesFile.read(disk, directory))
          .as("bit %d", bit)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(file + " at offset");
    }
  }

  private static void putSpan(ByteSink spans, long ref, long mint, long maxt) {
    spans.putUnsignedVarint(ref);
    spans.putVarint(mint);
    spans.putVarint(maxt);
  }

  /// Writes a file around spans.
  private void put(HeapByteSink spans) throws IOException {
    HeapByteSink sink = ByteSink.onHeap(100);
    sink.putInt(0x0130BA30);
    sink.putByte(1);
    sink.putBytes(spans.array(), 0, spans.length());
    sink.putInt(spans.crc32c(0));
    put(sink.toByteArray());
  }

  private void put(byte[] bytes) throws IOException {
    disk.deleteRecursively(file);
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }
}
