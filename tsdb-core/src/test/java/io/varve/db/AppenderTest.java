package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.ExemplarOutcome;
import io.varve.ExemplarSeries;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What appenders do to each other, and what is left of series that they knew.
class AppenderTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final long HOUR = 3_600_000;
  private static final Labels UP = Labels.of("__name__", "up");
  private static final Labels DOWN = Labels.of("__name__", "down");
  private static final Exemplar EXEMPLAR = new Exemplar(Labels.of("trace_id", "x"), 1, START);
  private static final Metadata METADATA = new Metadata(MetricType.GAUGE, "", "Whether it is up");

  @TempDir Path directory;

  private Varve open() throws IOException {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
  }

  /// It gave its memory back, and the other one has it.
  @Test
  void closedAppenderDoesNotCommitTheBatchOfAnother() throws Exception {
    try (Varve db = open()) {
      Appender closed = db.appender();
      closed.append(UP, START, 1);
      closed.close();
      try (Appender other = db.appender()) {
        other.append(UP, START + 1, 2);

        assertThatThrownBy(closed::commit)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the appender is closed");
        closed.rollback();

        assertThat(other.commit().accepted()).isEqualTo(1);
        assertThat(db.stats().samplesAppended()).isEqualTo(1);
      }
    }
  }

  /// Has a series leave the head, and another one stay.
  private static void cut(Varve db) throws IOException {
    try (Appender app = db.appender()) {
      app.append(DOWN, START + 4 * HOUR, 1);
      app.commit();
    }
    db.maintain();
    assertThat(db.stats().headSeries()).isEqualTo(1);
  }

  private static SeriesRef up(Varve db, long t) {
    try (Appender app = db.appender()) {
      SeriesRef ref = app.append(UP, t, 1).ref();
      app.commit();
      return ref;
    }
  }

  @Test
  void whatIsSaidOfASeriesThatHasLeftTheHeadDoesNotBringItBack() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = up(db, START);
      cut(db);

      assertThat(app.appendExemplar(up, EXEMPLAR)).isEqualTo(ExemplarOutcome.UNKNOWN_SERIES);
      app.updateMetadata(up, METADATA);
      CommitResult result = app.commit();

      assertThat(result.exemplars().refused())
          .isEqualTo(Map.of(ExemplarOutcome.UNKNOWN_SERIES, 1L));
      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(db.metadata()).isEmpty();
    }
  }

  @Test
  void whatWasSaidOfASeriesThatLeftTheHeadBeforeTheCommitIsDropped() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = up(db, START);
      assertThat(app.appendExemplar(up, EXEMPLAR)).isEqualTo(ExemplarOutcome.ACCEPTED);
      app.updateMetadata(up, METADATA);
      cut(db);
      SeriesRef down = app.series(DOWN.encoded(), 0, DOWN.encoded().length);
      assertThat(app.appendExemplar(down, EXEMPLAR)).isEqualTo(ExemplarOutcome.ACCEPTED);
      CommitResult result = app.commit();

      assertThat(result.exemplars().accepted()).isEqualTo(1);
      assertThat(result.exemplars().refused())
          .isEqualTo(Map.of(ExemplarOutcome.UNKNOWN_SERIES, 1L));
      assertThat(db.exemplars(0, Long.MAX_VALUE, List.of(List.of())))
          .containsExactly(new ExemplarSeries(DOWN, List.of(EXEMPLAR)));
      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(db.metadata()).isEmpty();
    }
  }

  @Test
  void whatIsSaidOfASeriesThatLeftTheHeadAndCameBackIsKept() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = up(db, START);
      app.updateMetadata(up, METADATA);
      cut(db);
      app.append(up, START + 4 * HOUR, 1);
      assertThat(app.appendExemplar(up, EXEMPLAR)).isEqualTo(ExemplarOutcome.ACCEPTED);
      app.commit();

      assertThat(db.exemplars(0, Long.MAX_VALUE, List.of(List.of())))
          .containsExactly(new ExemplarSeries(UP, List.of(EXEMPLAR)));
      assertThat(db.metadata()).isEqualTo(Map.of("up", List.of(METADATA)));
    }
  }
}
