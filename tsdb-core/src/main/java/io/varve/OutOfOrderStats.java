package io.varve;

/// Figures of the samples that came out of order, at one moment. Counters count since the store was
/// opened. Their log is the WBL; it has no segment until there is one to be logged.
///
/// @param minTime time of the oldest such sample that the head may have, milliseconds; {@link
///   Long#MAX_VALUE} if it has none
/// @param maxTime time of the newest such sample in the head, milliseconds; {@link Long#MIN_VALUE}
///   if it has none
/// @param samplesAppended floats stored, which are also counted among all floats stored
/// @param histogramsAppended native histograms stored, likewise
/// @param wblSegment number of the present log segment; -1 if there is none
/// @param wblBytes bytes of the log on disk
/// @param wblPageFlushes writes of a page, whole or in part
/// @param wblFsyncs syncs of the log
/// @param wblFsyncNanos time spent in them, nanoseconds
/// @param wblWritesFailed commits that could not be logged
/// @param wblTruncations times the log was truncated
/// @param wblReplayUnknownRefs samples and markers in the log of series that are not known
public record OutOfOrderStats(
    long minTime,
    long maxTime,
    long samplesAppended,
    long histogramsAppended,
    long wblSegment,
    long wblBytes,
    long wblPageFlushes,
    long wblFsyncs,
    long wblFsyncNanos,
    long wblWritesFailed,
    long wblTruncations,
    long wblReplayUnknownRefs) {}
