package io.varve.remote;

import static io.varve.remote.WireReader.FIXED64;
import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.SeriesSet;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.Labels;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Puts together the unstreamed answer to a remote read: one `ReadResponse` of decoded samples as a
/// Snappy block. Makes no object per sample; what is held is the compressed message and at most
/// {@link #LONG_SERIES} bytes of one series.
///
/// Confined to one thread.
final class SampleResponse {
  private static final int RESPONSE_RESULT = tag(1, LENGTH_DELIMITED);
  private static final int RESULT_SERIES = tag(1, LENGTH_DELIMITED);
  private static final int SERIES_SAMPLE = tag(2, LENGTH_DELIMITED);
  private static final int SERIES_HISTOGRAM = tag(4, LENGTH_DELIMITED);
  private static final int SAMPLE_VALUE = tag(1, FIXED64);
  private static final int SAMPLE_TIMESTAMP = tag(2, VARINT);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int INITIAL_CAPACITY = 16 << 10;

  /// A series that is longer is passed on in parts.
  private static final int LONG_SERIES = 1 << 20;

  /// Bytes of the largest sample.
  private static final int MAX_SAMPLE = 2 + 1 + Long.BYTES + 1 + Varint.MAX_LENGTH;

  /// How often it is asked whether the client is still there.
  private static final int SAMPLES_PER_CHECK = 1 << 16;

  /// Samples that take as long to put as the labels of a series.
  private static final int SERIES_WORK = 32;

  /// Asks whether to go on.
  interface WorkCheck {
    /// @throws IOException if the work is in vain
    void run() throws IOException;
  }

  private final SnappyMessage message;
  private final long maxSamples;
  private final WorkCheck check;
  private final HeapByteSink head = ByteSink.onHeap(16);
  private final HeapByteSink series = ByteSink.onHeap(INITIAL_CAPACITY);
  private final HistogramMessage histograms = new HistogramMessage();
  private long samples;
  private int result;
  private long resultStart;
  private long unchecked;

  /// @param maxSamples most samples in one query's result
  /// @param check called now and then
  SampleResponse(SnappyMessage message, long maxSamples, WorkCheck check) {
    this.message = message;
    this.maxSamples = maxSamples;
    this.check = check;
  }

  void beginQuery() {
    samples = 0;
    result = message.open();
    resultStart = message.length();
  }

  void endQuery() {
    message.close(result, RESPONSE_RESULT, message.length() - resultStart);
  }

  /// Adds a series without samples.
  void series(Labels labels) throws IOException {
    series.clear();
    ProtoLabels.put(series, labels);
    putShort();
    checkAfter(SERIES_WORK);
  }

  /// Adds the present series, if it has samples.
  void series(SeriesSet set) throws IOException {
    checkAfter(SERIES_WORK);
    series.clear();
    ProtoLabels.put(series, set.labels());
    int labelsLength = series.length();
    int parts = -1;
    long partsStart = 0;
    try (SampleCursor cursor = set.samples()) {
      while (putSamples(cursor)) {
        if (parts < 0) {
          parts = message.open();
          partsStart = message.length();
        }
        message.put(series);
        series.clear();
      }
    }
    if (parts >= 0) {
      message.put(series);
      message.close(parts, RESULT_SERIES, message.length() - partsStart);
    } else if (series.length() > labelsLength) {
      putShort();
    }
  }

  private void putShort() {
    head.clear();
    head.putByte(RESULT_SERIES);
    head.putUnsignedVarint(series.length());
    message.put(head);
    message.put(series);
  }

  /// Puts samples until there is no more or a long series is to be passed on.
  ///
  /// @return whether there may be more
  private boolean putSamples(SampleCursor cursor) throws IOException {
    while (series.length() < LONG_SERIES) {
      if (!cursor.next()) {
        return false;
      }
      if (++samples > maxSamples) {
        throw Refusal.badRequest("exceeded sample limit (" + maxSamples + ")");
      }
      switch (cursor.kind()) {
        case FLOAT -> putSample(cursor.timestamp(), cursor.value());
        case HISTOGRAM ->
            histograms.put(series, SERIES_HISTOGRAM, cursor.timestamp(), cursor.histogram());
        case FLOAT_HISTOGRAM ->
            histograms.put(series, SERIES_HISTOGRAM, cursor.timestamp(), cursor.floatHistogram());
      }
      checkAfter(1);
    }
    return true;
  }

  /// Fields of value 0 are left out, as everywhere in protocol buffers 3; a value of -0.0 is not 0.
  private void putSample(long timestamp, double value) {
    long bits = Double.doubleToRawLongBits(value);
    byte[] bytes = series.reserve(MAX_SAMPLE);
    int start = series.length();
    int at = start + 2;
    if (bits != 0) {
      bytes[at++] = (byte) SAMPLE_VALUE;
      LONG.set(bytes, at, bits);
      at += Long.BYTES;
    }
    if (timestamp != 0) {
      bytes[at++] = (byte) SAMPLE_TIMESTAMP;
      at = Varint.putUnsigned(bytes, at, timestamp);
    }
    bytes[start] = (byte) SERIES_SAMPLE;
    bytes[start + 1] = (byte) (at - start - 2);
    series.advanceTo(at);
  }

  private void checkAfter(int work) throws IOException {
    unchecked += work;
    if (unchecked >= SAMPLES_PER_CHECK) {
      unchecked = 0;
      check.run();
    }
  }
}
