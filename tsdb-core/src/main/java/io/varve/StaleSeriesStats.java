package io.varve;

/// Figures of the series that have ended with a stale marker. Counters count since the store was
/// opened.
///
/// @param series how many of them are in the head
/// @param compactions times they were to leave the head early
/// @param compactionsFailed times they could not
/// @param seriesDropped how many left the head early
public record StaleSeriesStats(
    long series, long compactions, long compactionsFailed, long seriesDropped) {}
