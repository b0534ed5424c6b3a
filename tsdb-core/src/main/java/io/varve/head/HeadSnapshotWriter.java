package io.varve.head;

import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.HistogramCutting;
import io.varve.io.HeapByteSink;
import io.varve.model.LabelsCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes down a head that does not change any more, see {@link HeadSnapshotFormat}: series by
/// series, so that it takes no memory but for a frame and for the numbers of labels. Used once.
/// Confined to one thread.
final class HeadSnapshotWriter {
  private final Head head;
  private final SnapshotFrameWriter out;
  private final HeapByteSink data;
  private final LabelNumbers labels = new LabelNumbers();
  private final long maxTime;
  private long previousRef;
  private long previousChunk;
  private long series;

  /// @param out not closed by this
  HeadSnapshotWriter(Head head, SnapshotFrameWriter out) {
    this.head = head;
    this.out = out;
    this.data = out.data();
    this.maxTime = head.maxTime();
  }

  /// @param files all that the head has
  void write(List<FilePrint> files) throws IOException {
    putState(files);
    out.end(HeadSnapshotFormat.STATE);
    try {
      head.series().forEachBySlot(this::put);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.endIfAny(HeadSnapshotFormat.SERIES);
    new SnapshotRecordWriter(head, out).write();
    putKept(head.keptRecords());
    putEnded(head.series().ended());
    data.putLong(series);
    out.end(HeadSnapshotFormat.END);
  }

  private void putState(List<FilePrint> files) {
    Chunking chunking = head.chunking();
    data.putLong(head.minValidTime());
    data.putLong(head.endOfBlocks());
    data.putLong(head.minTime());
    data.putLong(maxTime);
    data.putLong(head.series().lastRef());
    data.putLong(chunking.range());
    data.putByte(options(chunking));
    data.putInt(head.exemplars().max());
    data.putByte(head.outOfOrder().isEmpty() ? 0 : 1);
    for (FilePrint file : files) {
      byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
      data.putUnsignedVarint(path.length);
      data.putBytes(path);
      data.putUnsignedVarint(file.length());
      data.putInt(file.tail());
    }
  }

  static int options(Chunking chunking) {
    return (chunking.xor2() ? HeadSnapshotFormat.XOR2 : 0)
        | (chunking.histogramStarts() ? HeadSnapshotFormat.HISTOGRAM_STARTS : 0);
  }

  /// One that is not in the log has no samples, and is not missed.
  private void put(MemSeries owner) {
    if (!owner.logged || owner.removed) {
      return;
    }
    data.putVarint(owner.id() - previousRef);
    previousRef = owner.id();
    putLabels(owner.labels().encoded());
    MemSeries.InOrder inOrder = owner.inOrder();
    data.putVarint(inOrder.lastTime() - maxTime);
    putClosed(inOrder);
    putLate(owner, inOrder.lastTime());
    putOpen(inOrder);
    series++;
    if (endIfFull(HeadSnapshotFormat.SERIES)) {
      previousRef = 0;
      previousChunk = 0;
    }
  }

  /// @return whether the frame was ended
  private boolean endIfFull(int kind) {
    if (!out.isFull()) {
      return false;
    }
    try {
      out.end(kind);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void putLabels(byte[] packed) {
    data.putUnsignedVarint(countLabels(packed));
    for (int at = 0; at < packed.length; ) {
      int end = endOfLabel(packed, at);
      int number = labels.number(packed, at, end);
      data.putUnsignedVarint(number);
      if (number == 0) {
        data.putBytes(packed, at, end - at);
      }
      at = end;
    }
  }

  private static int countLabels(byte[] packed) {
    int count = 0;
    for (int at = 0; at < packed.length; count++) {
      at = endOfLabel(packed, at);
    }
    return count;
  }

  private static int endOfLabel(byte[] packed, int at) {
    long name = LabelsCodec.field(packed, at, packed.length);
    int valueAt = LabelsCodec.start(name) + LabelsCodec.length(name);
    long value = LabelsCodec.field(packed, valueAt, packed.length);
    return LabelsCodec.start(value) + LabelsCodec.length(value);
  }

  private void putClosed(MemSeries.InOrder inOrder) {
    long[] closed = inOrder.closed();
    int length = inOrder.closedLength();
    data.putUnsignedVarint(length / MemSeries.CLOSED_STRIDE);
    long before = inOrder.lastTime();
    for (int i = 0; i < length; i += MemSeries.CLOSED_STRIDE) {
      putChunk(closed[i], closed[i + 1], closed[i + 2], before);
      before = closed[i + 2];
    }
  }

  private void putChunk(long ref, long mint, long maxt, long before) {
    data.putVarint(ref - previousChunk);
    data.putVarint(mint - before);
    data.putUnsignedVarint(maxt - mint);
    previousChunk = ref;
  }

  private void putLate(MemSeries owner, long lastTime) {
    OutOfOrderChunks late = owner.outOfOrder;
    long[] before = {lastTime};
    data.putUnsignedVarint(late == null ? 0 : late.chunks());
    if (late != null) {
      late.forEach(
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          (ref, mint, maxt) -> {
            putChunk(ref, mint, maxt, before[0]);
            before[0] = maxt;
          });
    }
  }

  private void putOpen(MemSeries.InOrder inOrder) {
    ChunkEncoder open = inOrder.open();
    int stale = inOrder.stale() ? HeadSnapshotFormat.STALE : 0;
    if (open == null) {
      data.putByte(stale);
      return;
    }
    data.putByte(open.encoding() | stale);
    data.putUnsignedVarint(open.length());
    data.putBytes(open.bytes(), 0, open.length());
    HistogramCutting cutting = inOrder.cutting();
    long lastTime = inOrder.lastTime();
    data.putVarint((cutting == null ? inOrder.nextAt() : cutting.nextAt()) - lastTime);
    if (cutting != null) {
      data.putVarint(cutting.rangeEnd() - lastTime);
      data.putByte(cutting.predicted() ? 1 : 0);
    }
  }

  private void putKept(Map<Long, HeadLog.Kept> kept) throws IOException {
    long previous = 0;
    for (var each : kept.entrySet()) {
      data.putVarint(each.getKey() - previous);
      data.putUnsignedVarint(each.getValue().segment());
      data.putVarint(each.getValue().lastTime() - maxTime);
      previous = each.getKey();
      if (out.isFull()) {
        out.end(HeadSnapshotFormat.KEPT);
        previous = 0;
      }
    }
    out.endIfAny(HeadSnapshotFormat.KEPT);
  }

  private void putEnded(EndedSeries ended) throws IOException {
    try {
      ended.forEach((hash, time) -> {
        data.putLong(hash);
        data.putVarint(time - maxTime);
        endIfFull(HeadSnapshotFormat.ENDED);
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.endIfAny(HeadSnapshotFormat.ENDED);
  }
}
