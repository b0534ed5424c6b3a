package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.fixture.Property;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every {@link ByteSink} does.
abstract class ByteSinkContract {
  private static final Disk DISK = new LocalDisk();

  @TempDir private Path directory;
  private int files;

  abstract ByteSink sink(int capacity);

  private byte[] bytes(ByteSink sink) throws IOException {
    Path path = directory.resolve("file" + files++);
    try (DiskFile file = DISK.create(path)) {
      sink.writeTo(file, 0);
    }
    return DISK.readAll(path, 1 << 28);
  }

  private String hex(ByteSink sink) throws IOException {
    return HexFormat.of().formatHex(bytes(sink));
  }

  @Test
  void putsBigEndianIntegers() throws IOException {
    try (ByteSink sink = sink(4)) {
      sink.putByte(0x1ff);
      sink.putShort(0x18001);
      sink.putInt(0x01020304);
      sink.putLong(0xfedcba9876543210L);

      assertThat(hex(sink)).isEqualTo("ff" + "8001" + "01020304" + "fedcba9876543210");
      assertThat(sink.position()).isEqualTo(15);
    }
  }

  @Test
  void putsVarintsAsGo() throws IOException {
    try (ByteSink sink = sink(4)) {
      sink.putUnsignedVarint(0);
      sink.putUnsignedVarint(300);
      sink.putUnsignedVarint(-1);
      sink.putVarint(-1);
      sink.putVarint(64);
      sink.putVarint(Long.MIN_VALUE);

      assertThat(hex(sink))
          .isEqualTo(
              "00" + "ac02" + "ffffffffffffffffff01" + "01" + "8001" + "ffffffffffffffffff01");
    }
  }

  @Test
  void putsPartsOfArrays() throws IOException {
    try (ByteSink sink = sink(1)) {
      sink.putBytes(new byte[] {1, 2, 3, 4}, 1, 2);
      sink.putBytes(new byte[0]);
      sink.putBytes(new byte[] {5});

      assertThat(hex(sink)).isEqualTo("020305");
    }
  }

  @Test
  void overwritesAnEarlierInteger() throws IOException {
    try (ByteSink sink = sink(8)) {
      sink.putLong(0);
      sink.putByte(0x55);

      sink.putIntAt(5, 0x01020304);
      sink.putIntAt(0, -1);

      assertThat(hex(sink)).isEqualTo("ffffffff0001020304");
      assertThat(sink.position()).isEqualTo(9);
    }
  }

  @Test
  void refusesToOverwriteWhatIsNotThere() {
    try (ByteSink sink = sink(100)) {
      sink.putInt(0);

      for (long at : new long[] {-1, 1, 4, 1000, Long.MAX_VALUE}) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> sink.putIntAt(at, 1));
      }
    }
  }

  @Test
  void alignsFromABase() throws IOException {
    try (ByteSink sink = sink(8)) {
      sink.align(0, 4);
      assertThat(sink.position()).isZero();
      sink.putByte(1);
      sink.align(0, 4);
      assertThat(sink.position()).isEqualTo(4);
      sink.align(3, 4);

      assertThat(hex(sink)).isEqualTo("0100000000");
    }
  }

  @Test
  void sumsUpTheBytesFromAPosition() {
    try (ByteSink sink = sink(8)) {
      sink.putInt(7);
      sink.putBytes(new byte[] {'1', '2', '3', '4', '5', '6', '7', '8', '9'});

      assertThat(sink.crc32c(4)).isEqualTo(0xe3069283);
      assertThat(sink.crc32c(13)).isZero();
    }
  }

  @Test
  void writesAtAPositionOfAFile() throws IOException {
    try (ByteSink sink = sink(8);
        DiskFile file = DISK.create(directory.resolve("file"))) {
      sink.putShort(0x0102);
      sink.writeTo(file, 3);

      byte[] content = new byte[5];
      assertThat(file.read(ByteBuffer.wrap(content), 0)).isEqualTo(5);
      assertThat(content).containsExactly(0, 0, 0, 1, 2);
    }
  }

  @Test
  void startsOverWhenCleared() throws IOException {
    try (ByteSink sink = sink(8)) {
      sink.putLong(-1);
      sink.clear();
      assertThat(sink.position()).isZero();

      sink.putByte(1);

      assertThat(hex(sink)).isEqualTo("01");
    }
  }

  @Test
  void closesMoreThanOnce() {
    ByteSink sink = sink(8);
    sink.putByte(1);

    sink.close();
    sink.close();
  }

  /// More than any buffer inside, against the simplest possible model.
  @Test
  void growsWithoutLosingBytes() {
    Property.forAll(
        10,
        random -> {
          try (ByteSink sink = sink(random.nextInt(1, 100))) {
            ByteBuffer model = ByteBuffer.allocate(1 << 20);
            while (model.remaining() > 70_000) {
              putSomething(random, sink, model);
            }

            byte[] expected = Arrays.copyOf(model.array(), model.position());
            assertThat(sink.position()).isEqualTo(expected.length);
            int from = random.nextInt(expected.length);
            assertThat(sink.crc32c(from))
                .isEqualTo(Crc32c.of(expected, from, expected.length - from));
            assertThat(bytes(sink)).isEqualTo(expected);
          }
        });
  }

  private static void putSomething(RandomGenerator random, ByteSink sink, ByteBuffer model) {
    switch (random.nextInt(4)) {
      case 0 -> {
        byte[] bytes = new byte[random.nextInt(1 << random.nextInt(17))];
        random.nextBytes(bytes);
        sink.putBytes(bytes);
        model.put(bytes);
      }
      case 1 -> {
        long value = random.nextLong();
        sink.putLong(value);
        model.putLong(value);
      }
      case 2 -> {
        int value = random.nextInt();
        int at = random.nextInt(model.position() + 1);
        if (at + Integer.BYTES <= model.position()) {
          sink.putIntAt(at, value);
          model.putInt(at, value);
        }
      }
      default -> {
        sink.putByte(model.position());
        model.put((byte) model.position());
      }
    }
  }
}
