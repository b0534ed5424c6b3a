package io.varve;

/// Figures of what keeps samples safe, and of what keeps them out.
///
/// @param fsyncsFailed syncs of a log that failed
/// @param logDoubtful whether what may be missing on the disk after that could not be logged again
/// @param diskReserve bytes of free space that are kept from samples
/// @param diskFree free bytes of the disk when they were last counted; -1 if they were not yet
/// @param diskReserveTouched whether there are less than that, so that no samples are taken
/// @param suspended commits refused with {@link WritesSuspendedException}
public record WriteStats(
    long fsyncsFailed,
    boolean logDoubtful,
    long diskReserve,
    long diskFree,
    boolean diskReserveTouched,
    long suspended) {}
