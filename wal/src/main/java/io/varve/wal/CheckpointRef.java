package io.varve.wal;

import java.nio.file.Path;

/// A checkpoint of a log.
///
/// @param directory its directory, which holds its segments
/// @param index number of the last segment folded into it
public record CheckpointRef(Path directory, int index) {}
