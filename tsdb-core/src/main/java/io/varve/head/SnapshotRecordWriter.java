package io.varve.head;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.model.Exemplar;
import io.varve.model.NativeHistogram;
import io.varve.wal.RecordEncoder;
import io.varve.wal.StartRecordEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes what a snapshot has as records of the log, see {@link HeadSnapshotFormat}. Used once.
/// Confined to one thread.
final class SnapshotRecordWriter {
  /// Length at which a record is ended, in bytes.
  private static final int FULL_RECORD = 256 << 10;

  /// Most samples or exemplars of a record.
  private static final int MOST = 4096;

  private final Head head;
  private final SnapshotFrameWriter out;
  private final HeapByteSink record = ByteSink.onHeap(FULL_RECORD);
  private final Samples late = new Samples();

  private final long[] exemplarRefs = new long[MOST];
  private final long[] exemplarTimes = new long[MOST];
  private final long[] exemplarValues = new long[MOST];
  private final byte[][] exemplarLabels = new byte[MOST][];
  private int exemplars;

  /// @param out not closed by this
  SnapshotRecordWriter(Head head, SnapshotFrameWriter out) {
    this.head = head;
    this.out = out;
  }

  void write() throws IOException {
    try {
      putDeletions();
      putMetadata();
      putLate();
      putExemplars();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.endIfAny(HeadSnapshotFormat.RECORDS);
  }

  private void end() {
    int length = record.length();
    if (length == 0) {
      return;
    }
    out.data().putUnsignedVarint(length);
    out.data().putBytes(record.array(), 0, length);
    record.clear();
    if (out.isFull()) {
      try {
        out.end(HeadSnapshotFormat.RECORDS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void putDeletions() {
    head.forEachDeleted((series, spans) -> {
      RecordEncoder.tombstonesStart(record);
      for (int i = 0; i < spans.size(); i++) {
        RecordEncoder.tombstone(record, series.id(), spans.mint(i), spans.maxt(i));
      }
      end();
    });
  }

  private void putMetadata() {
    head.metadata()
        .forEachSeries((series, metadata) -> {
          if (record.length() == 0) {
            RecordEncoder.metadataStart(record);
          }
          RecordEncoder.metadata(
              record, series.id(), metadata.type().number(), metadata.unit(), metadata.help());
          if (record.length() >= FULL_RECORD) {
            end();
          }
        });
    end();
  }

  private void putLate() {
    head.series()
        .forEachBySlot(series -> {
          OutOfOrderChunks own = series.outOfOrder;
          OutOfOrderBuffer buffer =
              own == null ? null : own.copyOfBuffer(Long.MIN_VALUE, Long.MAX_VALUE);
          if (buffer != null) {
            add(series, buffer);
          }
        });
    endLate();
  }

  private void add(MemSeries series, OutOfOrderBuffer buffer) {
    for (int i = 0; i < buffer.size(); i++) {
      NativeHistogram histogram = buffer.histogram(i);
      if (histogram == null) {
        late.add(series, buffer.start(i), buffer.time(i), buffer.value(i));
      } else {
        late.histograms.add(series, buffer.start(i), buffer.time(i), histogram, late.size);
      }
    }
    if (late.size + late.histograms.size >= MOST) {
      endLate();
    }
  }

  private void endLate() {
    StartRecordEncoder.samples(
        record, late.refs, late.times, late.starts(), late.valueBits, 0, late.size);
    end();
    HistogramSamples histograms = late.histograms;
    StartRecordEncoder.histograms(
        record,
        histograms.refs,
        histograms.times,
        histograms.starts,
        histograms.values,
        0,
        histograms.size);
    end();
    StartRecordEncoder.floatHistograms(
        record,
        histograms.refs,
        histograms.times,
        histograms.starts,
        histograms.values,
        0,
        histograms.size);
    end();
    late.clear();
  }

  /// Those of series that have left the head cannot be said.
  private void putExemplars() {
    head.exemplars()
        .forEach((labels, exemplar) -> {
          byte[] packed = labels.encoded();
          MemSeries series = head.series().find(packed, 0, packed.length);
          if (series != null && series.logged) {
            add(series, exemplar);
          }
        });
    endExemplars();
  }

  private void add(MemSeries series, Exemplar exemplar) {
    exemplarRefs[exemplars] = series.id();
    exemplarTimes[exemplars] = exemplar.timestamp();
    exemplarValues[exemplars] = Double.doubleToRawLongBits(exemplar.value());
    exemplarLabels[exemplars] = exemplar.labels().encoded();
    if (++exemplars == MOST) {
      endExemplars();
    }
  }

  private void endExemplars() {
    RecordEncoder.exemplars(
        record, exemplarRefs, exemplarTimes, exemplarValues, exemplarLabels, 0, exemplars);
    end();
    exemplars = 0;
  }
}
