package io.varve;

/// Figures of what keeps queries from seeing parts of commits. Commits are numbered in the order in
/// which they begin to be applied, from 1 on, since the store was opened.
///
/// @param lowWatermark the oldest commit that some query may have to tell from those before it: the
///   oldest that was under way when the oldest open query began or, without queries, that is under
///   way now; the newest of then if none was
/// @param highWatermark the newest commit
public record IsolationStats(long lowWatermark, long highWatermark) {}
