package io.varve.wal;

import static io.varve.wal.RecordFormat.EXPLICIT_START;
import static io.varve.wal.RecordFormat.NO_START;
import static io.varve.wal.RecordFormat.SAME_START;

import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;

/// Writes the records of {@link RecordFormat} that hold start timestamps, its types V2. Prometheus
/// reads them from 3.11 (samples) and 3.12 (histograms) on; earlier ones lose them without a word.
/// No record is written if there is nothing to write. Each record is written between {@link
/// RecordBatch#begin} and {@link RecordBatch#end}.
///
/// In the arrays, timestamps and starts are milliseconds since the epoch, a start of 0 is none.
/// Static and stateless.
public final class StartRecordEncoder {
  private StartRecordEncoder() {}

  /// Writes a record of samples.
  ///
  /// @param valueBits the values by {@link Double#doubleToRawLongBits}
  /// @param from index of the first sample in the arrays
  /// @param to index after the last
  public static void samples(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      long[] starts,
      long[] valueBits,
      int from,
      int to) {
    int previous = -1;
    for (int i = from; i < to; i++) {
      head(sink, RecordFormat.SAMPLES_V2, refs, timestamps, starts, from, previous, i);
      sink.putLong(valueBits[i]);
      previous = i;
    }
  }

  /// Writes a record of the histograms in the range that have whole counts; passes over the others.
  public static void histograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      long[] starts,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.HISTOGRAMS_V2, refs, timestamps, starts, histograms, from, to);
  }

  /// Writes a record of the histograms in the range that have float counts; passes over the others.
  public static void floatHistograms(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      long[] starts,
      NativeHistogram[] histograms,
      int from,
      int to) {
    write(sink, RecordFormat.FLOAT_HISTOGRAMS_V2, refs, timestamps, starts, histograms, from, to);
  }

  private static void write(
      HeapByteSink sink,
      int type,
      long[] refs,
      long[] timestamps,
      long[] starts,
      NativeHistogram[] histograms,
      int from,
      int to) {
    int first = -1;
    int previous = -1;
    for (int i = from; i < to; i++) {
      if (type(histograms[i]) == type) {
        first = first < 0 ? i : first;
        head(sink, type, refs, timestamps, starts, first, previous, i);
        HistogramWriter.write(sink, histograms[i]);
        previous = i;
      }
    }
  }

  private static int type(NativeHistogram histogram) {
    return switch (histogram) {
      case Histogram h -> RecordFormat.HISTOGRAMS_V2;
      case FloatHistogram h -> RecordFormat.FLOAT_HISTOGRAMS_V2;
    };
  }

  /// What stands before the value of sample {@code i}.
  private static void head(
      HeapByteSink sink,
      int type,
      long[] refs,
      long[] timestamps,
      long[] starts,
      int first,
      int previous,
      int i) {
    if (previous < 0) {
      sink.putByte(type);
      sink.putVarint(refs[i]);
      sink.putVarint(timestamps[i]);
      sink.putVarint(starts[i]);
      return;
    }
    sink.putVarint(refs[i] - refs[previous]);
    sink.putVarint(timestamps[i] - timestamps[first]);
    if (starts[i] == 0) {
      sink.putByte(NO_START);
    } else if (starts[i] == starts[previous]) {
      sink.putByte(SAME_START);
    } else {
      sink.putByte(EXPLICIT_START);
      sink.putVarint(starts[i] - starts[first]);
    }
  }
}
