package io.varve.chunk;

import static io.varve.chunk.Histograms.counter;
import static io.varve.chunk.Histograms.counts;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ChunkRunTest {
  private record Sample(long st, long t, @Nullable NativeHistogram histogram) {
    static Sample of(long t) {
      return new Sample(0, t, null);
    }
  }

  /// @param first time of the first sample
  /// @param last time of the last sample
  private record Chunk(int encoding, int samples, long first, long last) {}

  @Test
  void givesNothingForNoSamples() {
    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM), List.of())).isEmpty();
    assertThat(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM).next()).isFalse();
  }

  @Test
  void has120SamplesToAChunk() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      samples.add(Sample.of(i));
    }

    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM), samples))
        .containsExactly(
            new Chunk(1, 120, 0, 119), new Chunk(1, 120, 120, 239), new Chunk(1, 10, 240, 249));
    assertThat(encode(new ChunkRun(true, ChunkEncoding.XOR2), samples))
        .containsExactly(
            new Chunk(4, 120, 0, 119), new Chunk(4, 120, 120, 239), new Chunk(4, 10, 240, 249));
  }

  @Test
  void cutsWhereTheKindChanges() {
    Histogram histogram = counter(new int[] {0, 1}, 1);
    List<Sample> samples =
        List.of(
            Sample.of(1),
            new Sample(0, 2, histogram),
            new Sample(0, 3, histogram),
            new Sample(0, 4, histogram.toFloat()),
            Sample.of(5));

    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM_ST), samples))
        .containsExactly(
            new Chunk(1, 1, 1, 1),
            new Chunk(2, 2, 2, 3),
            new Chunk(3, 1, 4, 4),
            new Chunk(1, 1, 5, 5));
  }

  @Test
  void cutsWhereCountersAreReset() {
    List<Sample> samples =
        List.of(
            new Sample(0, 1, counter(new int[] {0, 1}, 5)),
            new Sample(0, 2, counter(new int[] {0, 2}, 5, 5)),
            new Sample(0, 3, counter(new int[] {0, 2}, 5, 1)),
            new Sample(0, 4, counts(CounterReset.GAUGE, new int[] {0, 1}, 5)));

    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM), samples))
        .containsExactly(new Chunk(2, 2, 1, 2), new Chunk(2, 1, 3, 3), new Chunk(2, 1, 4, 4));
  }

  @Test
  void keepsStartTimestampsOnlyIfAskedTo() {
    Histogram histogram = counter(new int[] {0, 1}, 1);
    List<Sample> samples =
        List.of(
            Sample.of(1),
            new Sample(1, 2, null),
            Sample.of(3),
            new Sample(0, 4, histogram),
            new Sample(3, 5, histogram),
            new Sample(3, 6, histogram.toFloat()));

    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM_ST), samples))
        .containsExactly(
            new Chunk(1, 1, 1, 1),
            new Chunk(4, 2, 2, 3),
            new Chunk(2, 1, 4, 4),
            new Chunk(5, 1, 5, 5),
            new Chunk(6, 1, 6, 6));
    assertThat(encode(new ChunkRun(false, ChunkEncoding.XOR2), samples))
        .containsExactly(
            new Chunk(1, 1, 1, 1),
            new Chunk(4, 2, 2, 3),
            new Chunk(2, 2, 4, 5),
            new Chunk(3, 1, 6, 6));
    assertThat(encode(new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM), samples))
        .containsExactly(new Chunk(1, 3, 1, 3), new Chunk(2, 2, 4, 5), new Chunk(3, 1, 6, 6));
  }

  private static List<Chunk> encode(ChunkRun run, List<Sample> samples) {
    List<Chunk> chunks = new ArrayList<>();
    var buffer = new ChunkBuffer();
    var cursor = new ChunkCursor();
    int at = 0;
    run.reset(new ListCursor(samples));
    while (run.next()) {
      ChunkEncoder chunk = run.chunk();
      chunks.add(
          new Chunk(chunk.encoding(), chunk.sampleCount(), chunk.minTime(), chunk.lastTime()));
      chunk.copyTo(buffer);
      cursor.reset(buffer, "chunk", 0);
      while (cursor.next()) {
        Sample sample = samples.get(at++);
        assertThat(cursor.timestamp()).isEqualTo(sample.t);
        if (chunk.encoding() > 3) {
          assertThat(cursor.startTimestamp()).isEqualTo(sample.st);
        }
      }
    }
    assertThat(at).isEqualTo(samples.size());
    return chunks;
  }

  private static final class ListCursor implements SampleCursor {
    private final List<Sample> samples;
    private int at = -1;

    ListCursor(List<Sample> samples) {
      this.samples = samples;
    }

    @Override
    public boolean next() {
      return ++at < samples.size();
    }

    @Override
    public boolean seek(long timestamp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long timestamp() {
      return samples.get(at).t;
    }

    @Override
    public long startTimestamp() {
      return samples.get(at).st;
    }

    @Override
    public SampleKind kind() {
      return switch (samples.get(at).histogram) {
        case null -> SampleKind.FLOAT;
        case Histogram counts -> SampleKind.HISTOGRAM;
        case FloatHistogram counts -> SampleKind.FLOAT_HISTOGRAM;
      };
    }

    @Override
    public Histogram histogram() {
      return (Histogram) of(samples.get(at));
    }

    @Override
    public FloatHistogram floatHistogram() {
      return (FloatHistogram) of(samples.get(at));
    }

    private static NativeHistogram of(Sample sample) {
      NativeHistogram histogram = sample.histogram;
      if (histogram == null) {
        throw new IllegalStateException("a float");
      }
      return histogram;
    }

    @Override
    public double value() {
      return at;
    }
  }
}
