package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Compatibility;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.Property;
import io.varve.io.Compression;
import io.varve.model.CounterReset;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is in a directory is what the Prometheus asked for can read: an older one passes over
/// records that it does not know without a word.
final class CompatibilityTest {
  private static final int SCRAPES = 5 * MadeUpHistograms.HOUR;

  @TempDir Path data;

  @Test
  void oldestGetsNothingThatItDoesNotRead() throws IOException {
    VarveOptions options = options(Compatibility.V2_42);
    assertThatThrownBy(() -> Varve.open(data, options.withWalCompression(Compression.ZSTD)))
        .isInstanceOf(IllegalArgumentException.class);
    try (Varve store = Varve.open(data, options)) {
      new MadeUpHistograms(Property.random(), SCRAPES, false).append(store, 0, SCRAPES, 1);
      assertThat(offerMore(store)).isEqualTo(0);
      store.maintain();
    }

    WrittenFormats formats = WrittenFormats.of(data);

    assertThat(formats.records()).contains(1, 2, 7, 8).allMatch(type -> type <= 8);
    assertThat(formats.encodings()).containsExactly(1, 2, 3);
    assertThat(formats.indexes()).containsExactly(2);
    assertThat(formats.zstd()).isFalse();
  }

  @Test
  void newerGetsCustomBucketsAndZstd() throws IOException {
    VarveOptions options = options(Compatibility.V3_5).withWalCompression(Compression.ZSTD);
    try (Varve store = Varve.open(data, options)) {
      new MadeUpHistograms(Property.random(), SCRAPES, true).append(store, 0, SCRAPES, 1);
      assertThat(offerMore(store)).isEqualTo(2);
      store.maintain();
    }

    WrittenFormats formats = WrittenFormats.of(data);

    assertThat(formats.records()).contains(1, 2, 7, 8, 9, 10).allMatch(type -> type <= 10);
    assertThat(formats.encodings()).containsExactly(1, 2, 3);
    assertThat(formats.indexes()).containsExactly(2);
    assertThat(formats.zstd()).isTrue();
  }

  /// Offers two histograms with custom buckets, and samples of each kind with a start timestamp.
  ///
  /// @return how many of them are taken
  private static long offerMore(Varve store) {
    long time = MadeUpHistograms.time(SCRAPES);
    Observations bounded = Observations.custom(1, 2);
    bounded.observe(1.5);
    NativeHistogram plain = Observations.exponential(0, 0).whole(CounterReset.UNKNOWN);
    try (Appender appender = store.appender()) {
      var more = Labels.of(Labels.METRIC_NAME, "more");
      byte[] packed = more.encoded();
      var ref = appender.series(packed, 0, packed.length);
      AppendOutcome[] outcomes = {
        appender.append(ref, time, bounded.whole(CounterReset.UNKNOWN)),
        appender.append(ref, time + 1, bounded.halves(CounterReset.UNKNOWN)),
        appender.append(ref, time - 1, time + 2, 1),
        appender.append(ref, time - 1, time + 3, plain)
      };
      long accepted = appender.commit().accepted();
      long refused =
          Arrays.stream(outcomes).filter(outcome -> outcome == AppendOutcome.INCOMPATIBLE).count();
      assertThat(refused).isEqualTo(outcomes.length - accepted);
      return accepted;
    }
  }

  private VarveOptions options(Compatibility compatibility) {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withWalSegmentBytes(64 << 10)
        .withCompatibility(compatibility);
  }
}
