package io.varve;

/// Figures of what keeps samples safe, and of what keeps them out.
///
/// @param fsyncsFailed syncs of a log that failed
/// @param logDoubtful whether what may be missing on the disk after that could not be logged again
/// @param suspended commits refused with {@link WritesSuspendedException}
public record WriteStats(long fsyncsFailed, boolean logDoubtful, long suspended) {}
