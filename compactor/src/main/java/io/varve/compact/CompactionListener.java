package io.varve.compact;

/// Is told how far a merge is, by the thread that merges, after each series that it has read. It
/// may take its time, which slows the merge down or halts it for a while, and it may throw what it
/// likes, a {@link java.util.concurrent.CancellationException} say, which ends the merge as any
/// other failure does: nothing of it is left.
@FunctionalInterface
public interface CompactionListener {
  CompactionListener NONE = (seriesRead, seriesToRead, bytesWritten) -> {};

  /// @param seriesRead series of the source blocks that were read; each is read twice
  /// @param seriesToRead how many that will be at the end, as the source blocks say
  /// @param bytesWritten bytes of the new block so far; its postings come after the last series
  void advanced(long seriesRead, long seriesToRead, long bytesWritten);
}
