package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Opens each golden directory as a store and compares all its samples with `samples.txt.gz`: what
/// is in blocks, logs, checkpoint and chunk files, with tombstones applied.
final class DirectoryTest {
  static List<Golden> all() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aStoreOpenedForWritingHasTheSamples(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    try (Varve store = Varve.open(data, golden.options())) {
      assertHasTheSamples(store, golden);
      assertThat(store.stats().walReplayUnknownRefs()).isZero();
    }
    // Nothing of it was lost by opening, mending and closing.
    try (Varve again = Varve.open(data, golden.options())) {
      assertHasTheSamples(again, golden);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aStoreOpenedForReadingHasTheSamples(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    try (Varve store = Varve.openReadOnly(data, golden.options())) {
      assertHasTheSamples(store, golden);
    }
  }

  private static void assertHasTheSamples(Varve store, Golden golden) throws Exception {
    List<String> actual = StoredSamples.normalLines(store);
    List<String> expected = golden.lines("samples.txt.gz");
    OutOfOrderSamples outOfOrder = OutOfOrderSamples.of(golden);
    assertThat(outOfOrder.disputed()).hasSize(golden.isOutOfOrder() ? 4 : 0);
    Lines.assertSame(outOfOrder.settled(actual), outOfOrder.settled(expected));
  }
}
