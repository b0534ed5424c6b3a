package io.varve.wal;

import io.varve.model.NativeHistogram;
import java.util.Arrays;

/// What a checkpoint keeps of one record of samples, histograms or exemplars, to be written as a
/// record of the same type.
///
/// Confined to one thread.
final class KeptSamples {
  private static final int INITIAL_CAPACITY = 1024;
  private static final NativeHistogram[] NO_HISTOGRAMS = {};

  private long[] refs = new long[INITIAL_CAPACITY];
  private long[] timestamps = new long[INITIAL_CAPACITY];
  private long[] starts = new long[INITIAL_CAPACITY];
  private long[] values = new long[INITIAL_CAPACITY];
  private NativeHistogram[] histograms = NO_HISTOGRAMS;
  private byte[][] labels = {};
  private int size;

  void clear() {
    size = 0;
  }

  void add(long ref, long t, long st, long valueBits) {
    if (size == refs.length) {
      refs = Arrays.copyOf(refs, 2 * size);
      timestamps = Arrays.copyOf(timestamps, 2 * size);
      starts = Arrays.copyOf(starts, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    refs[size] = ref;
    timestamps[size] = t;
    starts[size] = st;
    values[size++] = valueBits;
  }

  void add(long ref, long t, long st, NativeHistogram histogram) {
    add(ref, t, st, 0);
    if (histograms.length < refs.length) {
      histograms = Arrays.copyOf(histograms, refs.length);
    }
    histograms[size - 1] = histogram;
  }

  void addExemplar(long ref, long t, long valueBits, byte[] packed) {
    add(ref, t, 0, valueBits);
    if (labels.length < refs.length) {
      labels = Arrays.copyOf(labels, refs.length);
    }
    labels[size - 1] = packed;
  }

  /// Puts what was kept of a record of this type into the batch. Whole and float histograms with
  /// custom buckets that an early Prometheus 3 put among the others get their own record.
  void write(RecordBatch batch, int type) {
    switch (type) {
      case RecordFormat.SAMPLES ->
          RecordEncoder.samples(batch.begin(), refs, timestamps, values, 0, size);
      case RecordFormat.EXEMPLARS ->
          RecordEncoder.exemplars(batch.begin(), refs, timestamps, values, labels, 0, size);
      case RecordFormat.HISTOGRAMS, RecordFormat.CUSTOM_HISTOGRAMS -> {
        HistogramRecordEncoder.histograms(batch.begin(), refs, timestamps, histograms, 0, size);
        batch.end();
        HistogramRecordEncoder.customHistograms(
            batch.begin(), refs, timestamps, histograms, 0, size);
      }
      case RecordFormat.FLOAT_HISTOGRAMS, RecordFormat.CUSTOM_FLOAT_HISTOGRAMS -> {
        HistogramRecordEncoder.floatHistograms(
            batch.begin(), refs, timestamps, histograms, 0, size);
        batch.end();
        HistogramRecordEncoder.customFloatHistograms(
            batch.begin(), refs, timestamps, histograms, 0, size);
      }
      case RecordFormat.SAMPLES_V2 ->
          StartRecordEncoder.samples(batch.begin(), refs, timestamps, starts, values, 0, size);
      case RecordFormat.HISTOGRAMS_V2 ->
          StartRecordEncoder.histograms(
              batch.begin(), refs, timestamps, starts, histograms, 0, size);
      case RecordFormat.FLOAT_HISTOGRAMS_V2 ->
          StartRecordEncoder.floatHistograms(
              batch.begin(), refs, timestamps, starts, histograms, 0, size);
      default -> throw new IllegalArgumentException("no samples are in records of type " + type);
    }
    batch.end();
  }

  boolean isEmpty() {
    return size == 0;
  }
}
