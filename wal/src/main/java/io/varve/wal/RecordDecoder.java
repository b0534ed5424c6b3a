package io.varve.wal;

import static io.varve.wal.RecordFormat.EXPLICIT_START;
import static io.varve.wal.RecordFormat.HELP;
import static io.varve.wal.RecordFormat.MIN_FIELD;
import static io.varve.wal.RecordFormat.MIN_SERIES;
import static io.varve.wal.RecordFormat.NO_START;
import static io.varve.wal.RecordFormat.SAME_START;
import static io.varve.wal.RecordFormat.UNIT;

import io.varve.io.ByteReader;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;

/// Takes the records of {@link RecordFormat} apart. Safe on any bytes: whatever does not follow the
/// format is a {@link io.varve.io.CorruptionException}; what stands before it in the record has
/// reached the handler by then. Label sets are told in canonical form, see {@link LabelsReader}.
///
/// Static and stateless.
public final class RecordDecoder {
  private RecordDecoder() {}

  /// Decodes one record. A record without a single byte holds nothing and is legal.
  public static void decode(ByteReader record, RecordHandler handler) {
    int length = record.remaining();
    if (length == 0) {
      return;
    }
    int type = record.readByte();
    switch (type) {
      case RecordFormat.SERIES -> series(record, handler);
      case RecordFormat.SAMPLES -> samples(record, handler);
      case RecordFormat.TOMBSTONES -> tombstones(record, handler);
      case RecordFormat.EXEMPLARS ->
          exemplars(record, (ref, t, bits, labels) -> exemplar(handler, ref, t, bits, labels));
      case RecordFormat.MMAP_MARKERS -> mmapMarkers(record, handler);
      case RecordFormat.METADATA -> metadata(record, handler);
      case RecordFormat.HISTOGRAMS,
          RecordFormat.CUSTOM_HISTOGRAMS,
          RecordFormat.FLOAT_HISTOGRAMS,
          RecordFormat.CUSTOM_FLOAT_HISTOGRAMS ->
          histograms(type, record, handler);
      case RecordFormat.SAMPLES_V2, RecordFormat.HISTOGRAMS_V2, RecordFormat.FLOAT_HISTOGRAMS_V2 ->
          withStarts(type, record, handler);
      default -> handler.unknown(type, length);
    }
  }

  private static void series(ByteReader in, RecordHandler handler) {
    var labels = new LabelsReader();
    while (in.hasRemaining()) {
      oneSeries(in, labels, handler);
    }
  }

  /// By itself: called often, it is compiled long before a loop of few records would be.
  private static void oneSeries(ByteReader in, LabelsReader labels, RecordHandler handler) {
    if (in.remaining() < MIN_SERIES) {
      throw in.corrupt(in.remaining() + " bytes too many after the last series");
    }
    long ref = in.readLong();
    labels.read(in);
    String problem = labels.problem();
    if (problem == null && labels.length() == 0) {
      problem = "it has no labels";
    }
    if (problem == null) {
      handler.series(ref, labels.array(), labels.offset(), labels.length());
    } else {
      handler.malformedSeries(ref, problem);
    }
  }

  /// Plain reads, and fast: taking varints out of whole words without branches took twice the time
  /// (WalRecordBenchmark), since their lengths hardly vary and the branches are foreseen.
  private static void samples(ByteReader in, RecordHandler handler) {
    if (!in.hasRemaining()) {
      return;
    }
    long baseRef = in.readLong();
    long baseTime = in.readLong();
    while (in.hasRemaining()) {
      long ref = baseRef + in.readVarint();
      long time = baseTime + in.readVarint();
      handler.sample(ref, time, 0, in.readLong());
    }
  }

  private static void tombstones(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      long ref = in.readLong();
      long mint = in.readVarint();
      handler.tombstone(ref, mint, in.readVarint());
    }
  }

  /// Takes exemplars; the labels may have a problem.
  interface ExemplarReceiver {
    void exemplar(long ref, long t, long valueBits, LabelsReader labels);
  }

  /// What follows the type byte; a snapshot of chunks has the same.
  static void exemplars(ByteReader in, ExemplarReceiver receiver) {
    if (!in.hasRemaining()) {
      return;
    }
    var labels = new LabelsReader();
    long baseRef = in.readLong();
    long baseTime = in.readLong();
    while (in.hasRemaining()) {
      long ref = baseRef + in.readVarint();
      long time = baseTime + in.readVarint();
      long valueBits = in.readLong();
      labels.read(in);
      receiver.exemplar(ref, time, valueBits, labels);
    }
  }

  private static void exemplar(
      RecordHandler handler, long ref, long t, long valueBits, LabelsReader labels) {
    String problem = labels.problem();
    if (problem == null) {
      handler.exemplar(ref, t, valueBits, labels.array(), labels.offset(), labels.length());
    } else {
      handler.skipped(RecordFormat.EXEMPLARS, ref, t, problem);
    }
  }

  private static void mmapMarkers(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      long ref = in.readLong();
      handler.mmapMarker(ref, in.readLong());
    }
  }

  private static void metadata(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      long ref = in.readUnsignedVarint();
      int kind = in.readByte();
      String unit = "";
      String help = "";
      for (int fields = in.readLength(MIN_FIELD); fields > 0; fields--) {
        String key = in.readString();
        String text = in.readString();
        switch (key) {
          case UNIT -> unit = text;
          case HELP -> help = text;
          default -> {} // of a later version
        }
      }
      handler.metadata(ref, kind, unit, help);
    }
  }

  private static void histograms(int type, ByteReader in, RecordHandler handler) {
    if (!in.hasRemaining()) {
      return;
    }
    long baseRef = in.readLong();
    long baseTime = in.readLong();
    while (in.hasRemaining()) {
      long ref = baseRef + in.readVarint();
      value(type, in, handler, ref, baseTime + in.readVarint(), 0);
    }
  }

  private static void withStarts(int type, ByteReader in, RecordHandler handler) {
    if (!in.hasRemaining()) {
      return;
    }
    long ref = in.readVarint();
    long firstTime = in.readVarint();
    long firstStart = in.readVarint();
    long start = firstStart;
    value(type, in, handler, ref, firstTime, start);
    while (in.hasRemaining()) {
      ref += in.readVarint();
      long time = firstTime + in.readVarint();
      start = start(in, firstStart, start);
      value(type, in, handler, ref, time, start);
    }
  }

  private static long start(ByteReader in, long first, long previous) {
    int mark = in.readByte();
    return switch (mark) {
      case NO_START -> 0;
      case SAME_START -> previous;
      case EXPLICIT_START -> first + in.readVarint();
      default -> throw in.corrupt("a start timestamp is marked by " + mark);
    };
  }

  private static void value(
      int type, ByteReader in, RecordHandler handler, long ref, long t, long st) {
    switch (type) {
      case RecordFormat.SAMPLES_V2 -> handler.sample(ref, t, st, in.readLong());
      case RecordFormat.HISTOGRAMS, RecordFormat.CUSTOM_HISTOGRAMS, RecordFormat.HISTOGRAMS_V2 -> {
        Histogram histogram = HistogramReader.read(in);
        String problem = HistogramReader.problem(histogram);
        if (problem == null) {
          handler.histogram(ref, t, st, histogram);
        } else {
          handler.skipped(type, ref, t, problem);
        }
      }
      default -> {
        FloatHistogram histogram = HistogramReader.readFloat(in);
        String problem = HistogramReader.problem(histogram);
        if (problem == null) {
          handler.floatHistogram(ref, t, st, histogram);
        } else {
          handler.skipped(type, ref, t, problem);
        }
      }
    }
  }
}
