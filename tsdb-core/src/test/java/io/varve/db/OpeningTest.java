package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Opening;
import io.varve.Querier;
import io.varve.Queryable;
import io.varve.ReplayProgress;
import io.varve.ReplayProgress.State;
import io.varve.ReplayingException;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.GatedDisk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can be asked of a store whose log is still being replayed.
class OpeningTest {
  private static final long RANGE = 7_200_000;
  private static final long START = 1_700_000_000_000L / RANGE * RANGE;

  /// Where the head takes over.
  private static final long END = START + RANGE;

  private static final VarveOptions OPTIONS =
      VarveOptions.defaults()
          .withMaintenance(false)
          .withHeadSnapshot(false)
          .withOutOfOrderWindow(Duration.ofHours(3));

  @TempDir Path directory;

  private final GatedDisk gated = new GatedDisk(new LocalDisk(), "wal");

  /// One sample a minute for four hours, the first half in a block.
  private void fill() throws IOException {
    try (Varve db = Varve.open(directory, OPTIONS)) {
      append(db, START, START + 2 * RANGE);
      db.maintain();
      assertThat(db.blocks()).hasSize(1);
    }
  }

  private static void append(Varve db, long from, long to) throws IOException {
    try (Appender app = db.appender()) {
      for (long t = from; t < to; t += 60_000) {
        app.append(Labels.of("__name__", "up", "hour", "h" + (t - START) / 3_600_000), t, 1);
      }
      app.commit();
    }
  }

  private static List<Long> times(Queryable store, long mint, long maxt) {
    var times = new ArrayList<Long>();
    try (Querier q = store.querier(mint, maxt)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "up"));
      while (set.next()) {
        SampleCursor c = set.samples();
        while (c.next()) {
          times.add(c.timestamp());
        }
      }
    }
    return times;
  }

  /// Calls {@code check} while the replay waits for the first segment, then lets it go on.
  private void whileReplaying(Check check, Check afterwards) throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        Opening opening = Varve.begin(directory, OPTIONS.withDisk(gated.disk()))) {
      Future<Varve> store = threads.submit(opening::finish);
      try {
        gated.awaitReached();
        check.accept(opening, opening);
      } finally {
        gated.open();
      }
      try (Varve open = store.get()) {
        afterwards.accept(opening, open);
      }
    }
  }

  private interface Check {
    void accept(Opening opening, Queryable store) throws Exception;
  }

  @Test
  void blocksAnswerBeforeTheLogIsReplayed() throws Exception {
    fill();
    var answers = new ArrayList<List<Long>>();
    long[] ends = {START, START + 1, START + RANGE / 2, END - 60_000, END - 1};

    whileReplaying(
        (opening, store) -> {
          for (long end : ends) {
            answers.add(times(opening, START - 1, end));
          }
          try (Querier q = opening.querier(0, END - 1)) {
            assertThat(q.labelValues("hour")).containsExactly("h0", "h1");
          }
        },
        (opening, store) -> {
          for (int i = 0; i < ends.length; i++) {
            assertThat(answers.get(i))
                .isNotEmpty()
                .isEqualTo(times(store, START - 1, ends[i]))
                .isEqualTo(times(opening, START - 1, ends[i]));
          }
          assertThat(times(store, 0, Long.MAX_VALUE)).hasSize(240);
        });
  }

  @Test
  void whatTheHeadMayHaveIsNotAnswered() throws Exception {
    fill();

    whileReplaying(
        (opening, store) -> {
          for (long end : new long[] {END, END + 1, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> opening.querier(START, end))
                .isInstanceOf(ReplayingException.class)
                .hasMessageContaining("the log is being replayed");
            assertThatThrownBy(() -> opening.requireServed(START, end))
                .isInstanceOf(ReplayingException.class);
          }
        },
        (opening, store) -> assertThat(times(store, END, Long.MAX_VALUE)).hasSize(120));
  }

  @Test
  void samplesOutOfOrderMayBeAnywhere() throws Exception {
    fill();
    try (Varve db = Varve.open(directory, OPTIONS)) {
      append(db, END - 90_001, END - 90_000);
    }

    whileReplaying(
        (opening, store) ->
            assertThatThrownBy(() -> opening.querier(START, START + 1))
                .isInstanceOf(ReplayingException.class),
        (opening, store) ->
            assertThat(times(store, START, END - 1)).hasSize(121).contains(END - 90_001));
  }

  @Test
  void storeWithoutBlocksAnswersNothing() throws Exception {
    try (Varve db = Varve.open(directory, OPTIONS)) {
      append(db, START, END);
    }

    whileReplaying(
        (opening, store) ->
            assertThatThrownBy(() -> opening.querier(0, START - RANGE))
                .isInstanceOf(ReplayingException.class),
        (opening, store) -> assertThat(times(store, 0, START - RANGE)).isEmpty());
  }

  @Test
  void tellsTheSegmentBeingRead() throws Exception {
    fill();
    try (Varve db = Varve.open(directory, OPTIONS)) {
      append(db, START + 2 * RANGE, START + 2 * RANGE + 60_000);
    }
    int last = 2;

    try (Opening opening = Varve.begin(directory, OPTIONS)) {
      assertThat(opening.progress()).isEqualTo(ReplayProgress.WAITING);
      assertThatThrownBy(() -> opening.querier(START, START))
          .isInstanceOf(ReplayingException.class)
          .hasMessage("the store is being opened");
    }
    whileReplaying(
        (opening, store) ->
            assertThat(opening.progress())
                .isEqualTo(new ReplayProgress(State.IN_PROGRESS, 0, last, 0)),
        (opening, store) ->
            assertThat(opening.progress())
                .isEqualTo(new ReplayProgress(State.DONE, 0, last, last)));
  }

  @Test
  void letsGoOfTheDirectoryWhenGivenUp() throws Exception {
    fill();
    Opening opening = Varve.begin(directory, OPTIONS);

    opening.close();
    opening.close();

    assertThatThrownBy(() -> opening.querier(START, START))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(opening::finish).isInstanceOf(IllegalStateException.class);
    Varve.open(directory, OPTIONS).close();
  }
}
