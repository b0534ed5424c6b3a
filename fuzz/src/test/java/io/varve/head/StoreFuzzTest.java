package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A store of which there is only a log: it opens, and opens again with the same samples.
final class StoreFuzzTest {
  private static final Path DATA = Path.of("data");

  static Stream<byte[]> seeds() {
    return Seeds.golden("wal/(checkpoint.*/)?[0-9]+", 3000);
  }

  @MethodSource("seeds")
  @FuzzTest
  void opensWhateverTheLogIs(byte[] input) throws IOException {
    var disk = new MemoryDisk().with("data/wal/00000000", Seal.log(input.clone()));
    VarveOptions options = VarveOptions.defaults().withDisk(disk).withMaintenance(false);
    String samples;
    try (Varve db = Varve.open(DATA, options)) {
      samples = StoreSamples.all(db);
    }
    try (Varve db = Varve.open(DATA, options)) {
      assertThat(db.stats().walCorruptions()).isZero();
      assertThat(StoreSamples.all(db)).isEqualTo(samples);
    }
  }
}
