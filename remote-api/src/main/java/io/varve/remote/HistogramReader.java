package io.varve.remote;

import static io.varve.remote.HistogramFields.COUNT_FLOAT;
import static io.varve.remote.HistogramFields.COUNT_INT;
import static io.varve.remote.HistogramFields.CUSTOM_VALUE;
import static io.varve.remote.HistogramFields.CUSTOM_VALUES;
import static io.varve.remote.HistogramFields.LAST_FIELD;
import static io.varve.remote.HistogramFields.NEGATIVE_COUNT;
import static io.varve.remote.HistogramFields.NEGATIVE_COUNTS;
import static io.varve.remote.HistogramFields.NEGATIVE_DELTA;
import static io.varve.remote.HistogramFields.NEGATIVE_DELTAS;
import static io.varve.remote.HistogramFields.NEGATIVE_SPAN;
import static io.varve.remote.HistogramFields.POSITIVE_COUNT;
import static io.varve.remote.HistogramFields.POSITIVE_COUNTS;
import static io.varve.remote.HistogramFields.POSITIVE_DELTA;
import static io.varve.remote.HistogramFields.POSITIVE_DELTAS;
import static io.varve.remote.HistogramFields.POSITIVE_SPAN;
import static io.varve.remote.HistogramFields.RESET_HINT;
import static io.varve.remote.HistogramFields.SCHEMA;
import static io.varve.remote.HistogramFields.SPAN_LAST_FIELD;
import static io.varve.remote.HistogramFields.SPAN_LENGTH;
import static io.varve.remote.HistogramFields.SPAN_OFFSET;
import static io.varve.remote.HistogramFields.SUM;
import static io.varve.remote.HistogramFields.TIMESTAMP;
import static io.varve.remote.HistogramFields.ZERO_COUNT_FLOAT;
import static io.varve.remote.HistogramFields.ZERO_COUNT_INT;
import static io.varve.remote.HistogramFields.ZERO_THRESHOLD;

import io.varve.io.Varint;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;

/// Reads one message `prometheus.Histogram` at a time, see {@link HistogramFields}.
///
/// Confined to one thread; made for use over and over.
final class HistogramReader {
  private final LongList positiveOffsets = new LongList();
  private final LongList positiveLengths = new LongList();
  private final LongList negativeOffsets = new LongList();
  private final LongList negativeLengths = new LongList();
  private final LongList positiveDeltas = new LongList();
  private final LongList negativeDeltas = new LongList();

  /// These hold the bits of doubles.
  private final LongList positiveCounts = new LongList();

  private final LongList negativeCounts = new LongList();
  private final LongList customValues = new LongList();

  private boolean isFloat;
  private long count;
  private long zeroCount;
  private double countFloat;
  private double zeroCountFloat;
  private double sum;
  private double zeroThreshold;
  private int schema;
  private int resetHint;
  private long timestamp;

  /// Reads the message at which {@code in} stands.
  ///
  /// @throws MalformedRequestException if it is damaged
  void read(WireReader in) {
    clear();
    int outer = in.enter();
    while (in.hasMore()) {
      readField(in, in.tag());
    }
    in.leave(outer);
  }

  private void readField(WireReader in, int tag) {
    if (tag == COUNT_INT) {
      count = in.varint();
      isFloat = false;
    } else if (tag == COUNT_FLOAT) {
      countFloat = in.float64();
      isFloat = true;
    } else if (tag == SUM) {
      sum = in.float64();
    } else if (tag == SCHEMA) {
      schema = (int) Varint.unZigZag(in.varint());
    } else if (tag == ZERO_THRESHOLD) {
      zeroThreshold = in.float64();
    } else if (tag == ZERO_COUNT_INT) {
      zeroCount = in.varint();
    } else if (tag == ZERO_COUNT_FLOAT) {
      zeroCountFloat = in.float64();
    } else if (tag == RESET_HINT) {
      resetHint = (int) in.varint();
    } else if (tag == TIMESTAMP) {
      timestamp = in.varint();
    } else if (tag == POSITIVE_SPAN) {
      readSpan(in, positiveOffsets, positiveLengths);
    } else if (tag == NEGATIVE_SPAN) {
      readSpan(in, negativeOffsets, negativeLengths);
    } else {
      readList(in, tag);
    }
  }

  private static void readSpan(WireReader in, LongList offsets, LongList lengths) {
    int outer = in.enter();
    long offset = 0;
    long length = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SPAN_OFFSET) {
        offset = Varint.unZigZag(in.varint());
      } else if (tag == SPAN_LENGTH) {
        length = in.varint();
      } else {
        in.skipUnknown(tag, SPAN_LAST_FIELD);
      }
    }
    in.leave(outer);
    offsets.add(offset);
    lengths.add(length);
  }

  private void readList(WireReader in, int tag) {
    if (tag == POSITIVE_DELTAS) {
      readDeltas(in, positiveDeltas);
    } else if (tag == NEGATIVE_DELTAS) {
      readDeltas(in, negativeDeltas);
    } else if (tag == POSITIVE_COUNTS) {
      readFloats(in, positiveCounts);
    } else if (tag == NEGATIVE_COUNTS) {
      readFloats(in, negativeCounts);
    } else if (tag == CUSTOM_VALUES) {
      readFloats(in, customValues);
    } else if (tag == POSITIVE_DELTA) {
      positiveDeltas.add(Varint.unZigZag(in.varint()));
    } else if (tag == NEGATIVE_DELTA) {
      negativeDeltas.add(Varint.unZigZag(in.varint()));
    } else if (tag == POSITIVE_COUNT) {
      positiveCounts.add(in.fixed64());
    } else if (tag == NEGATIVE_COUNT) {
      negativeCounts.add(in.fixed64());
    } else if (tag == CUSTOM_VALUE) {
      customValues.add(in.fixed64());
    } else {
      in.skipUnknown(tag, LAST_FIELD);
    }
  }

  private static void readDeltas(WireReader in, LongList to) {
    int outer = in.enter();
    while (in.hasMore()) {
      to.add(Varint.unZigZag(in.varint()));
    }
    in.leave(outer);
  }

  private static void readFloats(WireReader in, LongList to) {
    int outer = in.enter();
    while (in.hasMore()) {
      to.add(in.fixed64());
    }
    in.leave(outer);
  }

  private void clear() {
    isFloat = false;
    count = 0;
    zeroCount = 0;
    countFloat = 0;
    zeroCountFloat = 0;
    sum = 0;
    zeroThreshold = 0;
    schema = 0;
    resetHint = 0;
    timestamp = 0;
    positiveOffsets.clear();
    positiveLengths.clear();
    negativeOffsets.clear();
    negativeLengths.clear();
    positiveDeltas.clear();
    negativeDeltas.clear();
    positiveCounts.clear();
    negativeCounts.clear();
    customValues.clear();
  }

  /// Time of the sample read, milliseconds since the epoch.
  long timestamp() {
    return timestamp;
  }

  /// The sample read.
  ///
  /// @throws IllegalArgumentException if its spans cannot be
  NativeHistogram histogram() {
    Spans positive = spans(positiveOffsets, positiveLengths);
    Spans negative = spans(negativeOffsets, negativeLengths);
    CounterReset reset = CounterReset.of(resetHint);
    double[] bounds = customValues.toDoubles();
    return isFloat
        ? new FloatHistogram(
            reset,
            schema,
            zeroThreshold,
            zeroCountFloat,
            countFloat,
            sum,
            positive,
            negative,
            positiveCounts.toDoubles(),
            negativeCounts.toDoubles(),
            bounds)
        : new Histogram(
            reset,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positive,
            negative,
            positiveDeltas.toLongs(),
            negativeDeltas.toLongs(),
            bounds);
  }

  private static Spans spans(LongList offsets, LongList lengths) {
    return offsets.isEmpty() ? Spans.NONE : new Spans(offsets.toInts(), lengths.toInts());
  }
}
