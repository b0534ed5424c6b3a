package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.VarveOptions;
import io.varve.block.BlockView;
import io.varve.block.SeriesCursor;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleViewTest {
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "only", "b");
  private static final Labels LIVING = Labels.of("__name__", "up", "job", "living");

  @TempDir Path directory;

  private Head open() throws IOException {
    return Head.open(
        directory, VarveOptions.defaults().withMaintenance(false), Long.MIN_VALUE, true);
  }

  private static void fill(Head head) {
    double stale = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);
    try (Appender app = head.appender()) {
      app.append(B, 1000, 1);
      app.append(A, 2000, 1);
      app.append(LIVING, 2000, stale);
      app.append(A, 3000, stale);
      app.append(B, 3000, stale);
      app.append(LIVING, 3000, 1);
      app.commit();
    }
  }

  private static List<Labels> selected(BlockView view, long mint, long maxt, Matcher... matchers) {
    var found = new ArrayList<Labels>();
    try (SeriesCursor cursor = view.select(List.of(matchers), mint, maxt)) {
      while (cursor.next()) {
        found.add(cursor.labels());
      }
    }
    return found;
  }

  @Test
  void showsTheSeriesThatHaveEnded() throws Exception {
    try (Head head = open()) {
      fill(head);

      StaleCut cut = head.stale().cut();
      BlockView view = head.stale().view(0, 5000, cut);

      assertThat(head.stale().count()).isEqualTo(2);
      assertThat(head.stale().ratio()).isEqualTo(2.0 / 3);
      assertThat(List.of(cut.minTime(), cut.maxTime())).containsExactly(1000L, 3000L);
      assertThat(view.series(List.of())).containsExactly(A, B);
      assertThat(view.series(List.of(Matcher.equal("job", "")))).containsExactly(B);
      assertThat(view.labelNames(List.of())).containsExactly("__name__", "job", "only");
      assertThat(view.labelValues("job", List.of())).containsExactly("a");
      assertThat(selected(view, 0, 5000)).containsExactly(A, B);
      assertThat(selected(view, 0, 1500)).containsExactly(B);
      assertThat(selected(view, 0, 5000, Matcher.equal("job", "a"))).containsExactly(A);
      assertThat(selected(head.stale().view(3001, 5000, cut), 0, 5000)).isEmpty();
    }
  }

  @Test
  void anEmptyHeadHasNone() throws Exception {
    try (Head head = open()) {
      assertThat(head.stale().ratio()).isZero();
      assertThat(head.stale().cut().isEmpty()).isTrue();
    }
  }
}
