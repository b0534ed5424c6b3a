package io.varve.head;

import io.varve.head.HeadChunkLoader.HeadChunkRef;
import io.varve.head.ReplayBatch.Event;
import io.varve.model.Exemplar;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.NativeHistogram;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.WalReadAhead;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Fills a head from the records of the log, oldest first. Full chunks that the chunk files have
/// are attached to their series when the log comes to their times, see {@link FoundChunks}, and the
/// samples in them are skipped.
///
/// This reads, and knows what each series will have when all before is applied: so it decides what
/// is taken, and {@link ReplayWorkers} apply it. Confined to one thread.
final class HeadReplay implements RecordHandler, AutoCloseable {
  private static final int INITIAL_SERIES = 1024;

  private final Head head;
  private final ReplayWorkers workers;
  private final SeriesLoader loader;
  private final SlotsByRef slots = new SlotsByRef();
  private final FoundChunks chunks;
  private final long minValidTime;
  private final boolean keepsStarts;

  /// By slot, two for each series: the time of its newest sample, and when its next chunk begins
  /// that was found in the files.
  private long[] marks = {};

  /// References under which the log has a series that it already had under another.
  private final Set<Long> aliases = new HashSet<>();

  /// Records of types that this version does not read: how many of each.
  private final Map<Integer, Long> unknownTypes = new TreeMap<>();

  /// What the log holds that the head does not take yet: how much of each kind.
  private final Map<String, Long> unread = new TreeMap<>();

  /// Series that the log says left the head, by the reference that it had for them.
  private final Map<Long, MemSeries> evicted = new HashMap<>();

  private long unknownRefs;
  private long malformedSeries;

  HeadReplay(Head head, List<HeadChunkRef> inFiles, ReplayWorkers workers) {
    this.head = head;
    this.workers = workers;
    this.loader = new SeriesLoader(head.series());
    this.chunks = new FoundChunks(head, inFiles);
    this.minValidTime = head.minValidTime();
    this.keepsStarts = head.chunking().xor2();
  }

  /// Applies all records of a log.
  void replay(WalReadAhead in) throws IOException {
    while (in.next()) {
      RecordDecoder.decode(in.record(), this);
    }
  }

  /// Applies all records of a log.
  ///
  /// @param status is told of each segment
  void replay(WalReadAhead in, ReplayStatus status) throws IOException {
    int segment = -1;
    while (in.next()) {
      if (in.segment() != segment) {
        segment = in.segment();
        status.reach(segment);
      }
      RecordDecoder.decode(in.record(), this);
    }
  }

  /// To be called after the last record: waits until all is applied.
  void finish() {
    for (MemSeries waiting : chunks.waiting()) {
      reach(waiting.slot, FoundChunks.NEVER);
    }
    workers.finish();
    loader.finish();
    var others = new HashMap<Long, MemSeries>();
    for (Long alias : aliases) {
      MemSeries owner = find(alias);
      if (owner != null && owner.removed) {
        others.put(alias, owner);
      }
    }
    head.forgetEvicted(evicted.values());
    evicted.putAll(others);
  }

  @Override
  public void series(long ref, byte[] labels, int offset, int length) {
    MemSeries found = loader.add(ref, labels, offset, length);
    if (found.id() != ref) {
      aliases.add(ref);
    }
    slots.put(ref, found.slot);
    if (2 * found.slot >= marks.length) {
      growMarks(found.slot);
    }
    chunks.claim(ref, found);
    marks[2 * found.slot + 1] = chunks.next(found);
    workers.expect(found.slot + 1);
  }

  /// Nothing was applied yet to the series that get marks now: what they have is what they had
  /// before the log is read.
  private void growMarks(int slot) {
    int from = marks.length / 2;
    int to = Math.max(INITIAL_SERIES, slot + slot / 2 + 1);
    marks = Arrays.copyOf(marks, 2 * to);
    for (int i = from; i < to; i++) {
      MemSeries known = head.series().find(i);
      marks[2 * i] = known == null ? Long.MIN_VALUE : known.lastTime();
      marks[2 * i + 1] = FoundChunks.NEVER;
    }
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    int slot = slots.get(ref);
    if (slot < 0) {
      countUnknown(ref);
    } else if (advance(slot, t)) {
      double v = Double.longBitsToDouble(valueBits);
      if (keepsStarts) {
        workers.add(slot, st, t, v);
      } else {
        workers.add(slot, t, v);
      }
    }
  }

  /// The record of the series is lost. No other one gets its reference, for as long as something in
  /// the log bears it.
  private void countUnknown(long ref) {
    head.series().reserve(ref);
    unknownRefs++;
  }

  /// Whether a series takes a sample: unless it is there. That of the newest time is not compared,
  /// since it may lie in a chunk that would have to be read for it.
  private boolean advance(int slot, long t) {
    if (t >= marks[2 * slot + 1]) {
      reach(slot, t);
    }
    if (t <= marks[2 * slot] || t < minValidTime) {
      return false;
    }
    marks[2 * slot] = t;
    return true;
  }

  /// Gives a series the chunks of the files that begin at or before {@code t}, unless they are not
  /// newer than what it has.
  private void reach(int slot, long t) {
    MemSeries owner = head.series().at(slot);
    long next = chunks.next(owner);
    while (next <= t && next != FoundChunks.NEVER) {
      HeadChunkRef chunk = chunks.take(owner);
      if (chunk.maxt() >= Math.max(minValidTime, chunk.mint()) && chunk.mint() > marks[2 * slot]) {
        marks[2 * slot] = chunk.maxt();
        workers.add(slot, 0, chunk.mint(), new Event.Chunk(chunk));
      }
      next = chunks.next(owner);
    }
    marks[2 * slot + 1] = next;
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    nativeHistogram(ref, t, st, histogram);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    nativeHistogram(ref, t, st, histogram);
  }

  /// Not validated: Prometheus has logged histograms that it refuses nowadays, and reads them.
  private void nativeHistogram(long ref, long t, long st, NativeHistogram histogram) {
    int slot = slots.get(ref);
    if (slot < 0) {
      countUnknown(ref);
      return;
    }
    NativeHistogram reduced;
    try {
      reduced = HistogramResolution.reduce(histogram);
    } catch (IllegalArgumentException e) {
      count("histograms whose resolution cannot be reduced");
      return;
    }
    if (advance(slot, t)) {
      workers.add(slot, st, t, new Event.Sample(reduced));
    }
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    int slot = slots.get(ref);
    if (slot < 0) {
      countUnknown(ref);
    } else if (mint == Long.MIN_VALUE && maxt == Long.MAX_VALUE) {
      evict(ref, head.series().at(slot));
    } else {
      workers.add(slot, 0, 0, new Event.Deletion(mint, maxt));
    }
  }

  /// The series is in blocks. If it came back, then as another one, with a record of its own. What
  /// the log still has under the old reference nobody takes, Prometheus neither.
  private void evict(long ref, MemSeries owner) {
    if (owner.removed) {
      return;
    }
    chunks.forget(owner);
    // It is to have all that comes before.
    workers.drain();
    head.replayEviction(owner);
    evicted.put(ref, owner);
    slots.remove(ref);
    slots.remove(owner.id());
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    MemSeries owner = find(ref);
    if (owner == null) {
      countUnknown(ref);
    } else {
      Labels labels = Labels.ofCanonical(Arrays.copyOfRange(buf, offset, offset + length));
      head.replayExemplar(owner, new Exemplar(labels, Double.longBitsToDouble(valueBits), t));
    }
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {}

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    MemSeries owner = find(ref);
    if (owner == null) {
      countUnknown(ref);
    } else {
      head.metadata().put(owner, new Metadata(MetricType.of(kind), unit, help));
    }
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    count("malformed entries");
  }

  /// The series that the log has under a reference.
  @Nullable MemSeries find(long ref) {
    int slot = slots.get(ref);
    return slot < 0 ? null : head.series().find(slot);
  }

  /// Counts something in the log of samples out of order that cannot be taken.
  void countUnreadable() {
    count("malformed samples out of order");
  }

  private void count(String kind) {
    unread.merge(kind, 1L, Long::sum);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    malformedSeries++;
  }

  @Override
  public void unknown(int type, int length) {
    unknownTypes.merge(type, 1L, Long::sum);
  }

  /// References that the log has samples of and the head no series, each with the time of the last
  /// sample of the series, milliseconds.
  Map<Long, Long> formerRefs() {
    var former = new HashMap<Long, Long>();
    evicted.forEach((ref, gone) -> former.put(ref, gone.lastTime()));
    for (Long alias : aliases) {
      MemSeries owner = find(alias);
      if (owner != null) {
        former.put(alias, owner.lastTime());
      }
    }
    return former;
  }

  Map<Integer, Long> unknownTypes() {
    return unknownTypes;
  }

  Map<String, Long> unread() {
    return unread;
  }

  /// Samples and deletions of series that the log does not define.
  long unknownRefs() {
    return unknownRefs;
  }

  /// Series left out because no index can take their labels.
  long malformedSeries() {
    return malformedSeries;
  }

  /// Ends all threads, whether all is applied or not.
  @Override
  public void close() {
    workers.close();
  }
}
