/// Reads what real Prometheus wrote (the directories beside this module's `README.md`), compares it
/// with what that Prometheus says is in it, and writes it anew to the same bytes.
///
/// What is compared where: {@link io.varve.golden.DirectoryTest} the samples of whole directories;
/// {@link io.varve.golden.BlockTest}, {@link io.varve.golden.HeadChunkTest}, {@link
/// io.varve.golden.LogTest} and {@link io.varve.golden.SnapshotTest} each kind of file; {@link
/// io.varve.golden.OutOfOrderTest} what came out of order; {@link io.varve.golden.ChunkBytesTest},
/// {@link io.varve.golden.CuttingTest}, {@link io.varve.golden.CommitBytesTest} and {@link
/// io.varve.golden.IndexBytesTest} bytes; {@link io.varve.golden.WriteBackTest} the samples after
/// Varve has written them.
@NullMarked
package io.varve.golden;

import org.jspecify.annotations.NullMarked;
