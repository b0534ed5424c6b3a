package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WriteBenchmarkTest {
  @TempDir Path directory;

  @Test
  void writesWholeRoundsOfHundredScrapesToEverySeries() throws IOException {
    List<Labels> series = series(2_500);

    try (Varve db = open()) {
      WriteBenchmark.Result result = new WriteBenchmark(db, series).run(101);

      assertThat(result.samples()).isEqualTo(500_000);
      assertThat(result.steadySamples()).isEqualTo(250_000);
      assertThat(result.steadyElapsed()).isPositive().isLessThan(result.elapsed());
      assertThat(db.stats().samplesAppended()).isEqualTo(500_000);
      assertThat(db.stats().headSeries()).isEqualTo(2_500);
    }
  }

  @Test
  void everyRoundStartsWithTheSameValueAndGoesOnInTime() throws IOException {
    List<Labels> series = series(1_001);

    try (Varve db = open()) {
      new WriteBenchmark(db, series).run(200);
    }
    try (Varve db = Varve.openReadOnly(directory, VarveOptions.defaults());
        var querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      var set =
          querier.select(
              Matcher.equal("pod", lastPod(series)), Matcher.equal("__name__", name(series)));
      assertThat(set.next()).isTrue();
      var samples = set.samples();
      for (int i = 0; i < 200; i++) {
        assertThat(samples.next()).isTrue();
        assertThat(samples.timestamp()).isEqualTo(30_000L * (i + 1));
        assertThat(samples.value()).isEqualTo(123_457_789 + 1000 * (i % 100));
      }
      assertThat(samples.next()).isFalse();
    }
  }

  private static String lastPod(List<Labels> series) {
    return series.getLast().get("pod");
  }

  private static String name(List<Labels> series) {
    return series.getLast().get("__name__");
  }

  private static List<Labels> series(int count) {
    var series = new ArrayList<Labels>();
    KubernetesSeries.generate(count, series::add);
    return series;
  }

  private Varve open() throws IOException {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
  }
}
