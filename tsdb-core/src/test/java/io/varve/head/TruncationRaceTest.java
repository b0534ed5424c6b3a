package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.varve.Appender;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkBuffer;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What commits do while the head is swept for what is left in the chunk files.
class TruncationRaceTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final long NEWEST = START + 3_600_000;

  @TempDir Path directory;

  private interface Truncation {
    void of(Head head) throws IOException;
  }

  @Test
  void chunkThatASeriesGetsAfterItsTurnStays() throws Exception {
    chunkThatASeriesGetsAfterItsTurnStays(head -> head.truncate(START));
  }

  @Test
  void chunkThatASeriesGetsAfterItsTurnStaysWhenSamplesOutOfOrderAreDropped() throws Exception {
    chunkThatASeriesGetsAfterItsTurnStays(head -> head.truncateOutOfOrder(OutOfOrderCut.NONE));
  }

  private void chunkThatASeriesGetsAfterItsTurnStays(Truncation truncation) throws Exception {
    VarveOptions options = VarveOptions.defaults().withOutOfOrderWindow(Duration.ofHours(2));
    try (Head head = Head.open(directory, options, Long.MIN_VALUE, true);
        Appender app = head.appender()) {
      for (String name : List.of("a", "b")) {
        app.append(Labels.of("__name__", name), NEWEST, 1);
      }
      app.commit();
      var swept = new ArrayList<MemSeries>();
      head.series().forEach(swept::add);
      MemSeries first = swept.getFirst();
      appendLate(app, first, 0, OutOfOrderBuffer.CAPACITY);

      whileSweepIsHeldUp(
          swept.getLast(),
          () -> truncation.of(head),
          () -> appendLate(app, first, OutOfOrderBuffer.CAPACITY, OutOfOrderBuffer.CAPACITY + 1));

      List<Long> chunks = chunks(first);
      assertThat(chunks).hasSize(1);
      HeadChunks files = head.chunking().files();
      assertThatCode(() -> files.read(chunks.getFirst(), new ChunkBuffer()))
          .doesNotThrowAnyException();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /// Runs {@code meanwhile} when {@code sweep} waits for a series.
  private static void whileSweepIsHeldUp(MemSeries at, Step sweep, Step meanwhile)
      throws Exception {
    var failure = new AtomicReference<Throwable>();
    Thread sweeper;
    synchronized (at) {
      sweeper =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  sweep.run();
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      while (sweeper.getState() != Thread.State.BLOCKED && sweeper.isAlive()) {
        Thread.onSpinWait();
      }
      meanwhile.run();
    }
    sweeper.join();
    assertThat(failure.get()).isNull();
  }

  private static void appendLate(Appender app, MemSeries series, int from, int to) {
    for (int i = from; i < to; i++) {
      app.append(series, START + i, (double) i);
    }
    assertThat(app.commit().accepted()).isEqualTo(to - from);
  }

  private static List<Long> chunks(MemSeries series) {
    var refs = new ArrayList<Long>();
    synchronized (series) {
      OutOfOrderChunks own = series.outOfOrder;
      assertThat(own).isNotNull();
      own.forEach(0, Long.MAX_VALUE, (ref, mint, maxt) -> refs.add(ref));
    }
    return refs;
  }
}
