package io.varve.wal;

import java.nio.file.Path;

/// A snapshot of the head's open chunks.
///
/// @param directory its directory
/// @param position what stands before this in the log is in the snapshot
public record ChunkSnapshotRef(Path directory, WalPosition position) {}
