package io.varve.compact;

import io.varve.block.RunSamples;
import io.varve.block.StoredChunk;
import io.varve.chunk.ChunkBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Writes the chunks of one series from several blocks, as Prometheus does when it compacts: a
/// chunk that overlaps no other and of which nothing is deleted is copied as it is; of chunks that
/// are the same one is taken; of others that overlap the samples are merged and encoded anew.
/// Confined to one thread.
final class ChunkMerge {
  /// The next chunk of each source. A heap like that of Prometheus, which decides which of samples
  /// with the same time is kept.
  private final PriorityQueue<StoredChunk> ahead =
      new PriorityQueue<>(
          Comparator.comparingLong(StoredChunk::mint).thenComparingLong(StoredChunk::maxt));

  private final ChunkOutput output;
  private final long mint;
  private final long maxt;
  private final AscendingSamples samples;

  /// Chunks that overlap, by way of each other, in the order in which they were met.
  private final List<StoredChunk> run = new ArrayList<>();

  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkBuffer other = new ChunkBuffer();

  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  ChunkMerge(ChunkOutput output, long mint, long maxt) {
    this.output = output;
    this.mint = mint;
    this.maxt = maxt;
    this.samples = new AscendingSamples(new RunSamples(mint, maxt));
  }

  /// Writes the chunks that the sources have of their present series.
  void writeChunks(List<MergeSource> sources) throws IOException {
    for (MergeSource source : sources) {
      ahead.add(StoredChunk.of(source.series(), 0));
    }
    samples.startSeries();
    boolean follows = true;
    while (!ahead.isEmpty()) {
      StoredChunk last = takeRun();
      writeRun(follows);
      follows = !ahead.isEmpty() && isSameSource(ahead.peek(), last);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a cursor is equal to itself only
  private static boolean isSameSource(StoredChunk a, StoredChunk b) {
    return a.source() == b.source();
  }

  private StoredChunk take() {
    StoredChunk taken = ahead.remove();
    int next = taken.index() + 1;
    if (next < taken.source().chunkCount()) {
      ahead.add(StoredChunk.of(taken.source(), next));
    }
    return taken;
  }

  /// @return the last chunk taken, which need not be in the run
  private StoredChunk takeRun() {
    run.clear();
    StoredChunk taken = take();
    run.add(taken);
    long end = taken.maxt();
    while (!ahead.isEmpty() && ahead.peek().mint() <= end) {
      taken = take();
      if (!isSame(run.getLast(), taken)) {
        run.add(taken);
        end = Math.max(end, taken.maxt());
      }
    }
    return taken;
  }

  private boolean isSame(StoredChunk a, StoredChunk b) {
    if (a.mint() != b.mint()
        || a.maxt() != b.maxt()
        || !a.whole(mint, maxt)
        || !b.whole(mint, maxt)) {
      return false;
    }
    a.read(chunk);
    b.read(other);
    return chunk.encoding() == other.encoding()
        && Arrays.equals(chunk.bytes(), 0, chunk.length(), other.bytes(), 0, other.length());
  }

  private void writeRun(boolean follows) throws IOException {
    StoredChunk first = run.getFirst();
    if (run.size() == 1 && copied(first)) {
      return;
    }
    // Prometheus merges the first one last, which decides between samples with the same time, too.
    run.removeFirst();
    run.addLast(first);
    samples.open(run, follows);
    int made = output.encode(samples);
    // All but the first of them Prometheus puts on the heap, too, and takes them off next: they are
    // older than all that is there. What is the same age there changes places by that.
    for (int i = 1; i < made; i++) {
      ahead.add(first);
      ahead.remove();
    }
  }

  private boolean copied(StoredChunk stored) throws IOException {
    if (!stored.whole(mint, maxt)) {
      return false;
    }
    stored.read(chunk);
    if (!output.copies(chunk.encoding())) {
      return false;
    }
    samples.skip(stored);
    output.copy(chunk, stored.origin(), stored.mint(), stored.maxt());
    return true;
  }
}
