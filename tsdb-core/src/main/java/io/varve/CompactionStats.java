package io.varve;

import java.util.Optional;

/// Figures of the merging of blocks, at one moment. Counters count since the store was opened.
///
/// @param merges times that blocks became one
/// @param verticalMerges those of them whose blocks overlapped
/// @param skipped times that blocks were to be merged and were not, as there was too little room on
///   the disk or merging was paused
/// @param blocksLeftOut blocks that are not merged because they are damaged, or because it failed
/// @param bytesRead bytes of the blocks that were merged
/// @param bytesWritten bytes of the blocks that were made of them
/// @param nanos time spent, nanoseconds
/// @param running the merge that runs
public record CompactionStats(
    long merges,
    long verticalMerges,
    long skipped,
    long blocksLeftOut,
    long bytesRead,
    long bytesWritten,
    long nanos,
    Optional<CompactionProgress> running) {}
