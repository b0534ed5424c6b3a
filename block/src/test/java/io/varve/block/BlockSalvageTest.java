package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.BlockSamples;
import io.varve.fixture.FloatSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockSalvageTest {
  private static final Ulid NEW = Ulid.parse("01BRZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b", "zone", "\uff21");
  private static final Labels C = Labels.of("__name__", "down", "zone", "\ud835\udcb3");

  /// Samples of {@link FloatSamples#regular} at 1000, 16000, 31000, 46000.
  private static final FloatSamples FOUR = FloatSamples.regular(1, 2, 3, 4);

  private static final MemoryBlock THREE_SERIES =
      new MemoryBlock()
          .addChunk(A, FOUR, 0, 2)
          .addChunk(A, FOUR, 2, 4)
          .addChunk(B, FOUR, 0, 2)
          .addChunk(C, FOUR, 2, 4);

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;
  private Path block;

  @BeforeEach
  void write() throws IOException {
    block = BlockFiles.write(disk, data, THREE_SERIES);
  }

  private SortedMap<Labels, FloatSamples> salvaged() throws IOException {
    assertThat(BlockSalvage.salvage(disk, block, data, NEW)).isPresent();
    Path target = data.resolve(NEW.toString());
    var findings = new ArrayList<>();
    BlockVerifier.verify(disk, target, findings::add);
    assertThat(findings).isEmpty();
    try (Block salvaged = Block.open(disk, target)) {
      return BlockSamples.all(salvaged);
    }
  }

  @Test
  void copiesABlockThatIsWhole() throws IOException {
    BlockMeta original = MetaFile.read(disk, block);

    assertThat(salvaged()).isEqualTo(BlockSamples.all(THREE_SERIES));

    BlockMeta copy = MetaFile.read(disk, data.resolve(NEW.toString()));
    assertThat(copy.ulid()).isEqualTo(NEW);
    assertThat(copy.stats()).isEqualTo(original.stats());
    assertThat(copy.compaction()).isEqualTo(original.compaction());
    assertThat(copy.maxTime()).isEqualTo(original.maxTime());
  }

  @Test
  void leavesOutADamagedChunk() throws IOException {
    flip("chunks/000001", 8 + 20);
    SortedMap<Labels, FloatSamples> expected = BlockSamples.all(THREE_SERIES);
    expected.remove(C);

    assertThat(salvaged()).isEqualTo(expected);
  }

  @Test
  void needsNoPostingsAndNoMetaDataAndNoTombstones() throws IOException {
    long size = disk.stat(block.resolve("index")).orElseThrow().size();
    flip("index", (int) size - 52 - 10);
    disk.delete(block.resolve("meta.json"));
    flip("tombstones", 8);

    assertThat(salvaged()).isEqualTo(BlockSamples.all(THREE_SERIES));
  }

  @Test
  void keepsWhatIsDeleted() throws IOException {
    long ref;
    try (Block opened = Block.open(disk, block)) {
      var postings = opened.index().postings("job", "a");
      assertThat(postings.next()).isTrue();
      ref = postings.ref();
    }
    TombstonesFile.write(disk, block, Tombstones.builder().add(ref, 0, 31000).build());
    flip("chunks/000001", 8 + 20);

    assertThat(salvaged().get(A))
        .isEqualTo(new FloatSamples(new long[] {46000}, new long[] {FOUR.valueBits()[3]}));
  }

  /// Whatever byte is damaged, what comes out is a sound block with samples of the old one only.
  @Test
  void neverInventsSamples() throws IOException {
    Map<Labels, FloatSamples> all = BlockSamples.all(THREE_SERIES);
    for (String name : new String[] {"index", "chunks/000001"}) {
      byte[] whole = disk.readAll(block.resolve(name), 1 << 20);
      for (int at = 0; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 1;
        BlockFiles.replace(disk, block.resolve(name), changed);
        Optional<BlockMeta> meta = BlockSalvage.salvage(disk, block, data, NEW);
        if (meta.isPresent()) {
          disk.deleteRecursively(data.resolve(NEW.toString()));
          salvaged()
              .forEach((labels, samples) ->
                  assertThat(all.get(labels).times()).contains(samples.times()));
          disk.deleteRecursively(data.resolve(NEW.toString()));
        }
        assertThat(disk.list(data)).containsExactly(BlockFiles.ULID.toString());
      }
      BlockFiles.replace(disk, block.resolve(name), whole);
    }
  }

  private void flip(String name, int at) throws IOException {
    byte[] bytes = disk.readAll(block.resolve(name), 1 << 20);
    bytes[at] ^= 1;
    BlockFiles.replace(disk, block.resolve(name), bytes);
  }
}
