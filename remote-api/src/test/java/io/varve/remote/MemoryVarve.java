package io.varve.remote;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.CommitResult;
import io.varve.CompactionProgress;
import io.varve.CompactionStats;
import io.varve.ExemplarOutcome;
import io.varve.ExemplarSeries;
import io.varve.ExemplarStats;
import io.varve.IsolationStats;
import io.varve.Limit;
import io.varve.Limits;
import io.varve.OutOfOrderStats;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.SnapshotStats;
import io.varve.StaleSeriesStats;
import io.varve.Varve;
import io.varve.VarveStats;
import io.varve.WalSync;
import io.varve.WriteStats;
import io.varve.block.BlockMeta;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.XorEncoder;
import io.varve.compact.CompactionListener.Step;
import io.varve.compact.CompactionPlan.Reason;
import io.varve.model.Exemplar;
import io.varve.model.HistogramValidation;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A store in memory, simple and slow: what the server is tested against. Appenders are serialized
/// by their commit; queries see what was committed.
class MemoryVarve implements Varve {
  /// Samples in a chunk.
  static final int CHUNK = 120;

  private final NavigableMap<Labels, NavigableMap<Long, Double>> series =
      new ConcurrentSkipListMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private final AtomicLong appended = new AtomicLong();

  /// Samples of a series as they are stored, for tests to look at.
  NavigableMap<Long, Double> samples(String... labels) {
    return series.getOrDefault(Labels.of(labels), new TreeMap<>());
  }

  /// All that is stored.
  Map<Labels, NavigableMap<Long, Double>> content() {
    return series;
  }

  void put(Labels labels, long timestamp, double value) {
    series.computeIfAbsent(labels, l -> new ConcurrentSkipListMap<>()).put(timestamp, value);
  }

  @Override
  public Appender appender() {
    return new MemoryAppender();
  }

  @Override
  public Querier querier(long mint, long maxt) {
    if (mint > maxt) {
      throw new IllegalArgumentException(mint + " is after " + maxt);
    }
    return new MemoryQuerier(mint, maxt);
  }

  /// Exemplars are counted and not kept.
  @Override
  public List<ExemplarSeries> exemplars(long mint, long maxt, List<List<Matcher>> selectors) {
    return List.of();
  }

  @Override
  public SortedMap<String, List<Metadata>> metadata() {
    return new TreeMap<>();
  }

  @Override
  public void resizeExemplars(int maxExemplars) {}

  @Override
  public List<BlockMeta> blocks() {
    return List.of();
  }

  @Override
  public VarveStats stats() {
    return new VarveStats(
        series.size(),
        2,
        3,
        4000,
        5000,
        6,
        7,
        8,
        appended.get(),
        35,
        10,
        11,
        12,
        36,
        37,
        Map.of(Limit.SERIES, 38L, Limit.LABELS, 0L),
        new ExemplarStats(38, 39, 40, 41_000, 42, 43, 44),
        13,
        14,
        15,
        16,
        17000,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27_000_000_000L,
        28,
        29,
        30,
        31,
        32,
        33,
        34_000,
        true,
        new OutOfOrderStats(6000, 7000, 38, 39, 40, 41, 42, 43, 44_000_000_000L, 45, 46, 47),
        new SnapshotStats(true, 48),
        new StaleSeriesStats(50, 51, 52, 53),
        new IsolationStats(54, 55),
        new CompactionStats(
            56,
            57,
            58,
            59,
            60,
            61,
            62_000_000_000L,
            Optional.of(new CompactionProgress(Reason.RANGE, 63, 64, Step.SERIES, 66, 88, 70))),
        new WriteStats(56, true, 57, 58, true, 59),
        56);
  }

  /// Has none.
  @Override
  public void setLimits(Limits limits) {}

  @Override
  public void setRetention(Duration retention) {}

  @Override
  public void setCompactionBytesPerSecond(long bytesPerSecond) {}

  @Override
  public void setCompactionPaused(boolean paused) {}

  @Override
  public void setOutOfOrderWindow(Duration window) {}

  @Override
  public void setWalSync(WalSync walSync) {}

  @Override
  public void setDiskReserve(long bytes) {}

  @Override
  public void setWalSyncInterval(Duration interval) {}

  @Override
  public void setStaleSeriesCompactionThreshold(double threshold) {}

  @Override
  public void maintain() {}

  @Override
  public void close() {}

  private record MemoryRef(long id, Labels labels) implements SeriesRef {}

  private record Sample(MemoryRef ref, long timestamp, double value) {}

  private final class MemoryAppender implements Appender {
    private final List<Sample> batch = new ArrayList<>();
    private final Map<AppendOutcome, CommitResult.Rejection> rejections =
        new EnumMap<>(AppendOutcome.class);
    private final Map<Labels, Map.Entry<Long, Double>> newest = new HashMap<>();
    private long duplicates;
    private long exemplars;

    @Override
    public AppendOutcome append(SeriesRef ref, long timestamp, double value) {
      AppendOutcome outcome = judge(ref.labels(), timestamp, value);
      switch (outcome) {
        case ACCEPTED -> batch.add(new Sample((MemoryRef) ref, timestamp, value));
        case DUPLICATE -> duplicates++;
        default -> reject(outcome, ref, timestamp, outcome.toString());
      }
      return outcome;
    }

    private void reject(AppendOutcome outcome, SeriesRef ref, long timestamp, String reason) {
      rejections.merge(
          outcome,
          new CommitResult.Rejection(outcome, 1, ref.labels(), timestamp, reason),
          (a, b) ->
              new CommitResult.Rejection(
                  outcome, a.count() + 1, a.first(), a.firstTimestamp(), a.reason()));
    }

    @Override
    public AppendOutcome append(SeriesRef ref, long start, long timestamp, double value) {
      return append(ref, timestamp, value);
    }

    /// Checks histograms and does not keep them.
    @Override
    public AppendOutcome append(
        SeriesRef ref, long start, long timestamp, NativeHistogram histogram) {
      HistogramValidation validation = HistogramValidation.of(histogram);
      if (validation.isValid()) {
        return AppendOutcome.ACCEPTED;
      }
      reject(AppendOutcome.INVALID_HISTOGRAM, ref, timestamp, validation.reason());
      return AppendOutcome.INVALID_HISTOGRAM;
    }

    @Override
    public ExemplarOutcome appendExemplar(SeriesRef ref, Exemplar exemplar) {
      exemplars++;
      return ExemplarOutcome.ACCEPTED;
    }

    @Override
    public void updateMetadata(SeriesRef ref, Metadata metadata) {}

    @Override
    public boolean updateMetadata(String family, Metadata metadata) {
      return !family.isEmpty();
    }

    private AppendOutcome judge(Labels labels, long timestamp, double value) {
      Map.Entry<Long, Double> last = newest.get(labels);
      last = last == null ? series.get(labels).lastEntry() : last;
      if (last == null || timestamp > last.getKey()) {
        newest.put(labels, Map.entry(timestamp, value));
        return AppendOutcome.ACCEPTED;
      }
      if (timestamp < last.getKey()) {
        return AppendOutcome.OUT_OF_ORDER;
      }
      return Double.doubleToRawLongBits(last.getValue()) == Double.doubleToRawLongBits(value)
          ? AppendOutcome.DUPLICATE
          : AppendOutcome.DUPLICATE_FOR_TIMESTAMP;
    }

    @Override
    public SeriesRef series(byte[] labels, int offset, int length) {
      if (length == 0) {
        throw new IllegalArgumentException("no labels");
      }
      Labels decoded = Labels.decode(labels, offset, length);
      series.computeIfAbsent(decoded, l -> new ConcurrentSkipListMap<>());
      return new MemoryRef(nextId.incrementAndGet(), decoded);
    }

    @Override
    public @Nullable SeriesRef existingSeries(byte[] labels, int offset, int length) {
      if (LabelsCodec.problem(labels, offset, length) != null) {
        return null;
      }
      Labels decoded = Labels.decode(labels, offset, length);
      return series.containsKey(decoded) ? new MemoryRef(nextId.incrementAndGet(), decoded) : null;
    }

    @Override
    public CommitResult commit() {
      for (Sample sample : batch) {
        put(sample.ref().labels(), sample.timestamp(), sample.value());
      }
      appended.addAndGet(batch.size());
      var result =
          new CommitResult(
              batch.size() + duplicates,
              List.copyOf(rejections.values()),
              new CommitResult.Exemplars(exemplars, Map.of()));
      rollback();
      return result;
    }

    @Override
    public void rollback() {
      batch.clear();
      newest.clear();
      rejections.clear();
      duplicates = 0;
      exemplars = 0;
    }

    @Override
    public void close() {
      rollback();
    }
  }

  private final class MemoryQuerier implements Querier {
    private final long mint;
    private final long maxt;

    MemoryQuerier(long mint, long maxt) {
      this.mint = mint;
      this.maxt = maxt;
    }

    @Override
    public SeriesSet select(Matcher... matchers) {
      return new MemorySet(series(matchers).iterator(), mint, maxt);
    }

    @Override
    public ChunkSeriesSet selectChunks(Matcher... matchers) {
      return new MemorySet(
          series(matchers).stream().filter(l -> !range(l, mint, maxt).isEmpty()).iterator(),
          mint,
          maxt);
    }

    @Override
    public List<Labels> series(Matcher... matchers) {
      return series.keySet().stream()
          .filter(labels ->
              Arrays.stream(matchers)
                  .allMatch(
                      m -> m.matches(labels.get(m.name()) == null ? "" : labels.get(m.name()))))
          .toList();
    }

    @Override
    public SortedSet<String> labelNames(Matcher... matchers) {
      var names = new TreeSet<String>(UTF8_ORDER);
      series(matchers).forEach(labels -> names.addAll(labels.names()));
      return names;
    }

    @Override
    public SortedSet<String> labelValues(String name, Matcher... matchers) {
      var values = new TreeSet<String>(UTF8_ORDER);
      for (Labels labels : series(matchers)) {
        if (labels.get(name) != null) {
          values.add(labels.get(name));
        }
      }
      return values;
    }

    @Override
    public void close() {}
  }

  private static final Comparator<String> UTF8_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private NavigableMap<Long, Double> range(Labels labels, long mint, long maxt) {
    return series.get(labels).subMap(mint, true, maxt, true);
  }

  /// Both kinds of set.
  private final class MemorySet implements SeriesSet, ChunkSeriesSet {
    private final Iterator<Labels> all;
    private final long mint;
    private final long maxt;
    private final ChunkBuffer chunk = new ChunkBuffer();
    private Labels labels = Labels.of();
    private Iterator<Map.Entry<Long, Double>> rest = List.<Map.Entry<Long, Double>>of().iterator();
    private long chunkMinTime;
    private long chunkMaxTime;

    MemorySet(Iterator<Labels> all, long mint, long maxt) {
      this.all = all;
      this.mint = mint;
      this.maxt = maxt;
    }

    @Override
    public boolean next() {
      if (!all.hasNext()) {
        return false;
      }
      labels = all.next();
      rest = range(labels, mint, maxt).entrySet().iterator();
      return true;
    }

    @Override
    public Labels labels() {
      return labels;
    }

    @Override
    public SampleCursor samples() {
      return new MemoryCursor(rest);
    }

    @Override
    public boolean nextChunk() {
      var encoder = new XorEncoder();
      while (rest.hasNext() && encoder.sampleCount() < CHUNK) {
        Map.Entry<Long, Double> sample = rest.next();
        chunkMinTime = encoder.sampleCount() == 0 ? sample.getKey() : chunkMinTime;
        chunkMaxTime = sample.getKey();
        encoder.append(sample.getKey(), sample.getValue());
      }
      encoder.copyTo(chunk);
      return encoder.sampleCount() > 0;
    }

    @Override
    public long chunkMinTime() {
      return chunkMinTime;
    }

    @Override
    public long chunkMaxTime() {
      return chunkMaxTime;
    }

    @Override
    public ChunkBuffer chunk() {
      return chunk;
    }
  }

  private static final class MemoryCursor implements SampleCursor {
    private final Iterator<Map.Entry<Long, Double>> rest;
    private Map.Entry<Long, Double> present = Map.entry(0L, 0.0);

    MemoryCursor(Iterator<Map.Entry<Long, Double>> rest) {
      this.rest = rest;
    }

    @Override
    public boolean next() {
      boolean more = rest.hasNext();
      if (more) {
        present = rest.next();
      }
      return more;
    }

    @Override
    public boolean seek(long timestamp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long timestamp() {
      return present.getKey();
    }

    @Override
    public double value() {
      return present.getValue();
    }
  }
}
