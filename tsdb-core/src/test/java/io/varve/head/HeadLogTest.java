package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.LocalDisk;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.WalReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What commits leave in the log: one record for each series, and before any of its samples.
class HeadLogTest {
  private static final long START = 1_700_000_000_000L;

  @TempDir Path directory;

  private static Labels labels(int i) {
    return Labels.of("__name__", "m", "i", "" + i);
  }

  @Test
  void appenderThatDidNotCreateTheSeriesLogsItsRecordIfItCommitsFirst() throws Exception {
    try (Varve db = open();
        Appender creator = db.appender();
        Appender other = db.appender()) {
      SeriesRef created = creator.append(labels(1), START, 1).ref();
      other.append(created, START + 1, 2);
      other.commit();
      creator.rollback();
    }

    assertThat(log()).containsExactly("series 1", "sample 1");
  }

  @Test
  void seriesIsLoggedOnceHoweverManyAppendersBringItsFirstSamples() throws Exception {
    try (Varve db = open();
        Appender first = db.appender();
        Appender second = db.appender()) {
      first.append(labels(1), START, 1);
      second.append(labels(1), START + 1, 1);
      second.append(labels(2), START + 1, 1);
      first.commit();
      second.commit();
    }

    assertThat(log()).containsExactly("series 1", "sample 1", "series 2", "sample 1", "sample 2");
  }

  @Test
  void seriesOfACommitAreLoggedInTheOrderOfTheirReferencesWhateverTheirKind() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      app.append(labels(1), START, Histogram.STALE);
      app.append(labels(2), START, 1);
      app.commit();
    }

    assertThat(log()).containsExactly("series 1", "series 2", "sample 2");
  }

  @Test
  void rolledBackSamplesAreNotLogged() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      app.append(labels(1), START, 1);
      app.rollback();
    }

    assertThat(log()).isEmpty();
  }

  @Test
  void recordsComeBeforeSamplesWithManyThreadsCreatingTheSameSeries() throws Exception {
    int threads = 4;
    try (Varve db = open()) {
      var barrier = new CyclicBarrier(threads);
      var workers = new ArrayList<Thread>();
      for (int n = 0; n < threads; n++) {
        long offset = n;
        workers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try (Appender app = db.appender()) {
                    barrier.await();
                    for (int i = 0; i < 2000; i++) {
                      app.append(labels(i), START + (long) i * threads + offset, 1);
                      if (i % 10 == 9) {
                        app.commit();
                      }
                    }
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
      }
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(db.stats().headSeries()).isEqualTo(2000);
    }

    Set<String> seen = new HashSet<>();
    for (String record : log()) {
      String ref = record.substring(record.indexOf(' ') + 1);
      if (record.startsWith("series")) {
        assertThat(seen.add(ref)).as("second record of series %s", ref).isTrue();
      } else {
        assertThat(seen).contains(ref);
      }
    }
    assertThat(seen).hasSize(2000);
  }

  private Varve open() throws Exception {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
  }

  /// The log as text: "series REF" and "sample REF", in order.
  private List<String> log() throws Exception {
    var records = new ArrayList<String>();
    try (WalReader in = WalReader.open(new LocalDisk(), directory.resolve("wal"))) {
      while (in.next()) {
        RecordDecoder.decode(
            in.record(),
            new RecordHandler() {
              @Override
              public void series(long ref, byte[] buf, int offset, int length) {
                records.add("series " + ref);
              }

              @Override
              public void sample(long ref, long t, long st, long valueBits) {
                records.add("sample " + ref);
              }

              @Override
              public void tombstone(long ref, long mint, long maxt) {
                records.add("tombstone " + ref);
              }

              @Override
              public void histogram(long ref, long t, long st, Histogram histogram) {}

              @Override
              public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {}

              @Override
              public void exemplar(
                  long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

              @Override
              public void mmapMarker(long ref, long chunkRef) {}

              @Override
              public void metadata(long ref, int kind, String unit, String help) {}

              @Override
              public void unknown(int type, int length) {}

              @Override
              public void malformedSeries(long ref, String problem) {}

              @Override
              public void skipped(int type, long ref, long t, String problem) {}
            });
      }
    }
    return records;
  }
}
