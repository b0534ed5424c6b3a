package io.varve.head;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.NativeHistogram;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fills the buffers of a head from the log of samples out of order, after the write-ahead log,
/// which has the series and brought the chunks of the chunk files.
///
/// Where a marker names chunks that are there, all that is before it of the series is in these or
/// in older ones. So the log is read twice: first for the last such marker of each series, then for
/// what comes after it. A marker whose chunks are not all there does not count: the chunk files
/// lost their end. (Prometheus asks only whether the files reach so far.) What is then both in a
/// chunk and in the log does no harm. Confined to one thread.
final class OutOfOrderReplay implements RecordHandler {
  private final HeadReplay wal;
  private final Head head;
  private final OutOfOrderHead outOfOrder;

  /// The markers of one record: a series has one for each of its chunks.
  private final List<Marker> markers = new ArrayList<>();

  /// Number of the record that has the last marker of a series whose chunks are there.
  private final Map<MemSeries, Long> covered = new HashMap<>();

  /// Series whose buffers became chunks that the log has no marker of.
  private final Set<MemSeries> unmarked = new LinkedHashSet<>();

  private boolean scanning;
  private long record;
  private long unknownRefs;

  private record Marker(MemSeries series, long chunk) {}

  /// @param wal knows the series
  OutOfOrderReplay(Head head, HeadReplay wal) {
    this.wal = wal;
    this.head = head;
    this.outOfOrder = head.outOfOrder();
  }

  /// Looks for markers in all records of a reader; before {@link #replay}.
  void scan(WalReader in) throws IOException {
    read(in, true);
  }

  /// Applies all records of a reader.
  void replay(WalReader in) throws IOException {
    read(in, false);
  }

  private void read(WalReader in, boolean scan) throws IOException {
    scanning = scan;
    unknownRefs = 0;
    for (record = 0; in.next(); record++) {
      RecordDecoder.decode(in.record(), this);
      applyMarkers();
    }
  }

  private void applyMarkers() {
    if (markers.isEmpty()) {
      return;
    }
    var missing = new HashSet<MemSeries>();
    for (Marker marker : markers) {
      if (!hasChunk(marker)) {
        missing.add(marker.series);
      }
    }
    for (Marker marker : markers) {
      if (scanning && !missing.contains(marker.series)) {
        covered.put(marker.series, record);
      } else if (!scanning && !isCovered(marker.series)) {
        unmarked.add(marker.series);
      }
    }
    markers.clear();
  }

  private static boolean hasChunk(Marker marker) {
    OutOfOrderChunks own = marker.series.outOfOrder;
    return own != null && own.has(marker.chunk);
  }

  /// Whether the present record comes before the last marker of a series that counts, or is it.
  private boolean isCovered(MemSeries owner) {
    Long last = covered.get(owner);
    return last != null && record <= last;
  }

  private @Nullable MemSeries find(long ref) {
    MemSeries found = wal.find(ref);
    if (found == null) {
      unknownRefs++;
      head.series().reserve(ref);
    }
    return found;
  }

  private void insert(
      @Nullable MemSeries owner,
      long start,
      long t,
      long bits,
      @Nullable NativeHistogram histogram) {
    if (owner != null && !scanning && !isCovered(owner)) {
      if (outOfOrder.makeRoom(owner).length > 0) {
        unmarked.add(owner);
      }
      outOfOrder.insert(owner, start, t, bits, histogram);
    }
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    insert(find(ref), st, t, valueBits, null);
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    nativeHistogram(ref, t, st, histogram);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    nativeHistogram(ref, t, st, histogram);
  }

  private void nativeHistogram(long ref, long t, long st, NativeHistogram histogram) {
    try {
      insert(find(ref), st, t, 0, HistogramResolution.reduce(histogram));
    } catch (IllegalArgumentException e) {
      countUnreadable();
    }
  }

  private void countUnreadable() {
    if (!scanning) {
      wal.countUnreadable();
    }
  }

  /// A marker without a chunk says that a buffer was begun, which is no reason to forget what is
  /// before: that may be in a chunk that was lost.
  @Override
  public void mmapMarker(long ref, long chunkRef) {
    MemSeries owner = find(ref);
    if (owner != null && chunkRef != 0) {
      markers.add(new Marker(owner, chunkRef));
    }
  }

  /// Nothing else belongs into this log, and Prometheus passes over it.
  @Override
  public void series(long ref, byte[] buf, int offset, int length) {}

  @Override
  public void tombstone(long ref, long mint, long maxt) {}

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

  @Override
  public void metadata(long ref, int kind, String unit, String help) {}

  @Override
  public void unknown(int type, int length) {}

  @Override
  public void malformedSeries(long ref, String problem) {}

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    countUnreadable();
  }

  /// Samples and markers of series that are not known.
  long unknownRefs() {
    return unknownRefs;
  }

  /// Series whose buffers became chunks that the log has no marker of.
  Set<MemSeries> unmarked() {
    return unmarked;
  }
}
