/// Checks a data directory as a whole, and mends one. Each kind of file has a class that knows how
/// to check it, here or in the package of its format, and one that knows how to mend it:
///
/// | what | checked by | mended by |
/// |---|---|---|
/// | blocks | {@link io.varve.block.BlockVerifier}, `BlockCheck` | `BlockMending`, {@link io.varve.block.BlockSalvage} |
/// | `wal`, `wbl`, checkpoints | {@link io.varve.wal.WalVerifier}, `LogCheck` | `LogMending`, {@link io.varve.wal.WalSalvage} |
/// | `chunks_head` | {@link io.varve.head.HeadChunkVerifier} | moved aside, the log makes it anew |
/// | `chunk_snapshot.*` | `SnapshotCheck` | moved aside, the log has all of it |
/// | `varve-head-snapshot` | {@link io.varve.head.HeadSnapshotVerifier} | moved aside, the log has all of it |
/// | leftovers of unfinished work | `Leftovers` | moved aside |
///
/// Not checked, for nothing depends on them: `lock`, `queries.active`, `wal/series_state.json`; nor
/// `snapshots`, whose directories are data directories of their own. All other names are left
/// alone, as Prometheus leaves them.
@NullMarked
package io.varve.check;

import org.jspecify.annotations.NullMarked;
