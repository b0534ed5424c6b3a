package io.varve.head;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.model.Exemplar;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.NativeHistogram;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gives a head what a snapshot has as records of the log, see {@link HeadSnapshotFormat}: what
/// would be passed over in the log is damage here. Confined to one thread.
final class SnapshotRecordReader implements RecordHandler {
  private final Head head;
  private final SeriesById series;
  private ByteReader in;

  /// @param series all there are
  SnapshotRecordReader(Head head, SeriesById series) {
    this.head = head;
    this.series = series;
    this.in = new ByteReader(new byte[0], 0, 0, "", 0);
  }

  /// @throws CorruptionException if there is anything that does not belong there
  void read(ByteReader data) {
    in = data;
    while (data.hasRemaining()) {
      int length = data.readLength(1);
      var record =
          new ByteReader(data.array(), data.position(), length, "snapshot", data.originPosition());
      RecordDecoder.decode(record, this);
      data.skip(length);
    }
  }

  private MemSeries find(long ref) {
    MemSeries found = series.get(ref);
    if (found == null) {
      throw in.corrupt("something of series " + ref + ", which is not there");
    }
    return found;
  }

  private CorruptionException misplaced(String what) {
    return in.corrupt(what + " in the records of a snapshot");
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    insert(ref, t, st, valueBits, null);
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    insert(ref, t, st, 0, histogram);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    insert(ref, t, st, 0, histogram);
  }

  private void insert(
      long ref, long t, long st, long valueBits, @Nullable NativeHistogram histogram) {
    MemSeries owner = find(ref);
    OutOfOrderChunks own = owner.outOfOrder;
    if ((own != null && own.isFull())
        || !head.outOfOrder().insert(owner, st, t, valueBits, histogram)) {
      throw in.corrupt("too many samples out of order of series " + ref);
    }
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    head.replayDeletion(find(ref), mint, maxt);
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    Labels labels = Labels.ofCanonical(Arrays.copyOfRange(buf, offset, offset + length));
    var exemplar = new Exemplar(labels, Double.longBitsToDouble(valueBits), t);
    var ignored = head.exemplars().add(find(ref).labels(), exemplar);
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    head.metadata().put(find(ref), new Metadata(MetricType.of(kind), unit, help));
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    throw misplaced("a series");
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    throw misplaced("a marker");
  }

  @Override
  public void unknown(int type, int length) {
    throw misplaced("a record of the unknown type " + type);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    throw misplaced("a series");
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    throw misplaced("a record of type " + type + ": " + problem);
  }
}
