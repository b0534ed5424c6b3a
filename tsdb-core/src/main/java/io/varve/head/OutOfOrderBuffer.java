package io.varve.head;

import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The newest samples of one series that came out of order, of all kinds, in order of their times.
/// Not encoded, so that the next one can go anywhere among them. Of samples with the same time the
/// first one stays. Guarded by the monitor of the series, copies confined to one thread.
final class OutOfOrderBuffer {
  /// Samples that fit, as many as in Prometheus.
  static final int CAPACITY = 32;

  private static final int INITIAL_CAPACITY = 4;

  private long[] times = new long[INITIAL_CAPACITY];
  private long[] valueBits = new long[INITIAL_CAPACITY];

  /// Start timestamps; null if no sample has one.
  private long @Nullable [] starts;

  /// Null where the sample is a float, and as a whole if all are.
  private @Nullable NativeHistogram @Nullable [] histograms;

  /// The commit of each sample; null if all were there before the first one.
  private long @Nullable [] commits;

  private int size;

  OutOfOrderBuffer() {}

  private OutOfOrderBuffer(OutOfOrderBuffer original) {
    times = Arrays.copyOf(original.times, original.size);
    valueBits = Arrays.copyOf(original.valueBits, original.size);
    starts = original.starts == null ? null : Arrays.copyOf(original.starts, original.size);
    histograms =
        original.histograms == null ? null : Arrays.copyOf(original.histograms, original.size);
    commits = original.commits == null ? null : Arrays.copyOf(original.commits, original.size);
    size = original.size;
  }

  /// A copy of what is seen, null if that is nothing.
  @Nullable OutOfOrderBuffer copy(Horizon horizon) {
    int seen = countSeen(horizon);
    if (seen == size) {
      return new OutOfOrderBuffer(this);
    }
    var copy = new OutOfOrderBuffer();
    for (int i = 0; i < size; i++) {
      if (horizon.sees(commit(i))) {
        var ignored = copy.insert(start(i), times[i], valueBits[i], histogram(i), commit(i));
      }
    }
    return seen == 0 ? null : copy;
  }

  private int countSeen(Horizon horizon) {
    int seen = 0;
    for (int i = 0; i < size; i++) {
      seen += horizon.sees(commit(i)) ? 1 : 0;
    }
    return seen;
  }

  private long commit(int index) {
    return commits == null ? 0 : commits[index];
  }

  /// The commits of the samples from {@code from} to before {@code to}.
  long[] commits(int from, int to) {
    return commits == null ? new long[to - from] : Arrays.copyOfRange(commits, from, to);
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  /// Time of the oldest sample, milliseconds; there must be one.
  long minTime() {
    return times[0];
  }

  /// Time of the newest sample, milliseconds; there must be one.
  long maxTime() {
    return times[size - 1];
  }

  long time(int index) {
    return times[index];
  }

  /// Start timestamp, milliseconds; 0 if not known.
  long start(int index) {
    return starts == null ? 0 : starts[index];
  }

  double value(int index) {
    return Double.longBitsToDouble(valueBits[index]);
  }

  /// The sample if it is no float.
  @Nullable NativeHistogram histogram(int index) {
    return histograms == null ? null : histograms[index];
  }

  /// Adds a sample; there must be room.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param bits the value of a float
  /// @param histogram the sample if it is no float
  /// @param commit what it is of; 0 if it was there before the first one
  /// @return false if there is one with its time
  boolean insert(long start, long t, long bits, @Nullable NativeHistogram histogram, long commit) {
    int at = size;
    if (size > 0 && t <= times[size - 1]) {
      int found = Arrays.binarySearch(times, 0, size, t);
      if (found >= 0) {
        return false;
      }
      at = -found - 1;
    }
    makeRoom(at);
    times[at] = t;
    valueBits[at] = bits;
    putStart(at, start);
    putHistogram(at, histogram);
    putCommit(at, commit);
    return true;
  }

  /// Adds the present sample of a chunk, which is later than all others.
  void insert(SampleCursor sample) {
    NativeHistogram histogram =
        switch (sample.kind()) {
          case FLOAT -> null;
          case HISTOGRAM -> sample.histogram();
          case FLOAT_HISTOGRAM -> sample.floatHistogram();
        };
    long bits = histogram == null ? Double.doubleToRawLongBits(sample.value()) : 0;
    var ignored = insert(sample.startTimestamp(), sample.timestamp(), bits, histogram, 0);
  }

  private void makeRoom(int at) {
    if (size == times.length) {
      int capacity = Math.min(CAPACITY, 2 * size);
      times = Arrays.copyOf(times, capacity);
      valueBits = Arrays.copyOf(valueBits, capacity);
      starts = starts == null ? null : Arrays.copyOf(starts, capacity);
      histograms = histograms == null ? null : Arrays.copyOf(histograms, capacity);
      commits = commits == null ? null : Arrays.copyOf(commits, capacity);
    }
    int behind = size - at;
    System.arraycopy(times, at, times, at + 1, behind);
    System.arraycopy(valueBits, at, valueBits, at + 1, behind);
    if (starts != null) {
      System.arraycopy(starts, at, starts, at + 1, behind);
    }
    if (histograms != null) {
      System.arraycopy(histograms, at, histograms, at + 1, behind);
    }
    if (commits != null) {
      System.arraycopy(commits, at, commits, at + 1, behind);
    }
    size++;
  }

  private void putStart(int at, long start) {
    if (starts == null && start != 0) {
      starts = new long[times.length];
    }
    if (starts != null) {
      starts[at] = start;
    }
  }

  private void putCommit(int at, long commit) {
    if (commits == null && commit != 0) {
      commits = new long[times.length];
    }
    if (commits != null) {
      commits[at] = commit;
    }
  }

  private void putHistogram(int at, @Nullable NativeHistogram histogram) {
    if (histograms == null && histogram != null) {
      histograms = new NativeHistogram[times.length];
    }
    if (histograms != null) {
      histograms[at] = histogram;
    }
  }
}
