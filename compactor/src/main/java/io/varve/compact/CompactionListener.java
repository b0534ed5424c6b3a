package io.varve.compact;

/// Is told how far a merge is, by the thread that merges, after each series that it has read and
/// each list of postings that it has written. It may take its time, which slows the merge down or
/// halts it for a while, and it may throw what it likes, a {@link
/// java.util.concurrent.CancellationException} say, which ends the merge as any other failure does:
/// nothing of it is left.
@FunctionalInterface
public interface CompactionListener {
  CompactionListener NONE = (step, done, total, bytesWritten) -> {};

  /// What is done one after another.
  enum Step {
    /// Finding out which labels will be in the new block.
    LABELS,

    /// Writing the series and their samples.
    SERIES,

    /// Writing which series have which labels.
    POSTINGS
  }

  /// @param done series of the source blocks that were read in this step; lists that were written,
  ///   where it is postings
  /// @param total how many that will be at the end of the step, as the source blocks say
  /// @param bytesWritten bytes of the new block so far
  void advanced(Step step, long done, long total, long bytesWritten);
}
