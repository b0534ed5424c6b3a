package io.varve.check;

import io.varve.block.BlockMeta;
import io.varve.block.BlockRepair;
import io.varve.block.BlockSalvage;
import io.varve.block.BlockVerifier;
import io.varve.block.MetaFile;
import io.varve.block.Tombstones;
import io.varve.block.TombstonesFile;
import io.varve.block.UlidFactory;
import io.varve.check.RepairAction.Kind;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/// Mends damaged blocks: in place where all of it can be known, else by a new block of what can be
/// read. Confined to one thread.
final class BlockMending {
  private final DataDirectory data;
  private final Disk disk;
  private final UlidFactory ulids;
  private final Quarantine quarantine;
  private final boolean dropTombstones;

  BlockMending(
      DataDirectory data, UlidFactory ulids, Quarantine quarantine, boolean dropTombstones) {
    this.data = data;
    this.disk = data.disk();
    this.ulids = ulids;
    this.quarantine = quarantine;
    this.dropTombstones = dropTombstones;
  }

  /// @param progress is told after each block how many have been looked at
  void run(IntConsumer progress) throws IOException {
    List<Path> blocks = data.blocks();
    var metas = new ArrayList<BlockMeta>();
    for (Path block : blocks) {
      BlockCheck.meta(disk, block).ifPresent(metas::add);
    }
    var superseded = new HashSet<String>();
    BlockCheck.superseded(metas).forEach(meta -> superseded.add(meta.ulid().toString()));
    for (int i = 0; i < blocks.size(); i++) {
      mend(blocks.get(i), superseded);
      progress.accept(i + 1);
    }
  }

  private void mend(Path block, Set<String> superseded) throws IOException {
    if (BlockRepair.needsIndexVersion(disk, block)) {
      quarantine.tell(Kind.MENDED, block, "has versions as Prometheus 2.1 wrote them");
      if (quarantine.rehearsal()) {
        return;
      }
      mendVersion(block);
    }
    List<Finding> findings = findings(block);
    if (findings.isEmpty()) {
      return;
    }
    String damage = damage(block, findings);
    if (superseded.contains(block.getFileName().toString())) {
      quarantine.move(block, damage + "; a compaction took all of it, nothing is lost");
    } else if (tombstonesReadable(block)) {
      salvage(block, damage);
    } else if (!dropTombstones) {
      quarantine.move(
          block,
          "its tombstones are damaged, and without them deleted samples would be back; it can be"
              + " moved back and repaired without them (--drop-tombstones)");
    } else if (findings.stream().allMatch(finding -> isTombstones(block, finding))) {
      dropTombstones(block);
    } else {
      salvage(block, damage + "; deleted samples are back");
    }
  }

  /// Damage that mending met is for the verifier to find.
  private void mendVersion(Path block) throws IOException {
    try {
      boolean ignored = BlockRepair.mendIndexVersion(disk, block);
    } catch (CorruptionException | NoSuchFileException e) {
      // As said.
    }
  }

  private List<Finding> findings(Path block) throws IOException {
    var findings = new ArrayList<Finding>();
    long ignored = BlockVerifier.verify(disk, block, findings::add);
    return findings;
  }

  private static String damage(Path block, List<Finding> findings) {
    Finding first = findings.getFirst();
    String more = findings.size() == 1 ? "" : " and " + (findings.size() - 1) + " more";
    String file = first.file().equals(block) ? "" : block.relativize(first.file()) + ": ";
    return file + first.what() + more;
  }

  private boolean tombstonesReadable(Path block) throws IOException {
    try {
      Tombstones ignored = TombstonesFile.read(disk, block);
      return true;
    } catch (CorruptionException e) {
      return false;
    }
  }

  private static boolean isTombstones(Path block, Finding finding) {
    return finding.file().equals(tombstones(block));
  }

  private static Path tombstones(Path block) {
    return block.resolve("tombstones");
  }

  private void dropTombstones(Path block) throws IOException {
    quarantine.move(tombstones(block), "is damaged; deleted samples are back");
    if (!quarantine.rehearsal()) {
      BlockMeta meta = MetaFile.read(disk, block);
      MetaFile.write(disk, block, meta.withStats(meta.stats().withNumTombstones(0)));
      TombstonesFile.write(disk, block, Tombstones.EMPTY);
    }
  }

  /// The new block is there before the damaged one goes: a crash between the two leaves samples
  /// twice, which queries and compactions join.
  private void salvage(Path block, String damage) throws IOException {
    if (quarantine.rehearsal()) {
      quarantine.tell(Kind.SALVAGED, block, "as far as it can be read");
    } else {
      Optional<BlockMeta> said = BlockCheck.meta(disk, block);
      Optional<BlockMeta> salvaged = salvaged(block);
      if (salvaged.isPresent() && said.isEmpty()) {
        keepHead(salvaged.get());
      }
      salvaged.ifPresent(meta ->
          quarantine.tell(
              Kind.SALVAGED,
              block,
              data.path().resolve(meta.ulid().toString()),
              share(said.map(BlockMeta::stats), meta.stats())));
    }
    quarantine.move(block, damage);
  }

  private Optional<BlockMeta> salvaged(Path block) throws IOException {
    try {
      return BlockSalvage.salvage(disk, block, data.path(), ulids.next());
    } catch (CorruptionException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// A block of which it is not known how it came to be may have been cut out of order, and reach
  /// into the time of samples that only the head has. So the head must not begin at its end.
  private void keepHead(BlockMeta meta) throws IOException {
    BlockMeta.Compaction compaction = meta.compaction();
    BlockMeta.Compaction hinted =
        new BlockMeta.Compaction(
            compaction.level(),
            compaction.sources(),
            compaction.deletable(),
            compaction.parents(),
            compaction.failed(),
            List.of(BlockMeta.Compaction.FROM_OUT_OF_ORDER),
            compaction.extra());
    MetaFile.write(disk, data.path().resolve(meta.ulid().toString()), meta.withCompaction(hinted));
  }

  private static String share(Optional<BlockMeta.Stats> all, BlockMeta.Stats kept) {
    String series = kept.numSeries() + all.map(s -> " of " + s.numSeries()).orElse("");
    String samples = kept.numSamples() + all.map(s -> " of " + s.numSamples()).orElse("");
    return series + " series, " + samples + " samples could be read";
  }
}
