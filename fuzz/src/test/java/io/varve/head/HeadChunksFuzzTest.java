package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.io.CorruptionException;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The only file of `chunks_head`, beside a log that holds everything: whatever is not under a
/// right checksum is made up for by the log.
final class HeadChunksFuzzTest {
  private static final Path DATA = Path.of("data");
  private static final String FILE = "data/chunks_head/000001";
  private static final MemoryDisk SOUND = sound();
  private static final byte[] LOG = content("data/wal/00000000");
  private static final String SAMPLES = samples(new MemoryDisk().with("data/wal/00000000", LOG));

  static Stream<byte[]> seeds() {
    return Stream.of(content(FILE));
  }

  private static VarveOptions options(MemoryDisk disk) {
    return VarveOptions.defaults().withDisk(disk).withMaintenance(false);
  }

  /// A store with two full chunks of each of two series.
  private static MemoryDisk sound() {
    var disk = new MemoryDisk();
    try (Varve db = Varve.open(DATA, options(disk));
        Appender appender = db.appender()) {
      for (int i = 0; i < 300; i++) {
        appender.append(Labels.of("__name__", "a"), 1_000_000 + i * 1000L, i % 3);
        appender.append(Labels.of("__name__", "b"), 1_000_000 + i * 1000L, i);
      }
      appender.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }

  private static byte[] content(String file) {
    try {
      return SOUND.readAll(Path.of(file), 1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String samples(MemoryDisk disk) {
    try (Varve db = Varve.open(DATA, options(disk))) {
      return StoreSamples.all(db);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
  void logMakesUpForDamage(byte[] input) throws IOException {
    assertThat(samples(store(input))).isEqualTo(SAMPLES);
    try {
      assertThat(samples(store(Seal.headChunks(input.clone())))).isNotNull();
    } catch (CorruptionException e) {
      // Content that lies under a right checksum shows when it is read.
    }
  }

  private static MemoryDisk store(byte[] headChunks) {
    return new MemoryDisk().with("data/wal/00000000", LOG).with(FILE, headChunks);
  }
}
