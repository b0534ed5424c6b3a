package io.varve.remote;

import static io.varve.remote.WireReader.FIXED64;
import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
/// samples too far in the future, native histograms, and what the store itself refuses. Exemplars
/// and metadata are ignored, as Prometheus does.
///
/// Confined to one thread; made for use over and over.
public final class WriteRequestParser {
  private static final int REQUEST_SERIES = tag(1, LENGTH_DELIMITED);
  private static final int REQUEST_METADATA = tag(3, LENGTH_DELIMITED);
  private static final int SERIES_LABEL = tag(1, LENGTH_DELIMITED);
  private static final int SERIES_SAMPLE = tag(2, LENGTH_DELIMITED);
  private static final int SERIES_EXEMPLAR = tag(3, LENGTH_DELIMITED);
  private static final int SERIES_HISTOGRAM = tag(4, LENGTH_DELIMITED);
  private static final int LABEL_NAME = tag(1, LENGTH_DELIMITED);
  private static final int LABEL_VALUE = tag(2, LENGTH_DELIMITED);
  private static final int SAMPLE_VALUE = tag(1, FIXED64);
  private static final int SAMPLE_TIMESTAMP = tag(2, VARINT);

  /// `__name__`, all eight bytes of it.
  private static final long METRIC_NAME = 0x5f5f_656d_616e_5f5fL;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NOTHING = {};
  private static final int SCRATCH = 1 << 10;

  /// A scratch buffer above this is not kept for the next request.
  private static final int MAX_SCRATCH_KEPT = 64 << 10;

  private final WireReader in = new WireReader();
  private byte[] bytes = NOTHING;

  // The present series. Its labels are packed, but not known to be canonical; once a sample has
  // asked for it, either the series or what is wrong with it is there.
  private byte[] labels = new byte[SCRATCH];
  private int labelsLength;
  private boolean named;
  private @Nullable SeriesRef series;
  private @Nullable String problem;

  // The present sample.
  private long timestamp;
  private double value;

  /// Stores what can be stored of a request, and commits it.
  ///
  /// @param body the message, decompressed
  /// @param appender empty; to be rolled back or closed by the caller if this throws
  /// @param maxTime samples after it are refused, milliseconds since the epoch
  /// @throws MalformedRequestException if the message is damaged; nothing was stored
  /// @throws java.io.UncheckedIOException if the samples could not be logged; none was stored
  public WriteResult write(byte[] body, int offset, int length, Appender appender, long maxTime) {
    bytes = body;
    try {
      in.reset(body, offset, offset + length);
      checkRequest();
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
    if (labels.length > MAX_SCRATCH_KEPT) {
      labels = new byte[SCRATCH];
    }
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
        checkMessage();
      } else {
        skipUnknown(tag, 1);
      }
    }
  }

  private void checkSeries() {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SERIES_SAMPLE) {
        readSample();
      } else if (tag == SERIES_LABEL) {
        checkLabel();
      } else if (tag == SERIES_EXEMPLAR || tag == SERIES_HISTOGRAM) {
        checkMessage();
      } else {
        skipUnknown(tag, 4);
      }
    }
  }

  private void checkLabel() {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LABEL_NAME || tag == LABEL_VALUE) {
        in.seek(in.length() + in.position());
      } else {
        skipUnknown(tag, 2);
      }
    }
    in.leave(outer);
  }

  /// Checks a message of which nothing is used: that its fields are whole.
  private void checkMessage() {
    int outer = in.enter();
    while (in.hasMore()) {
      in.skip(in.tag());
    }
    in.leave(outer);
  }

  /// Skips a field of a later version of the protocol.
  ///
  /// @param known the highest field number that is in use: one of those, here, is of the wrong type
  private void skipUnknown(int tag, int known) {
    if (WireReader.field(tag) <= known) {
      throw in.malformed("field " + WireReader.field(tag) + " is of the wrong type");
    }
    in.skip(tag);
  }

  // --- second walk ------------------------------------------------------------------------------

  private void applyRequest(Appender appender, WriteTally tally) {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == REQUEST_SERIES) {
        int outer = in.enter();
        applySeries(appender, tally);
        in.leave(outer);
      } else {
        if (tag == REQUEST_METADATA) {
          tally.metadata();
        }
        in.skip(tag);
      }
    }
  }

  private void applySeries(Appender appender, WriteTally tally) {
    series = null;
    problem = null;
    in.seek(packLabels());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SERIES_SAMPLE) {
        readSample();
        applySample(appender, tally);
        continue;
      }
      if (tag == SERIES_HISTOGRAM) {
        tally.histogram(labels, labelsLength);
      } else if (tag == SERIES_EXEMPLAR) {
        tally.exemplar();
      }
      in.skip(tag);
    }
  }

  private void applySample(Appender appender, WriteTally tally) {
    if (timestamp > tally.maxTime()) {
      tally.tooFarAhead(labels, labelsLength, timestamp);
      return;
    }
    // Not before a sample wants it: a series is not made for samples that are refused anyway.
    if (series == null && problem == null) {
      find(appender);
    }
    if (series == null) {
      tally.invalidLabels(labels, labelsLength, String.valueOf(problem));
      return;
    }
    AppendOutcome outcome = appender.append(series, timestamp, value);
    if (!outcome.stored()) {
      tally.refused(outcome, series, timestamp);
    }
  }

  /// Sets either the series or the problem. The store checks the labels of a series that it does
  /// not know; those of one that it knows need no check, being the same bytes.
  private void find(Appender appender) {
    if (!named) {
      problem = "the label __name__ is missing";
      return;
    }
    try {
      series = appender.series(labels, 0, labelsLength);
    } catch (IllegalArgumentException e) {
      problem = LabelsCodec.problem(labels, 0, labelsLength);
      if (problem == null) {
        throw e;
      }
    }
  }

  /// Packs all labels of the present series, in the order in which they come.
  ///
  /// @return where the fields after the leading labels start
  private int packLabels() {
    // A packed label is never longer than the message it comes from.
    int room = in.end() - in.position();
    if (labels.length < room) {
      labels = new byte[Math.max(room, 2 * labels.length)];
    }
    labelsLength = 0;
    named = false;
    int rest = in.position();
    boolean leading = true;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SERIES_LABEL) {
        packLabel();
      } else {
        in.skip(tag);
        leading = false;
      }
      rest = leading ? in.position() : rest;
    }
    return rest;
  }

  private void packLabel() {
    int outer = in.enter();
    int nameAt = 0;
    int nameLength = 0;
    int valueAt = 0;
    int valueLength = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LABEL_NAME) {
        nameLength = in.length();
        nameAt = in.position();
        in.seek(nameAt + nameLength);
      } else if (tag == LABEL_VALUE) {
        valueLength = in.length();
        valueAt = in.position();
        in.seek(valueAt + valueLength);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    named |= nameLength == Long.BYTES && (long) LONG.get(bytes, nameAt) == METRIC_NAME;
    packField(nameAt, nameLength);
    packField(valueAt, valueLength);
  }

  private void packField(int at, int length) {
    int target = Varint.putUnsigned(labels, labelsLength, length);
    System.arraycopy(bytes, at, labels, target, length);
    labelsLength = target + length;
  }

  private void readSample() {
    int outer = in.enter();
    timestamp = 0;
    value = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SAMPLE_VALUE) {
        value = Double.longBitsToDouble(in.fixed64());
      } else if (tag == SAMPLE_TIMESTAMP) {
        timestamp = in.varint();
      } else {
        skipUnknown(tag, 2);
      }
    }
    in.leave(outer);
  }
}
