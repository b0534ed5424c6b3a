package io.varve.wal;

import io.varve.io.Finding;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.LabelsCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Says whether the references in a record behind damage can still be trusted to denote the series
/// that the writer meant, though what was damaged may have held records of series.
///
/// They can, as long as no reference was ever given to two series. Whoever opens a log gives new
/// series numbers above all that it read. Varve counts what samples, head chunks and the log of
/// samples out of order name, too, so a number that stands anywhere is not given again, whether its
/// series is known or not. A reference behind damage therefore denotes the series that has it in
/// the rest of the log, or one whose record is lost; then no record has it, and what is logged
/// under it is left out and counted.
///
/// The exception is a log that was continued by a program which did not read all of it: Prometheus
/// before 2.46 passes over what zstd has compressed, and any passes over types of records that it
/// does not know. It starts to count anew, the log says of references that they are first one
/// series and then another, and the record that says so may be what is lost. Such a log shows it by
/// other records ({@link #reused}); then a record behind damage counts only if all its references
/// are given behind that damage.
///
/// Confined to one thread.
final class RefMeanings implements SegmentScan.Listener {
  private final Consumer<Finding> damages;

  /// Hash of the labels by reference.
  private final Map<Long, Long> labels = new HashMap<>();

  private boolean reused;
  private boolean damaged;

  /// References that were given behind the last damage.
  private final Set<Long> given = new HashSet<>();

  /// Those that the record at hand gives.
  private final List<Long> giving = new ArrayList<>();

  private boolean allGiven = true;

  /// @param damages takes what cannot be read
  RefMeanings(Consumer<Finding> damages) {
    this.damages = damages;
  }

  /// Whether some reference was given to two series.
  boolean reused() {
    return reused;
  }

  /// To be called when all is read, before it is read again from the start.
  void rewind() {
    damaged = false;
    given.clear();
  }

  @Override
  public void record(Path segment, long start, long end) {
    giving.clear();
    allGiven = true;
  }

  /// Ends a record that can be read.
  ///
  /// @return whether what it says of series is meant of those that have these references
  boolean endRecord() {
    given.addAll(giving);
    return !damaged || !reused || allGiven;
  }

  @Override
  public void damage(Path segment, long start, long length, String what) {
    damaged = true;
    given.clear();
    damages.accept(new Finding(segment, start, length, what));
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    long hash = LabelsCodec.hash(buf, offset, length);
    Long before = labels.put(ref, hash);
    reused |= before != null && before != hash;
    giving.add(ref);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    giving.add(ref);
  }

  private void use(long ref) {
    allGiven = allGiven && (!damaged || !reused || given.contains(ref));
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    use(ref);
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    use(ref);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
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

  /// Nobody here knows what it says, so it says nothing of a series to anybody here either.
  @Override
  public void unknown(int type, int length) {}

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    use(ref);
  }
}
