package io.varve.wal;

/// What a log has done since it was opened, for metrics. Durations are in nanoseconds, sizes in
/// bytes.
///
/// @param pageFlushes writes to the file, each of one page's part or of several pages
/// @param completedPages pages filled
/// @param recordParts fragments written
/// @param recordPartBytes bytes of fragments with their headers
/// @param bytesSaved bytes by which compression made records smaller
/// @param fsyncs syncs of segments, failed ones included
/// @param fsyncNanos time they took
/// @param fsyncsFailed syncs that failed; what they should have made durable may not be
/// @param writesFailed batches that were not logged
/// @param truncations deletions of old segments
/// @param truncationsFailed such deletions that failed
/// @param currentSegment number of the segment being written
public record WalStats(
    long pageFlushes,
    long completedPages,
    long recordParts,
    long recordPartBytes,
    long bytesSaved,
    long fsyncs,
    long fsyncNanos,
    long fsyncsFailed,
    long writesFailed,
    long truncations,
    long truncationsFailed,
    int currentSegment) {}
