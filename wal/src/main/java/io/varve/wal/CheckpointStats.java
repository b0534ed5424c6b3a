package io.varve.wal;

/// What went into a checkpoint and what was left out of it.
///
/// @param series series read
/// @param droppedSeries those of them not kept
/// @param samples samples read, histograms included
/// @param droppedSamples those of them not kept
/// @param tombstones tombstones read
/// @param droppedTombstones those of them not kept
/// @param exemplars exemplars read
/// @param droppedExemplars those of them not kept
/// @param metadata entries of metadata read
/// @param droppedMetadata those of them not kept
/// @param unknownRecords records of a type that is not read, all of them kept
public record CheckpointStats(
    long series,
    long droppedSeries,
    long samples,
    long droppedSamples,
    long tombstones,
    long droppedTombstones,
    long exemplars,
    long droppedExemplars,
    long metadata,
    long droppedMetadata,
    long unknownRecords) {
  static final CheckpointStats NONE = new CheckpointStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
