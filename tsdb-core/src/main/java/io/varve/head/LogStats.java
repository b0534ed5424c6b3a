package io.varve.head;

import io.varve.wal.WalStats;

/// Figures of the log at one moment.
///
/// @param bytes what it takes on disk, in bytes
/// @param checkpoints checkpoints made since it was opened
/// @param checkpointsFailed checkpoints that could not be made
/// @param corruptions damaged places that were found since it was opened
public record LogStats(
    WalStats wal, long bytes, long checkpoints, long checkpointsFailed, long corruptions) {}
