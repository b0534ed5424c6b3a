package io.varve.io;

/// What the file system says of a name.
///
/// @param size bytes; 0 for a directory
/// @param modifiedMillis time of the last change, milliseconds since the epoch
public record FileStat(boolean directory, long size, long modifiedMillis) {}
