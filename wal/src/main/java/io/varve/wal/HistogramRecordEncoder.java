package io.varve.wal;

import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;

/// Writes the records of native histograms of {@link RecordFormat}: a type for each of whole and
/// float counts, exponential and custom buckets. Each method takes histograms of its kind out of a
/// range and passes over the others; it writes no record if there is none. So a commit calls all
/// four with the same arrays, one after the other, each between {@link RecordBatch#begin} and
/// {@link RecordBatch#end}.
///
/// In the arrays, refs are those of series and timestamps milliseconds since the epoch. Static and
/// stateless.
public final class HistogramRecordEncoder {
  private HistogramRecordEncoder() {}

  /// Writes a record of the histograms with whole counts and exponential buckets.
  ///
  /// @param from index of the first histogram in the arrays
  /// @param to index after the last
  public static void histograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.HISTOGRAMS, refs, timestamps, histograms, from, to);
  }

  /// As {@link #histograms}, of those with float counts and exponential buckets.
  public static void floatHistograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.FLOAT_HISTOGRAMS, refs, timestamps, histograms, from, to);
  }

  /// As {@link #histograms}, of those with whole counts and custom buckets.
  public static void customHistograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.CUSTOM_HISTOGRAMS, refs, timestamps, histograms, from, to);
  }

  /// As {@link #histograms}, of those with float counts and custom buckets.
  public static void customFloatHistograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.CUSTOM_FLOAT_HISTOGRAMS, refs, timestamps, histograms, from, to);
  }

  /// The base is that of the first histogram which Prometheus would have at hand: of exponential
  /// ones, the first with counts of the same sort, be it a custom one.
  private static void write(
      HeapByteSink sink,
      int type,
      long[] refs,
      long[] timestamps,
      NativeHistogram[] histograms,
      int from,
      int to) {
    int base = -1;
    boolean started = false;
    for (int i = from; i < to; i++) {
      int own = type(histograms[i]);
      if (base < 0 && (own == type || own == customOf(type))) {
        base = i;
      }
      if (own != type) {
        continue;
      }
      if (!started) {
        sink.putByte(type);
        sink.putLong(refs[base]);
        sink.putLong(timestamps[base]);
        started = true;
      }
      sink.putVarint(refs[i] - refs[base]);
      sink.putVarint(timestamps[i] - timestamps[base]);
      HistogramWriter.write(sink, histograms[i]);
    }
  }

  private static int type(NativeHistogram histogram) {
    boolean custom = HistogramSchema.isCustom(histogram.schema());
    return switch (histogram) {
      case Histogram h -> custom ? RecordFormat.CUSTOM_HISTOGRAMS : RecordFormat.HISTOGRAMS;
      case FloatHistogram h ->
          custom ? RecordFormat.CUSTOM_FLOAT_HISTOGRAMS : RecordFormat.FLOAT_HISTOGRAMS;
    };
  }

  private static int customOf(int type) {
    return switch (type) {
      case RecordFormat.HISTOGRAMS -> RecordFormat.CUSTOM_HISTOGRAMS;
      case RecordFormat.FLOAT_HISTOGRAMS -> RecordFormat.CUSTOM_FLOAT_HISTOGRAMS;
      default -> type;
    };
  }
}
