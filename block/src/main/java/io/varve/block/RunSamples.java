package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The samples of a run of overlapping chunks, merged. Of samples with the same time one is taken:
/// which one depends on the chunks, as in Prometheus, of which this does the same. It stays with a
/// chunk as long as that has the oldest sample alone; otherwise one of the others that have it
/// comes first, and what the chunk has is passed over. What a histogram says about counter resets
/// is kept only where the sample before it is the one that it was said of.
///
/// Used again for run after run. Confined to one thread.
public final class RunSamples implements SampleCursor {
  private final long mint;
  private final long maxt;

  /// Cursors made so far; the first {@link #open} are in use.
  private final List<LiveSamples> cursors = new ArrayList<>();

  private final List<ChunkBuffer> buffers = new ArrayList<>();

  /// Those on a sample that was not taken yet, but the present one. A heap like that of Prometheus,
  /// which decides between samples with the same time.
  private final PriorityQueue<LiveSamples> ahead =
      new PriorityQueue<>(Comparator.comparingLong(LiveSamples::timestamp));

  private int open;
  private boolean started;
  private boolean switched;
  private LiveSamples present;

  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  public RunSamples(long mint, long maxt) {
    this.mint = mint;
    this.maxt = maxt;
    this.present = cursor(0);
  }

  private LiveSamples cursor(int index) {
    if (index == cursors.size()) {
      cursors.add(new LiveSamples(mint, maxt));
      buffers.add(new ChunkBuffer());
    }
    return cursors.get(index);
  }

  /// Starts on some chunks. Whether the first sample of each follows the one that was written
  /// before it is only known of a chunk alone.
  ///
  /// @param chunks at least one
  /// @param follows whether it does if there is one
  public void open(List<StoredChunk> chunks, boolean follows) {
    open = chunks.size();
    for (int i = 0; i < open; i++) {
      LiveSamples samples = cursor(i);
      StoredChunk chunk = chunks.get(i);
      chunk.read(buffers.get(i));
      samples.open(buffers.get(i), chunk.origin(), chunk.deleted(), follows && open == 1);
    }
    present = cursors.getFirst();
    started = false;
    switched = false;
  }

  /// What the chunk of the present sample belongs to, for messages.
  public Object origin() {
    return present.origin();
  }

  @Override
  public boolean next() {
    if (open == 1) {
      switched = false;
      return present.next();
    }
    return nextMerged();
  }

  private boolean nextMerged() {
    LiveSamples before = present;
    boolean found = started ? advance(present.timestamp()) : start();
    switched = found && present != before;
    return found;
  }

  private boolean start() {
    started = true;
    ahead.clear();
    for (int i = 1; i < open; i++) {
      if (cursors.get(i).next()) {
        ahead.add(cursors.get(i));
      }
    }
    return advance(Long.MIN_VALUE);
  }

  /// Moves to a sample with another time than the last.
  private boolean advance(long last) {
    while (true) {
      if (present.next()) {
        long t = present.timestamp();
        LiveSamples oldest = ahead.peek();
        if (t == last) {
          continue;
        }
        if (oldest == null || t < oldest.timestamp()) {
          return true;
        }
        ahead.add(present);
      } else if (ahead.isEmpty()) {
        return false;
      }
      present = ahead.remove();
      if (present.timestamp() != last) {
        return true;
      }
    }
  }

  @Override
  public boolean seek(long timestamp) {
    throw new UnsupportedOperationException("runs are read from their first sample on");
  }

  @Override
  public long timestamp() {
    return present.timestamp();
  }

  @Override
  public SampleKind kind() {
    return present.kind();
  }

  @Override
  public long startTimestamp() {
    return present.startTimestamp();
  }

  @Override
  public double value() {
    return present.value();
  }

  @Override
  public Histogram histogram() {
    Histogram histogram = present.histogram();
    return switched
        ? histogram.withCounterReset(LiveSamples.unsaid(histogram.counterReset()))
        : histogram;
  }

  @Override
  public FloatHistogram floatHistogram() {
    FloatHistogram histogram = present.floatHistogram();
    return switched
        ? histogram.withCounterReset(LiveSamples.unsaid(histogram.counterReset()))
        : histogram;
  }
}
