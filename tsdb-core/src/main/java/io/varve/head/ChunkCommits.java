package io.varve.head;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Of which commits the samples in chunks of one series are that came out of order: of those chunks
/// only that have samples which some query may not see. Unlike samples in order, those of a commit
/// may be anywhere among the others, so it is told for each. Guarded by the monitor of the series.
final class ChunkCommits {
  private final NavigableMap<Long, long[]> byChunk = new TreeMap<>();

  /// Notes the commits of the samples of a chunk, if need be.
  void add(long ref, long[] commits, IsolationState now) {
    if (!seenByAll(commits, now)) {
      byChunk.put(ref, shortened(commits, now));
    }
  }

  /// Most often nobody tells them apart, and one stands for all.
  private static long[] shortened(long[] commits, IsolationState now) {
    boolean alike = Arrays.stream(commits).allMatch(each -> now.alike(commits[0], each));
    return alike ? new long[] {commits[0]} : commits;
  }

  private static boolean seenByAll(long[] commits, IsolationState now) {
    return Arrays.stream(commits).allMatch(now::seenByAll);
  }

  /// Forgets what everybody sees by now.
  ///
  /// @return whether nothing is left
  boolean tidyUp(IsolationState now) {
    byChunk.values().removeIf(commits -> seenByAll(commits, now));
    return byChunk.isEmpty();
  }

  /// Forgets the chunks up to a reference, inclusive.
  void drop(long upTo) {
    byChunk.headMap(upTo, true).clear();
  }

  /// The commits of the samples of a chunk in their order, or one for all of them; null if
  /// everybody sees all.
  long @Nullable [] of(long ref) {
    return byChunk.get(ref);
  }
}
