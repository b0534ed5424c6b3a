/// The write-ahead log: every commit is here before it is in memory, so that a killed process loses
/// nothing it acknowledged. Files and bytes are those of Prometheus 2.42 to 3.x.
///
/// | in the log's directory | what | specified in |
/// |---|---|---|
/// | `00000000`, `00000001`, ... | segments | {@link io.varve.wal.WalFormat} |
/// | `checkpoint.00000007/` | what is still needed of segments 0 to 7 | {@link io.varve.wal.Checkpoint} |
/// | `checkpoint.00000007.tmp/` | a checkpoint being built; removed at open | {@link io.varve.wal.Checkpoint} |
/// | `00000003.repair` | a segment being rewritten | {@link io.varve.wal.WalSalvage}, {@link io.varve.wal.SegmentFile} |
///
/// The log of out-of-order samples (WBL) is another directory with segments of the same kind and no
/// checkpoints. Beside both, `chunk_snapshot.000007.0000001234/` holds the head's open chunks as
/// they were at that position of the log, see {@link io.varve.wal.ChunkSnapshotFormat}.
///
/// - {@link io.varve.wal.Wal} writes: an appender collects a {@link io.varve.wal.RecordBatch} with
///   {@link io.varve.wal.RecordEncoder}, {@link io.varve.wal.HistogramRecordEncoder} or {@link
///   io.varve.wal.StartRecordEncoder} and logs it in one go.
/// - {@link io.varve.wal.WalReader} reads, {@link io.varve.wal.RecordDecoder} takes a record apart
///   and tells a {@link io.varve.wal.RecordHandler}; the records are specified in {@link
///   io.varve.wal.RecordFormat}.
/// - {@link io.varve.wal.WalSalvage} makes a damaged log a valid one of what can be read, {@link
///   io.varve.wal.WalVerifier} only says what is damaged.
///
/// To open a log: read the newest checkpoint and the segments after it; if that finds damage,
/// salvage the log and read it again; then {@link io.varve.wal.Wal#open}.
@NullMarked
package io.varve.wal;

import org.jspecify.annotations.NullMarked;
