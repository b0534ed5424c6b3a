package io.varve;

import io.varve.model.Labels;
import java.util.List;
import java.util.Map;

/// What a commit did with the samples of its appender.
///
/// @param accepted samples stored, those already there ({@link AppendOutcome#DUPLICATE}) included
/// @param rejections one entry for each outcome that befell a sample, in the order in which they
///   first occurred; empty when everything is in
/// @param exemplars what it did with exemplars
public record CommitResult(long accepted, List<Rejection> rejections, Exemplars exemplars) {
  public CommitResult {
    rejections = List.copyOf(rejections);
  }

  /// The result of a commit without exemplars.
  public CommitResult(long accepted, List<Rejection> rejections) {
    this(accepted, rejections, Exemplars.NONE);
  }

  /// What a commit did with exemplars, also with those refused when they were added.
  ///
  /// @param accepted exemplars stored, those already there included
  /// @param refused how many were not, for each outcome that occurred
  public record Exemplars(long accepted, Map<ExemplarOutcome, Long> refused) {
    static final Exemplars NONE = new Exemplars(0, Map.of());

    public Exemplars {
      refused = Map.copyOf(refused);
    }
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
