package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several commits at a time with samples of the same series: a restart finds what was taken.
final class CommitOrderTest {
  private static final long START = 1_700_000_000_000L;
  private static final Set<State> SETTLED = EnumSet.of(State.WAITING, State.TERMINATED);

  @TempDir Path directory;

  private Varve open() throws IOException {
    return Varve.open(
        directory, VarveOptions.defaults().withMaintenance(false).withHeadSnapshot(false));
  }

  private static Labels labels(String name) {
    return Labels.of("__name__", name);
  }

  private static List<Long> times(Varve db) {
    var times = new ArrayList<Long>();
    try (Querier querier = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet set = querier.select(Matcher.equal("__name__", "shared"));
      while (set.next()) {
        for (SampleCursor cursor = set.samples(); cursor.next(); ) {
          times.add(cursor.timestamp() - START);
        }
      }
    }
    return times;
  }

  /// The first one is logged, and held before it comes to the shared series; the other one has an
  /// older sample of that.
  @Test
  void whatIsLoggedBehindANewerSampleIsNotTaken() throws Exception {
    List<Long> before;
    try (Varve db = open()) {
      SeriesRef held;
      SeriesRef shared;
      try (Appender app = db.appender()) {
        held = app.append(labels("held"), START, 0).ref();
        shared = app.append(labels("shared"), START, 0).ref();
        app.commit();
      }
      var other = new AtomicReference<Thread>();
      HeldCommit.during(
          db,
          app -> {
            app.append(held, START + 1, 1);
            app.append(shared, START + 20, 1);
          },
          held,
          () -> {
            Thread thread =
                Thread.ofPlatform()
                    .start(() -> {
                      try (Appender app = db.appender()) {
                        app.append(shared, START + 10, 1);
                        app.commit();
                      }
                    });
            other.set(thread);
            while (!SETTLED.contains(thread.getState())) {
              Thread.onSpinWait();
            }
          });
      other.get().join();
      before = times(db);
    }

    try (Varve db = open()) {
      assertThat(times(db)).isEqualTo(before).contains(0L, 20L);
    }
  }

  @Test
  void manyThreadsAgreeWithTheLog() throws Exception {
    var clock = new AtomicLong();
    List<Long> before;
    try (Varve db = open()) {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofPlatform().start(() -> append(db, clock)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      before = times(db);
    }

    try (Varve db = open()) {
      assertThat(times(db)).isEqualTo(before);
    }
  }

  private static void append(Varve db, AtomicLong clock) {
    try (Appender app = db.appender()) {
      for (int i = 0; i < 2_000; i++) {
        app.append(labels("shared"), START + clock.incrementAndGet(), 1);
        app.append(labels("shared"), START + clock.incrementAndGet(), 2);
        app.commit();
      }
    }
  }
}
