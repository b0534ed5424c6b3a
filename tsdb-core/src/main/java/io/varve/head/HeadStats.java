package io.varve.head;

import io.varve.Limit;
import io.varve.OutOfOrderStats;
import io.varve.SnapshotStats;
import java.util.Map;

/// Figures of the head at one moment; see {@link io.varve.VarveStats} for what each is.
public record HeadStats(
    long activeAppenders,
    long chunks,
    long chunkBytes,
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
    long truncations,
    long replayMillis,
    long replayUnknownRefs,
    long replayCorruptions,
    OutOfOrderStats outOfOrder,
    SnapshotStats snapshot,
    long staleSeries) {}
