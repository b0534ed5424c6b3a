package io.varve.query;

import java.util.ArrayList;
import java.util.List;

/// The samples of a run of overlapping chunks, merged: of samples with the same time one is taken.
/// Used again for run after run. Confined to one thread.
final class RunSamples {
  private final long mint;
  private final long maxt;

  /// Cursors made so far; the first {@link #open} are in use.
  private final List<ChunkSamples> cursors = new ArrayList<>();

  private int open;
  private boolean started;
  private ChunkSamples present;

  RunSamples(long mint, long maxt) {
    this.mint = mint;
    this.maxt = maxt;
    this.present = cursor(0);
  }

  private ChunkSamples cursor(int index) {
    if (index == cursors.size()) {
      cursors.add(new ChunkSamples(mint, maxt));
    }
    return cursors.get(index);
  }

  /// Starts on the chunks from {@code from} to before {@code to}.
  void open(SeriesChunks chunks, int from, int to) {
    open = to - from;
    for (int i = 0; i < open; i++) {
      cursor(i).open(chunks.get(from + i));
    }
    present = cursors.getFirst();
    started = false;
  }

  boolean next() {
    return open == 1 ? present.next() : nextMerged();
  }

  private boolean nextMerged() {
    long last = started ? present.timestamp() : Long.MIN_VALUE;
    int left = 0;
    ChunkSamples first = null;
    for (int i = 0; i < open; i++) {
      ChunkSamples cursor = cursors.get(i);
      boolean ahead = started && cursor.timestamp() > last;
      if (!ahead && !cursor.next()) {
        continue;
      }
      cursors.set(i, cursors.get(left));
      cursors.set(left++, cursor);
      if (first == null || cursor.timestamp() < first.timestamp()) {
        first = cursor;
      }
    }
    started = true;
    open = left;
    if (first == null) {
      return false;
    }
    present = first;
    return true;
  }

  long timestamp() {
    return present.timestamp();
  }

  double value() {
    return present.value();
  }
}
