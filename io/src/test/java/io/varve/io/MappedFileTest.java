package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MappedFileTest {
  private static final Disk DISK = new LocalDisk();
  private static final int LARGE = 1 << 20;

  @TempDir private Path directory;
  private final Arena arena = Arena.ofShared();
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("file");
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private MappedFile map(byte[] content) throws IOException {
    DISK.writeAtomically(file, content);
    return DISK.map(file, arena);
  }

  @Test
  void readsBigEndianIntegersAtAnyOffset() throws IOException {
    MappedFile mapped = map(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, (byte) 0xff, 9});

    assertThat(mapped.getByte(8)).isEqualTo((byte) -1);
    assertThat(mapped.getInt(1)).isEqualTo(0x01020304);
    assertThat(mapped.getLong(1)).isEqualTo(0x01020304050607ffL);
    assertThat(mapped.copy(3, 2)).containsExactly(3, 4);
  }

  @Test
  void copiesIntoAnArray() throws IOException {
    byte[] target = new byte[5];

    map(new byte[] {1, 2, 3, 4}).copy(1, target, 2, 3);

    assertThat(target).containsExactly(0, 0, 2, 3, 4);
  }

  @Test
  void itsReaderNamesTheOffsetInTheFile() throws IOException {
    ByteReader reader = map(new byte[] {1, 2, 3, 4}).reader(2, 2);
    reader.skip(1);

    assertThat(reader.readByte()).isEqualTo(4);
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(reader::readByte)
        .withMessage(file + " at offset 4: needs 1 bytes, but only 0 are left");
  }

  @Test
  void anAccessOutsideIsCorruption() throws IOException {
    MappedFile mapped = map(new byte[10]);

    Stream<ThrowingCallable> accesses =
        Stream.of(
            () -> mapped.getByte(10),
            () -> mapped.getByte(-1),
            () -> mapped.getInt(7),
            () -> mapped.getLong(3),
            () -> mapped.getLong(Long.MAX_VALUE),
            () -> mapped.getLong(Long.MIN_VALUE),
            () -> mapped.copy(0, 11),
            () -> mapped.copy(5, Integer.MAX_VALUE),
            () -> mapped.copy(0, -1),
            () -> mapped.copy(Long.MAX_VALUE, new byte[4], 0, 4),
            () -> mapped.reader(9, 2));

    assertThat(accesses)
        .allSatisfy(access ->
            assertThatExceptionOfType(CorruptionException.class)
                .isThrownBy(access)
                .withMessageContaining("but the file has 10"));
  }

  @Test
  void isGoneWithItsArena() throws IOException {
    MappedFile mapped;
    try (Arena own = Arena.ofShared()) {
      DISK.writeAtomically(file, new byte[10]);
      mapped = DISK.map(file, own);
    }

    assertThatThrownBy(() -> mapped.getByte(0)).isInstanceOf(IllegalStateException.class);
  }

  /// Ways to touch the mapping.
  enum Access {
    BYTE,
    INT,
    LONG,
    SMALL_COPY,
    LARGE_COPY,
    LOAD;

    private long at(MappedFile mapped, long offset) {
      return switch (this) {
        case BYTE -> mapped.getByte(offset);
        case INT -> mapped.getInt(offset);
        case LONG -> mapped.getLong(offset);
        case SMALL_COPY -> mapped.copy(offset, 16)[1];
        case LARGE_COPY -> mapped.copy(offset, 4096)[1];
        case LOAD -> {
          mapped.load();
          yield offset;
        }
      };
    }

    /// Reads over the whole mapping.
    long sweep(MappedFile mapped) {
      long sum = 0;
      for (long offset = 0; offset + 4096 <= mapped.size(); offset += 4096) {
        sum += at(mapped, offset);
      }
      return sum;
    }
  }

  /// The system signals SIGBUS on a page behind the end. It must reach us as an exception, from
  /// interpreted and from compiled code.
  @ParameterizedTest
  @EnumSource
  void aFileCutShortUnderTheMappingIsCorruption(Access access) throws IOException {
    MappedFile mapped = map(new byte[LARGE]);
    int warm = access == Access.LOAD ? 2 : 200;
    for (int i = 0; i < warm; i++) {
      access.sweep(mapped);
    }
    truncate(4096);

    for (int i = 0; i < warm; i++) {
      assertThatExceptionOfType(CorruptionException.class)
          .isThrownBy(() -> MappedReads.guard(file, () -> access.sweep(mapped)))
          .withMessageStartingWith(file.toString())
          .withMessageContaining("a mapped page could not be read");
    }
    assertThat(mapped.getInt(100)).isZero();
  }

  @Test
  void onlyTheLostPagesAreLost() throws IOException {
    MappedFile mapped = map(new byte[LARGE]);

    truncate(LARGE / 2);

    assertThat(mapped.getLong(LARGE / 2 - 8)).isZero();
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> MappedReads.guard(file, () -> mapped.getLong(LARGE - 8)));
  }

  @Test
  void otherErrorsPassTheGuard() {
    var error = new InternalError("something else");

    assertThatThrownBy(() ->
            MappedReads.guard(
                "x",
                () -> {
                  throw error;
                }))
        .isSameAs(error);
  }

  private void truncate(long size) throws IOException {
    try (DiskFile out = DISK.openForWrite(file)) {
      out.truncate(size);
    }
  }
}
