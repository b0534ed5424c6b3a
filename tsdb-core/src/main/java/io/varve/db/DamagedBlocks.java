package io.varve.db;

import io.varve.block.BlockMeta;
import io.varve.block.BlockSalvage;
import io.varve.block.BlockVerifier;
import io.varve.block.TombstonesFile;
import io.varve.block.Ulid;
import io.varve.block.UlidFactory;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.QuarantineDirectory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Takes blocks out of service that are found damaged, and puts in their places new ones of what
/// can be read, as `varve repair` does ({@link BlockSalvage}). The damaged one is moved to the
/// quarantine as it is, after the new one is there: a crash between the two leaves samples twice,
/// which queries join.
///
/// Without readable tombstones no new one is made, since deleted samples would be back.
///
/// Thread-safe, but for the same block.
final class DamagedBlocks {
  private static final Logger LOG = System.getLogger(DamagedBlocks.class.getName());

  private final Disk disk;
  private final Path dataDirectory;
  private final UlidFactory ulids;
  private final LongAdder count = new LongAdder();

  DamagedBlocks(Disk disk, Path dataDirectory, UlidFactory ulids) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
    this.ulids = ulids;
  }

  /// Reads a block whole.
  static boolean isDamaged(Disk disk, Path block) throws IOException {
    var findings = new ArrayList<Finding>();
    long ignored = BlockVerifier.verify(disk, block, findings::add);
    return !findings.isEmpty();
  }

  /// Writes a new block of what can be read of one.
  ///
  /// @return what the new one says of itself; empty if there is none
  Optional<BlockMeta> salvage(Path block) throws IOException {
    try {
      var ignored = TombstonesFile.read(disk, block);
      return BlockSalvage.salvage(disk, block, dataDirectory, freeUlid());
    } catch (CorruptionException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Ulid freeUlid() throws IOException {
    while (true) {
      Ulid ulid = ulids.next();
      if (disk.stat(dataDirectory.resolve(ulid.toString())).isEmpty()) {
        return ulid;
      }
    }
  }

  /// Moves a damaged block to the quarantine.
  ///
  /// @param salvaged the block that takes its place
  void setAside(Path block, Exception damage, Optional<BlockMeta> salvaged) throws IOException {
    Path place = QuarantineDirectory.in(disk, dataDirectory).move(block);
    count.increment();
    LOG.log(
        Level.ERROR,
        "set a damaged block aside block={0} moved={1} salvaged={2} samples={3,number,#}"
            + " reason={4}",
        block,
        place,
        salvaged.map(meta -> meta.ulid().toString()).orElse("none"),
        salvaged.map(meta -> meta.stats().numSamples()).orElse(0L),
        damage.getMessage());
  }

  /// How many there were since the store was opened.
  long count() {
    return count.sum();
  }
}
