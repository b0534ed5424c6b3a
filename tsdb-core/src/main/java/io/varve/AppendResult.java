package io.varve;

/// The answer to an append by labels.
///
/// @param ref the series, for further appends; also given when the sample was refused
public record AppendResult(AppendOutcome outcome, SeriesRef ref) {}
