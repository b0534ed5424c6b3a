package io.varve;

import io.varve.model.Labels;
import java.util.List;

/// What a commit did with the samples of its appender.
///
/// @param accepted samples stored, those already there ({@link AppendOutcome#DUPLICATE}) included
/// @param rejections one entry for each outcome that befell a sample, in the order in which they
///   first occurred; empty when everything is in
public record CommitResult(long accepted, List<Rejection> rejections) {
  public CommitResult {
    rejections = List.copyOf(rejections);
  }

  /// Samples not taken for one reason.
  ///
  /// @param first the series of the first of them
  /// @param firstTimestamp the time of the first of them, milliseconds since the epoch
  /// @param reason what was wrong with the first of them, without a full stop
  public record Rejection(
      AppendOutcome outcome, long count, Labels first, long firstTimestamp, String reason) {}

  /// Samples not taken.
  public long rejected() {
    return rejections.stream().mapToLong(Rejection::count).sum();
  }
}
