package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Limit;
import io.varve.Limits;
import io.varve.index.MemPostings;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Admission admission =
      new Admission(Limits.NONE.withLabels(1), new MemPostings(), new HeadCounters(), now::get);

  private RefusedSeries refused(String... labels) {
    byte[] packed = Labels.of(labels).encoded();
    var refused = new RefusedSeries();
    assertThat(admission.refusesLabels(packed, 0, packed.length, refused)).isTrue();
    return refused;
  }

  @Test
  void logsOneRefusalAMinuteAndNamesTheMetric() {
    RefusedSeries series = refused("__name__", "logged_metric", "job", "x");

    var lines = new ArrayList<String>();
    for (int second = 0; second < 120; second++) {
      Optional.ofNullable(admission.note(series)).ifPresent(lines::add);
      now.addAndGet(1000);
    }

    assertThat(lines)
        .containsExactly(
            "refusing new series: the limit label_limit of 1 is below its 2 labels, metric"
                + " \"logged_metric\", samples so far: limit=label_limit refused=1",
            "refusing new series: the limit label_limit of 1 is below its 2 labels, metric"
                + " \"logged_metric\", samples so far: limit=label_limit refused=61");
    assertThat(admission.refusals()).containsEntry(Limit.LABELS, 120L);
  }

  @Test
  void logsOneLineWhateverTheLabelsHold() {
    RefusedSeries series = refused("__name__", "two\nlines_metric", "job", "x");

    assertThat(admission.note(series)).doesNotContain("\n").contains("two?lines_metric");
  }
}
