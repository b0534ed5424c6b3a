package io.varve.head;

import io.varve.head.HeadChunkLoader.HeadChunkRef;
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
import io.varve.wal.WalReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Fills a head from the records of the log, oldest first. Full chunks that the chunk files have
/// are attached to their series when the log comes to their times, see {@link FoundChunks}, and the
/// samples in them are skipped. Confined to one thread.
final class HeadReplay implements RecordHandler {
  private final Head head;
  private final SeriesById series = new SeriesById();
  private final FoundChunks chunks;
  private final OvertakenSamples overtaken;

  /// References under which the log has a series that it already had under another.
  private final Set<Long> aliases = new HashSet<>();

  /// Records of types that this version does not read: how many of each.
  private final Map<Integer, Long> unknownTypes = new TreeMap<>();

  /// What the log holds that the head does not take yet: how much of each kind.
  private final Map<String, Long> unread = new TreeMap<>();

  private long unknownRefs;
  private long malformedSeries;

  HeadReplay(Head head, List<HeadChunkRef> inFiles) {
    this.head = head;
    this.overtaken = new OvertakenSamples(head);
    this.chunks = new FoundChunks(head, inFiles, overtaken);
  }

  /// Applies all records of a reader.
  void replay(WalReader in) throws IOException {
    while (in.next()) {
      RecordDecoder.decode(in.record(), this);
    }
  }

  /// To be called after the last record.
  void finish() {
    chunks.reachEnd();
  }

  @Override
  public void series(long ref, byte[] labels, int offset, int length) {
    MemSeries found = head.replaySeries(ref, labels, offset, length);
    if (found.id() != ref) {
      aliases.add(ref);
    }
    series.put(ref, found);
    chunks.claim(ref, found);
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    MemSeries owner = series.get(ref);
    if (owner == null) {
      unknownRefs++;
    } else {
      chunks.reach(owner, t);
      if (t < owner.lastTime()) {
        overtaken.add(owner, st, t, valueBits, null);
      } else {
        head.replaySample(owner, st, t, valueBits);
      }
    }
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
    MemSeries owner = series.get(ref);
    if (owner == null) {
      unknownRefs++;
    } else {
      chunks.reach(owner, t);
      try {
        NativeHistogram reduced = HistogramResolution.reduce(histogram);
        if (t < owner.lastTime()) {
          overtaken.add(owner, st, t, 0, reduced);
        } else {
          head.replayHistogram(owner, st, t, reduced);
        }
      } catch (IllegalArgumentException e) {
        count("histograms whose resolution cannot be reduced");
      }
    }
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    MemSeries owner = series.get(ref);
    if (owner == null) {
      unknownRefs++;
    } else if (mint == Long.MIN_VALUE && maxt == Long.MAX_VALUE) {
      chunks.forget(owner);
      head.replayEviction(owner);
    } else {
      head.replayDeletion(owner, mint, maxt);
    }
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    MemSeries owner = series.get(ref);
    if (owner == null) {
      unknownRefs++;
    } else {
      Labels labels = Labels.ofCanonical(Arrays.copyOfRange(buf, offset, offset + length));
      head.replayExemplar(owner, new Exemplar(labels, Double.longBitsToDouble(valueBits), t));
    }
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {}

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    MemSeries owner = series.get(ref);
    if (owner == null) {
      unknownRefs++;
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
    return series.get(ref);
  }

  /// Whether a chunk was in the chunk files, if it is there at all.
  boolean wasFound(long chunk) {
    return !overtaken.hasMade(chunk);
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

  Set<Long> aliases() {
    return aliases;
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
}
