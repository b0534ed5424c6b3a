package io.varve.db;

import io.varve.CompactionStats;
import io.varve.VarveStats;
import io.varve.head.Head;
import io.varve.head.HeadStats;
import io.varve.head.LogStats;
import io.varve.wal.WalStats;

/// Puts the figures of the parts together.
final class DbStats {
  private static final WalStats NO_WAL = new WalStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);

  private DbStats() {}

  static VarveStats of(Db db, Head head, OpenBlocks blocks) {
    HeadStats h = head.stats();
    CompactionStats merging = db.blockCompaction().stats();
    LogStats log = head.logStats().orElse(new LogStats(NO_WAL, 0, 0, 0, 0));
    return new VarveStats(
        h.seriesCreated() - h.seriesRemoved(),
        h.chunks(),
        h.chunkBytes(),
        head.minTime(),
        head.maxTime(),
        h.activeAppenders(),
        h.seriesCreated(),
        h.seriesRemoved(),
        h.samplesAppended(),
        h.histogramsAppended(),
        h.samplesOutOfOrder(),
        h.samplesOutOfBounds(),
        h.samplesTooOld(),
        h.histogramsInvalid(),
        h.samplesIncompatible(),
        h.samplesOverLimit(),
        head.exemplars().stats(),
        h.truncations(),
        blocks.metas().size(),
        blocks.sizeBytes(),
        blocks.symbolTableBytes(),
        Math.min(blocks.minTime(), Math.min(head.minTime(), h.outOfOrder().minTime())),
        db.headCompaction().compactions() + merging.merges(),
        db.headCompaction().compactionsFailed() + db.blockCompaction().failed(),
        db.timeRetentions(),
        blocks.reloads(),
        blocks.reloadsFailed(),
        log.wal().currentSegment(),
        log.bytes(),
        log.wal().pageFlushes(),
        log.wal().fsyncs(),
        log.wal().fsyncNanos(),
        log.wal().writesFailed(),
        log.wal().truncations(),
        log.checkpoints(),
        log.checkpointsFailed(),
        h.replayCorruptions() + log.corruptions(),
        h.replayUnknownRefs(),
        h.replayMillis(),
        db.cleanStart(),
        h.outOfOrder(),
        h.snapshot(),
        db.headCompaction().staleSeries().stats(),
        head.isolation().stats(),
        merging,
        head.writeStats(),
        blocks.damagedBlocks());
  }
}
