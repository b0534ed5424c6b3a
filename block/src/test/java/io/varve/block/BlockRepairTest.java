package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.BlockSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockRepairTest {
  private static final MemoryBlock CONTENT = MemoryBlock.random(Property.random(), 3);

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;
  private Path block;
  private byte[] index;
  private byte[] meta;

  @BeforeEach
  void write() throws IOException {
    block = BlockFiles.write(disk, data, CONTENT);
    index = disk.readAll(block.resolve("index"), 1 << 20);
    meta = disk.readAll(block.resolve("meta.json"), 1 << 20);
  }

  /// Index version 1 and meta version 2, both wrong.
  private void confuseVersions() throws IOException {
    byte[] changed = index.clone();
    changed[4] = 1;
    BlockFiles.replace(disk, block.resolve("index"), changed);
    String text = new String(meta, UTF_8).replace("\"version\": 1", "\"version\": 2");
    BlockFiles.replace(disk, block.resolve("meta.json"), text.getBytes(UTF_8));
  }

  @Test
  void setsBothVersionsRight() throws IOException {
    confuseVersions();
    assertThatThrownBy(() -> Block.open(disk, block)).isInstanceOf(CorruptionException.class);

    assertThat(BlockRepair.mendIndexVersion(disk, block)).isTrue();

    assertMended("mended");
    assertThat(BlockRepair.mendIndexVersion(disk, block)).isFalse();
  }

  @Test
  void leavesOtherBlocksAlone() throws IOException {
    assertThat(BlockRepair.mendIndexVersion(disk, block)).isFalse();

    assertMended("untouched");
  }

  @Test
  void canBeInterruptedAnywhere() throws IOException {
    int crashes = 0;
    for (boolean done = false; !done; crashes++) {
      confuseVersions();
      try {
        BlockRepair.mendIndexVersion(DyingDisk.killedAfter(crashes, disk), block);
        done = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("fails");
      }

      BlockRepair.mendIndexVersion(disk, block);
      assertMended("crash " + crashes);
    }
    assertThat(crashes).isGreaterThan(10);
  }

  @Test
  void changesNothingInABlockThatIsDamagedOtherwise() throws IOException {
    confuseVersions();
    BlockFiles.replace(disk, block.resolve("index"), new byte[100]);
    byte[] before = disk.readAll(block.resolve("meta.json"), 1 << 20);

    assertThatThrownBy(() -> BlockRepair.mendIndexVersion(disk, block))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("is no index");

    assertThat(disk.readAll(block.resolve("meta.json"), 1 << 20)).isEqualTo(before);
    assertThat(disk.readAll(block.resolve("index"), 1 << 20)).containsOnly(0);
  }

  private void assertMended(String description) throws IOException {
    assertThat(disk.readAll(block.resolve("index"), 1 << 20)).as(description).isEqualTo(index);
    assertThat(disk.readAll(block.resolve("meta.json"), 1 << 20)).as(description).isEqualTo(meta);
    assertThat(disk.list(block))
        .as(description)
        .containsExactly("chunks", "index", "meta.json", "tombstones");
    try (Block opened = Block.open(disk, block)) {
      assertThat(BlockSamples.all(opened)).isEqualTo(BlockSamples.all(CONTENT));
    }
  }
}
