package io.varve.head;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// The samples out of order that are to become blocks: all that there were at one moment, in
/// chunks.
///
/// @param lastChunk reference of the last chunk, see {@link HeadChunkFormat}; older ones belong to
///   it unless they belonged to a cut before
/// @param segment of the log of these samples; those below are needed no longer when there are
///   blocks
/// @param ranges start of each block range that has samples, milliseconds
public record OutOfOrderCut(long lastChunk, int segment, SortedSet<Long> ranges) {
  /// Nothing.
  public static final OutOfOrderCut NONE =
      new OutOfOrderCut(0, 0, Collections.unmodifiableSortedSet(new TreeSet<>()));

  /// Finds the block ranges that chunks have samples in. Confined to one thread.
  static final class Ranges {
    private final Chunking chunking;
    private final SortedSet<Long> starts = new TreeSet<>();
    private final ChunkBuffer buffer = new ChunkBuffer();
    private final ChunkCursor cursor = new ChunkCursor();

    Ranges(Chunking chunking) {
      this.chunking = chunking;
    }

    /// Takes the chunk with the reference {@code ref}.
    void add(long ref, long mint, long maxt) {
      if (startOf(mint) == startOf(maxt)) {
        starts.add(startOf(mint));
      } else {
        // It may span years and have nothing in between.
        chunking.files().read(ref, buffer);
        cursor.reset(buffer, "an out-of-order chunk", 0);
        while (cursor.next()) {
          starts.add(startOf(cursor.timestamp()));
        }
      }
    }

    private long startOf(long t) {
      return Math.floorDiv(t, chunking.range()) * chunking.range();
    }

    SortedSet<Long> starts() {
      return starts;
    }
  }
}
