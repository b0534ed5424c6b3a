package io.varve.wal;

import io.varve.io.Finding;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.wal.WalVerifier.Summary;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Counts what is in the records of a log that is verified, and matches what they say of series
/// with the records of the series, wherever in the log these are.
///
/// Confined to one thread.
final class VerifiedRecords implements SegmentScan.Listener {
  private final Consumer<Finding> findings;
  private final Set<Long> series = new HashSet<>();

  /// How often each ref was used that had no series so far.
  private final Map<Long, Long> unknownRefs = new HashMap<>();

  /// How many records of each type that is not known.
  private final Map<Integer, Long> unknownTypes = new TreeMap<>();

  private boolean matching = true;
  private Path file = Path.of("");
  private long offset;
  private long length;

  private long recordCount;
  private long seriesCount;
  private long sampleCount;

  VerifiedRecords(Consumer<Finding> findings) {
    this.findings = findings;
  }

  /// Whether the refs used from now on must have a series.
  void matchRefs(boolean matching) {
    this.matching = matching;
  }

  @Override
  public void record(Path segment, long start, long end) {
    this.file = segment;
    this.offset = start;
    this.length = end - start;
  }

  @Override
  public void damage(Path segment, long start, long length, String what) {
    findings.accept(new Finding(segment, start, length, what));
  }

  /// Where the record at hand starts.
  long offset() {
    return offset;
  }

  /// Takes the series of another log for known.
  void know(VerifiedRecords other) {
    series.addAll(other.series);
  }

  /// Tells the reference of each series that has a record.
  void forEachSeries(LongConsumer consumer) {
    series.forEach(consumer::accept);
  }

  /// Counts a readable record.
  void count() {
    recordCount++;
  }

  /// Reports what only the end shows.
  Summary end(Path directory, boolean tornTail) {
    unknownRefs.keySet().removeAll(series);
    long uses = sum(unknownRefs);
    if (uses > 0) {
      String what =
          "%d entries of %d series have no record of the series, such as number %s"
              .formatted(uses, unknownRefs.size(), Long.toUnsignedString(least(unknownRefs)));
      findings.accept(new Finding(directory, -1, -1, what));
    }
    unknownTypes.forEach((type, count) -> {
      String what = count + " records are of the unknown type " + type;
      findings.accept(new Finding(directory, -1, -1, what));
    });
    return new Summary(recordCount, seriesCount, sampleCount, uses, sum(unknownTypes), tornTail);
  }

  private static long least(Map<Long, Long> counts) {
    return counts.keySet().stream().min(Long::compareUnsigned).orElseThrow();
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void use(long ref) {
    if (matching && !series.contains(ref)) {
      unknownRefs.merge(ref, 1L, Long::sum);
    }
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    seriesCount++;
    series.add(ref);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    seriesCount++;
    series.add(ref);
    report("series " + ref + ": " + problem);
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    sampleCount++;
    use(ref);
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    sampleCount++;
    use(ref);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    sampleCount++;
    use(ref);
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    use(ref);
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    use(ref);
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    use(ref);
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    use(ref);
  }

  @Override
  public void unknown(int type, int length) {
    unknownTypes.merge(type, 1L, Long::sum);
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    use(ref);
    report("an entry of series " + ref + " at time " + t + ": " + problem);
  }

  private void report(String what) {
    findings.accept(new Finding(file, offset, length, what));
  }
}
