package io.varve.interop;

import io.varve.ChunkSeriesSet;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.chunk.ChunkCursor;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a store holds: series with their samples, values bit for bit. Confined to one thread.
final class Samples {
  private static final int DIFFERENCES = 10;
  private static final Matcher ALL = Matcher.regex(Labels.METRIC_NAME, ".+");

  static final Comparator<Sample> BY_TIME = Comparator.comparingLong(Sample::timestamp);

  /// @param timestamp milliseconds since the epoch
  /// @param bits of the value of a float
  /// @param histogram what a histogram says, see {@link HistogramMeaning}; empty for a float
  record Sample(long timestamp, long bits, String histogram) {
    Sample(long timestamp, long bits) {
      this(timestamp, bits, "");
    }

    Sample(long timestamp, NativeHistogram histogram) {
      this(timestamp, 0, HistogramMeaning.of(histogram));
    }

    double value() {
      return Double.longBitsToDouble(bits);
    }

    @Override
    public String toString() {
      return histogram.isEmpty()
          ? timestamp + ":" + value() + "(" + Long.toHexString(bits) + ")"
          : timestamp + ":" + histogram;
    }
  }

  private final TreeMap<Labels, List<Sample>> series = new TreeMap<>();

  /// All samples of a store from {@code mint} to {@code maxt}, both inclusive, in milliseconds
  /// since the epoch.
  static Samples of(Varve store, long mint, long maxt) {
    var samples = new Samples();
    try (Querier querier = store.querier(mint, maxt)) {
      for (SeriesSet set = querier.select(ALL); set.next(); ) {
        var run = new ArrayList<Sample>();
        addAll(run, set.samples());
        samples.add(set.labels(), run);
      }
    }
    return samples;
  }

  /// As {@link #of(Varve, long, long)}, by the chunks that a store hands out.
  static Samples ofChunks(Varve store, long mint, long maxt) {
    var samples = new Samples();
    var cursor = new ChunkCursor();
    try (Querier querier = store.querier(mint, maxt)) {
      for (ChunkSeriesSet set = querier.selectChunks(ALL); set.next(); ) {
        var run = new ArrayList<Sample>();
        while (set.nextChunk()) {
          cursor.reset(set.chunk(), set.labels(), 0);
          addAll(run, cursor);
        }
        samples.add(set.labels(), run);
      }
    }
    return samples;
  }

  static void addAll(List<Sample> run, SampleCursor cursor) {
    while (cursor.next()) {
      long t = cursor.timestamp();
      run.add(
          switch (cursor.kind()) {
            case FLOAT -> new Sample(t, Double.doubleToRawLongBits(cursor.value()));
            case HISTOGRAM -> new Sample(t, cursor.histogram());
            case FLOAT_HISTOGRAM -> new Sample(t, cursor.floatHistogram());
          });
    }
  }

  static Samples of(Varve store) {
    return of(store, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /// Adds samples after those the series already has. No samples, no series.
  void add(Labels labels, List<Sample> samples) {
    if (!samples.isEmpty()) {
      series.computeIfAbsent(labels, none -> new ArrayList<>()).addAll(samples);
    }
  }

  void add(Labels labels, long timestamp, double value) {
    add(labels, List.of(new Sample(timestamp, Double.doubleToRawLongBits(value))));
  }

  SortedMap<Labels, List<Sample>> series() {
    return Collections.unmodifiableSortedMap(series);
  }

  /// Those from {@code mint} to {@code maxt}, both inclusive.
  Samples between(long mint, long maxt) {
    var part = new Samples();
    series.forEach((labels, samples) ->
        part.add(
            labels,
            samples.stream().filter(s -> s.timestamp >= mint && s.timestamp <= maxt).toList()));
    return part;
  }

  /// Those that are no histograms of which it is said that.
  Samples without(String meaning) {
    var part = new Samples();
    series.forEach((labels, samples) ->
        part.add(labels, samples.stream().filter(s -> !s.histogram.contains(meaning)).toList()));
    return part;
  }

  /// These, with zeros in place of negative zeros.
  Samples withoutNegativeZeros() {
    var changed = new Samples();
    series.forEach(
        (labels, samples) -> changed.add(labels, samples.stream().map(this::unsigned).toList()));
    return changed;
  }

  private Sample unsigned(Sample sample) {
    return sample.value() == 0 ? new Sample(sample.timestamp, 0, sample.histogram) : sample;
  }

  long count() {
    return series.values().stream().mapToLong(List::size).sum();
  }

  long maxTime() {
    return series.values().stream().mapToLong(s -> s.getLast().timestamp).max().orElseThrow();
  }

  long minTime() {
    return series.values().stream().mapToLong(s -> s.getFirst().timestamp).min().orElseThrow();
  }

  /// How these differ from what is expected, in words; the first few differences only.
  List<String> differencesTo(Samples expected) {
    var differences = new ArrayList<String>();
    SortedSet<Labels> all = new TreeSet<>(expected.series.keySet());
    all.addAll(series.keySet());
    for (Labels labels : all) {
      List<Sample> mine = series.getOrDefault(labels, List.of());
      List<Sample> theirs = expected.series.getOrDefault(labels, List.of());
      if (!mine.equals(theirs) && differences.size() < DIFFERENCES) {
        differences.add(labels + ": " + difference(mine, theirs));
      }
    }
    return differences;
  }

  private static String difference(List<Sample> mine, List<Sample> expected) {
    int at = 0;
    while (at < mine.size() && at < expected.size() && mine.get(at).equals(expected.get(at))) {
      at++;
    }
    return "%d samples in place of %d, from sample %d on %s in place of %s"
        .formatted(mine.size(), expected.size(), at, few(mine, at), few(expected, at));
  }

  private static List<Sample> few(List<Sample> samples, int from) {
    return samples.subList(from, Math.min(samples.size(), from + 3));
  }

  @Override
  public String toString() {
    return count() + " samples of " + series.size() + " series";
  }
}
