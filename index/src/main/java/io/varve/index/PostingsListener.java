package io.varve.index;

/// Is told how far the writing of postings is, by the thread that writes, after each list. It may
/// take its time, and may end the work by an exception.
@FunctionalInterface
public interface PostingsListener {
  /// @param lists of postings that were written, one for each label
  /// @param of how many that will be at the end
  void written(long lists, long of);
}
