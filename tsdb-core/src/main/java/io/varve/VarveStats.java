package io.varve;

import java.util.Map;

/// Figures of a running store at one moment. Counters count since it was opened.
///
/// @param headSeries series in the head
/// @param headChunks chunks in the head
/// @param headChunkBytes bytes of sample data in the head's chunks
/// @param headMinTime time of the oldest sample the head may hold, milliseconds; {@link
///   Long#MAX_VALUE} while it is empty
/// @param headMaxTime time of the newest sample in the head, milliseconds; {@link Long#MIN_VALUE}
///   while it is empty
/// @param activeAppenders appenders with samples that are not committed
/// @param seriesCreated series created in the head
/// @param seriesRemoved series that left the head
/// @param samplesAppended floats stored
/// @param histogramsAppended native histograms stored
/// @param samplesOutOfOrder samples refused as out of order, or as duplicates with another value
/// @param samplesOutOfBounds samples refused as out of bounds
/// @param samplesTooOld samples refused as too old
/// @param histogramsInvalid native histograms refused as invalid
/// @param samplesIncompatible samples refused because the Prometheus version to be compatible with
///   could not read them
/// @param samplesOverLimit samples refused because a limit kept out their series, by limit
/// @param exemplars figures of the exemplars
/// @param headTruncations times the head was cut
/// @param blocks persisted blocks
/// @param blockBytes bytes of all persisted blocks
/// @param blockSymbolBytes heap bytes for looking up symbols of blocks
/// @param lowestTimestamp time of the oldest sample a query can find, milliseconds
/// @param compactions blocks written, cut from the head or made of others
/// @param compactionsFailed blocks that could not be written
/// @param timeRetentions blocks deleted because of their age
/// @param reloads times the list of blocks was read
/// @param reloadsFailed times it could not be read
/// @param walSegment number of the present log segment
/// @param walBytes bytes of the log on disk
/// @param walPageFlushes writes of a page, whole or in part
/// @param walFsyncs syncs of the log
/// @param walFsyncNanos time spent in them, nanoseconds
/// @param walWritesFailed commits that could not be logged
/// @param walTruncations times the log was truncated
/// @param checkpoints checkpoints made
/// @param checkpointsFailed checkpoints that could not be made
/// @param walCorruptions damaged records met
/// @param walReplayUnknownRefs samples in the log of series that it does not define
/// @param replayMillis time it took to replay the log at open, milliseconds
/// @param cleanStart whether the last owner of the directory had closed it
/// @param outOfOrder of the samples that came out of order
/// @param snapshot of the snapshot the head was opened from
/// @param staleSeries of the series that have ended
/// @param isolation of what keeps queries from seeing parts of commits
/// @param merging of the merging of blocks
/// @param writes of what keeps samples safe, and of what keeps them out
/// @param damagedBlocks blocks that were found damaged and set aside
public record VarveStats(
    long headSeries,
    long headChunks,
    long headChunkBytes,
    long headMinTime,
    long headMaxTime,
    long activeAppenders,
    long seriesCreated,
    long seriesRemoved,
    long samplesAppended,
    long histogramsAppended,
    long samplesOutOfOrder,
    long samplesOutOfBounds,
    long samplesTooOld,
    long histogramsInvalid,
    long samplesIncompatible,
    Map<Limit, Long> samplesOverLimit,
    ExemplarStats exemplars,
    long headTruncations,
    long blocks,
    long blockBytes,
    long blockSymbolBytes,
    long lowestTimestamp,
    long compactions,
    long compactionsFailed,
    long timeRetentions,
    long reloads,
    long reloadsFailed,
    long walSegment,
    long walBytes,
    long walPageFlushes,
    long walFsyncs,
    long walFsyncNanos,
    long walWritesFailed,
    long walTruncations,
    long checkpoints,
    long checkpointsFailed,
    long walCorruptions,
    long walReplayUnknownRefs,
    long replayMillis,
    boolean cleanStart,
    OutOfOrderStats outOfOrder,
    SnapshotStats snapshot,
    StaleSeriesStats staleSeries,
    IsolationStats isolation,
    CompactionStats merging,
    WriteStats writes,
    long damagedBlocks) {}
