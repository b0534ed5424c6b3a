package io.varve;

/// Figures of the exemplars in a store at one moment. Counters count since it was opened; what the
/// log had at that time counts, too.
///
/// @param max most exemplars that are kept, 0 if none are
/// @param stored exemplars there are
/// @param series series that have exemplars
/// @param oldestTime time of the exemplar that has been there longest, milliseconds; 0 if there is
///   none
/// @param appended exemplars stored
/// @param outOfOrder exemplars refused as out of order
/// @param labelsTooLong exemplars refused because of the length of their labels
public record ExemplarStats(
    long max,
    long stored,
    long series,
    long oldestTime,
    long appended,
    long outOfOrder,
    long labelsTooLong) {}
