package io.varve.head;

import io.varve.Limit;
import io.varve.Limits;
import io.varve.index.MemPostings;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides whether a new series may come into the head, and says what it refused: it counts every
/// refusal, and logs one a minute for each limit.
///
/// How many series have a label is what the postings know already; nothing is kept for the limits.
/// Looking there takes the value as a string, which is all a refusal allocates.
///
/// Thread-safe. For the caps on series to hold exactly, {@link #refusesMore} and what makes the
/// series are to be called under one lock.
final class Admission {
  private static final Logger LOG = System.getLogger(Admission.class.getName());
  private static final long LOG_INTERVAL_MILLIS = Duration.ofMinutes(1).toMillis();

  private final MemPostings postings;
  private final HeadCounters counters;
  private final LongSupplier clock;
  private final EnumMap<Limit, Refusals> refusals = new EnumMap<>(Limit.class);
  private volatile Rules rules;

  /// How many series may have the same value of a label. Immutable.
  private static final class Cap {
    final Limit limit;
    final String name;
    final byte[] nameBytes;
    final long most;

    Cap(Limit limit, String name, long most) {
      this.limit = limit;
      this.name = name;
      this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
      this.most = most;
    }
  }

  /// Limits, as they are looked at. Immutable.
  private static final class Rules {
    final Limits limits;
    final Cap[] caps;

    Rules(Limits limits) {
      var all = new ArrayList<Cap>();
      all.add(new Cap(Limit.SERIES_PER_METRIC, Labels.METRIC_NAME, limits.seriesPerMetric()));
      limits
          .seriesPerLabelValue()
          .forEach((name, most) -> all.add(new Cap(Limit.SERIES_PER_LABEL_VALUE, name, most)));
      this.limits = limits;
      this.caps = all.stream().filter(cap -> cap.most > 0).toArray(Cap[]::new);
    }
  }

  /// Those by one limit.
  private static final class Refusals {
    final LongAdder count = new LongAdder();
    final AtomicLong logAgainAt = new AtomicLong(Long.MIN_VALUE);
  }

  /// @param clock milliseconds since the epoch, for the log
  Admission(Limits limits, MemPostings postings, HeadCounters counters, LongSupplier clock) {
    this.rules = new Rules(limits);
    this.postings = postings;
    this.counters = counters;
    this.clock = clock;
    Arrays.stream(Limit.values()).forEach(limit -> refusals.put(limit, new Refusals()));
  }

  /// Replaces the limits.
  void setLimits(Limits limits) {
    rules = new Rules(limits);
  }

  /// Whether the labels as such are over a limit.
  ///
  /// @param labels in canonical form
  /// @param refused told why, if so
  boolean refusesLabels(byte[] labels, int offset, int length, RefusedSeries refused) {
    Limits limits = rules.limits;
    int count = 0;
    int end = offset + length;
    for (int at = offset; at < end; count++) {
      long name = LabelsCodec.field(labels, at, end);
      long value =
          LabelsCodec.field(labels, LabelsCodec.start(name) + LabelsCodec.length(name), end);
      int nameLength = LabelsCodec.length(name);
      int valueLength = LabelsCodec.length(value);
      if (exceeds(nameLength, limits.labelNameBytes())) {
        int most = limits.labelNameBytes();
        refused.set(labels, offset, length, Limit.LABEL_NAME_BYTES, most, nameLength);
        return true;
      }
      if (exceeds(valueLength, limits.labelValueBytes())) {
        int most = limits.labelValueBytes();
        refused.set(labels, offset, length, Limit.LABEL_VALUE_BYTES, most, valueLength);
        return true;
      }
      at = LabelsCodec.start(value) + valueLength;
    }
    if (exceeds(count, limits.labels())) {
      refused.set(labels, offset, length, Limit.LABELS, limits.labels(), count);
      return true;
    }
    return false;
  }

  private static boolean exceeds(int found, int most) {
    return most > 0 && found > most;
  }

  /// Whether the number of series is limited in any way.
  boolean countsSeries() {
    Rules now = rules;
    return now.limits.series() > 0 || now.caps.length > 0;
  }

  /// Whether there are as many series as there may be.
  ///
  /// @param labels in canonical form
  /// @param refused told why, if so
  boolean refusesMore(byte[] labels, int offset, int length, RefusedSeries refused) {
    Rules now = rules;
    long most = now.limits.series();
    if (most > 0) {
      long found = counters.series();
      if (found >= most) {
        refused.set(labels, offset, length, Limit.SERIES, most, found);
        return true;
      }
    }
    for (Cap cap : now.caps) {
      if (refusesMore(cap, labels, offset, length, refused)) {
        return true;
      }
    }
    return false;
  }

  private boolean refusesMore(
      Cap cap, byte[] labels, int offset, int length, RefusedSeries refused) {
    long field = LabelsCodec.find(labels, offset, length, cap.nameBytes);
    if (field < 0) {
      return false;
    }
    int start = LabelsCodec.start(field);
    var value = new String(labels, start, LabelsCodec.length(field), StandardCharsets.UTF_8);
    int found = postings.cardinality(cap.name, value);
    if (found < cap.most) {
      return false;
    }
    refused.set(labels, offset, length, cap.limit, cap.most, found, cap.name);
    return true;
  }

  /// Counts a refusal, and logs it if none by the same limit was logged in the last minute.
  void refused(RefusedSeries series) {
    String line = note(series);
    if (line != null) {
      LOG.log(Level.WARNING, line);
    }
  }

  /// Counts a refusal.
  ///
  /// @return what is to be logged of it, or null
  @Nullable String note(RefusedSeries series) {
    Refusals of = Objects.requireNonNull(refusals.get(series.limit()));
    of.count.increment();
    long now = clock.getAsLong();
    long at = of.logAgainAt.get();
    if (now < at || !of.logAgainAt.compareAndSet(at, now + LOG_INTERVAL_MILLIS)) {
      return null;
    }
    // The words between keep what a label holds from being taken for fields of the line.
    return "refusing new series: "
        + printable(series.reason())
        + ", samples so far: limit="
        + series.limit()
        + " refused="
        + of.count.sum();
  }

  /// Labels come from anybody; a line of the log is one line.
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /// Series refused since the start, by limit.
  Map<Limit, Long> refusals() {
    var counts = new EnumMap<Limit, Long>(Limit.class);
    refusals.forEach((limit, of) -> counts.put(limit, of.count.sum()));
    return counts;
  }
}
