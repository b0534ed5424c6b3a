package io.varve.remote;

import static io.varve.remote.WireReader.FIXED64;
import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.model.Exemplar;
import io.varve.model.LabelsCodec;
import io.varve.model.NativeHistogram;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Takes the body of a remote write request, version 1.0 (message `prometheus.WriteRequest`, see
/// `types.proto`), apart and gives its samples to an {@link Appender}.
///
/// Two walks: the first only looks whether the message is well formed, so that of a damaged one
/// nothing is applied; the second applies. Neither makes an object per sample, nor a string for a
/// series that the store knows: the labels are re-packed into the form of {@link LabelsCodec},
/// whose bytes the store looks up. Guarded by `RemoteWriteParseBenchmark`.
///
/// Of a well-formed request, everything that can be stored is. Not stored, and counted in the
/// {@link WriteResult}, are samples of series whose labels are not canonical or lack a name,
/// samples too far in the future, and what the store itself refuses. Exemplars that are not stored
/// are counted and do not make the request fail, as in Prometheus; nor do they make a series.
/// Metadata is that of families of metrics, see {@link Appender#updateMetadata(String,
/// io.varve.model.Metadata)}.
///
/// Confined to one thread; made for use over and over.
public final class WriteRequestParser {
  private static final int REQUEST_SERIES = tag(1, LENGTH_DELIMITED);
  private static final int REQUEST_METADATA = tag(3, LENGTH_DELIMITED);
  private static final int SERIES_SAMPLE = tag(2, LENGTH_DELIMITED);
  private static final int SERIES_EXEMPLAR = tag(3, LENGTH_DELIMITED);
  private static final int SERIES_HISTOGRAM = tag(4, LENGTH_DELIMITED);
  private static final int SAMPLE_VALUE = tag(1, FIXED64);
  private static final int SAMPLE_TIMESTAMP = tag(2, VARINT);

  // What is held of each until the commit, in bytes: columns that double, the records of the log,
  // and for all but samples the objects. Histograms, exemplars and metadata take more by their
  // length, of which a byte can become a number.
  private static final int SAMPLE_MEMORY = 96;
  private static final int HISTOGRAM_MEMORY = 512;
  private static final int HISTOGRAM_MEMORY_PER_BYTE = 16;
  private static final int EXEMPLAR_MEMORY = 256;
  private static final int METADATA_MEMORY = 384;
  private static final int TEXT_MEMORY_PER_BYTE = 4;

  private static final byte[] NOTHING = {};

  private final WireReader in = new WireReader();
  private byte[] bytes = NOTHING;

  private final HistogramReader histograms = new HistogramReader();
  private final ExemplarReader exemplars = new ExemplarReader();
  private final MetadataReader metadata = new MetadataReader();

  /// Labels of the present series.
  private final LabelPacker labels = new LabelPacker();

  // Once a sample of the present series has asked for it, one of these is there.
  private @Nullable SeriesRef series;
  private @Nullable String problem;

  // The present sample.
  private long timestamp;
  private double value;

  /// Bytes that will be held until the commit, as far as the request has been looked at.
  private long held;

  /// Stores what can be stored of a request, and commits it.
  ///
  /// @param body the message, decompressed
  /// @param appender empty; to be rolled back or closed by the caller if this throws
  /// @param maxTime samples after it are refused, milliseconds since the epoch
  /// @param memory is told, before anything is given to {@code appender}, how many bytes will be
  ///   held until the commit, at most; refuses by an exception
  /// @throws MalformedRequestException if the message is damaged; nothing was stored
  /// @throws java.io.UncheckedIOException if the samples could not be logged; then none was stored,
  ///   or only some, see {@link io.varve.Appender#commit}
  public WriteResult write(
      byte[] body, int offset, int length, Appender appender, long maxTime, LongConsumer memory) {
    bytes = body;
    try {
      in.reset(body, offset, offset + length);
      held = 0;
      checkRequest();
      memory.accept(held);
      in.reset(body, offset, offset + length);
      var tally = new WriteTally(maxTime);
      applyRequest(appender, tally);
      return tally.result(appender.commit());
    } finally {
      release();
    }
  }

  private void release() {
    in.clear();
    bytes = NOTHING;
    series = null;
    labels.release();
    exemplars.release();
  }

  // --- first walk -------------------------------------------------------------------------------

  private void checkRequest() {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == REQUEST_SERIES) {
        int outer = in.enter();
        checkSeries();
        in.leave(outer);
      } else if (tag == REQUEST_METADATA) {
        int begin = in.position();
        MetadataReader.check(in);
        hold(METADATA_MEMORY, TEXT_MEMORY_PER_BYTE, begin);
      } else {
        in.skipUnknown(tag, 1);
      }
    }
  }

  private void checkSeries() {
    in.seek(LabelPacker.skipPlain(bytes, in.position(), in.end()));
    while (in.hasMore()) {
      int tag = in.tag();
      int begin = in.position();
      if (tag == SERIES_SAMPLE) {
        readSample();
        held += SAMPLE_MEMORY;
      } else if (tag == LabelPacker.LABEL) {
        LabelPacker.check(in);
      } else if (tag == SERIES_HISTOGRAM) {
        histograms.read(in);
        hold(HISTOGRAM_MEMORY, HISTOGRAM_MEMORY_PER_BYTE, begin);
      } else if (tag == SERIES_EXEMPLAR) {
        ExemplarReader.check(in);
        hold(EXEMPLAR_MEMORY, TEXT_MEMORY_PER_BYTE, begin);
      } else {
        in.skipUnknown(tag, 4);
      }
    }
  }

  private void hold(int whole, int perByte, int begin) {
    held += whole + (long) perByte * (in.position() - begin);
  }

  // --- second walk ------------------------------------------------------------------------------

  private void applyRequest(Appender appender, WriteTally tally) {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == REQUEST_SERIES) {
        int outer = in.enter();
        applySeries(appender, tally);
        in.leave(outer);
      } else if (tag == REQUEST_METADATA) {
        metadata.read(bytes, in);
        tally.metadata(appender.updateMetadata(metadata.family(), metadata.metadata()));
      } else {
        in.skip(tag);
      }
    }
  }

  private void applySeries(Appender appender, WriteTally tally) {
    series = null;
    problem = null;
    labels.pack(bytes, in);
    int firstExemplar = -1;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SERIES_SAMPLE) {
        readSample();
        applySample(appender, tally);
      } else if (tag == SERIES_HISTOGRAM) {
        histograms.read(in);
        applyHistogram(appender, tally);
      } else {
        if (tag == SERIES_EXEMPLAR && firstExemplar < 0) {
          firstExemplar = in.position();
        }
        in.skip(tag);
      }
    }
    if (firstExemplar >= 0) {
      in.seek(firstExemplar);
      applyExemplars(appender, tally);
    }
  }

  /// The exemplars of the present series, the first of which the reader is in front of. After all
  /// samples: those of a new series come to nothing unless a sample has made it.
  private void applyExemplars(Appender appender, WriteTally tally) {
    applyExemplar(appender, tally);
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SERIES_EXEMPLAR) {
        applyExemplar(appender, tally);
      } else {
        in.skip(tag);
      }
    }
  }

  private void applyExemplar(Appender appender, WriteTally tally) {
    exemplars.read(bytes, in);
    if (series == null && problem == null) {
      series = appender.existingSeries(labels.packed(), 0, labels.length());
    }
    Exemplar exemplar = exemplars.exemplar();
    if (series == null) {
      tally.refusedExemplar(WriteTally.UNKNOWN_SERIES);
    } else if (exemplar == null) {
      tally.refusedExemplar(WriteTally.INVALID_LABELS);
    } else if (exemplar.timestamp() > tally.maxTime()) {
      tally.refusedExemplar(WriteTally.TOO_FAR_AHEAD);
    } else {
      // The commit tells what became of it.
      var ignored = appender.appendExemplar(series, exemplar);
    }
  }

  private void applySample(Appender appender, WriteTally tally) {
    SeriesRef of = seriesFor(timestamp, appender, tally);
    if (of == null) {
      return;
    }
    AppendOutcome outcome = appender.append(of, timestamp, value);
    if (!outcome.stored()) {
      tally.refused(outcome, of, timestamp);
    }
  }

  private void applyHistogram(Appender appender, WriteTally tally) {
    SeriesRef of = seriesFor(histograms.timestamp(), appender, tally);
    if (of == null) {
      return;
    }
    NativeHistogram histogram;
    try {
      histogram = histograms.histogram();
    } catch (IllegalArgumentException e) {
      tally.invalidHistogram(labels, String.valueOf(e.getMessage()));
      return;
    }
    // The commit tells what became of it, and why.
    var ignored = appender.append(of, histograms.timestamp(), histogram);
  }

  /// The present series, or null if the sample at {@code t} cannot be stored, and is counted.
  private @Nullable SeriesRef seriesFor(long t, Appender appender, WriteTally tally) {
    if (t > tally.maxTime()) {
      tally.tooFarAhead(labels, t);
      return null;
    }
    // Not before a sample wants it: a series is not made for samples that are refused anyway.
    if (series == null && problem == null) {
      find(appender);
    }
    if (series == null) {
      tally.invalidLabels(labels, String.valueOf(problem));
    }
    return series;
  }

  /// Sets either the series or the problem. The store checks the labels of a series that it does
  /// not know; those of one that it knows need no check, being the same bytes.
  private void find(Appender appender) {
    if (!labels.named()) {
      problem = "the label __name__ is missing";
      return;
    }
    try {
      series = appender.series(labels.packed(), 0, labels.length());
    } catch (IllegalArgumentException e) {
      problem = LabelsCodec.problem(labels.packed(), 0, labels.length());
      if (problem == null) {
        throw e;
      }
    }
  }

  private void readSample() {
    int outer = in.enter();
    timestamp = 0;
    value = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SAMPLE_VALUE) {
        value = in.float64();
      } else if (tag == SAMPLE_TIMESTAMP) {
        timestamp = in.varint();
      } else {
        in.skipUnknown(tag, 2);
      }
    }
    in.leave(outer);
  }
}
