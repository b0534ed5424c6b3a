package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.BlockSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fails every single disk call in turn.
class BlockCrashTest {
  private static final MemoryBlock CONTENT = MemoryBlock.random(Property.random(), 3);

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;
  private Path directory;
  private BlockDirectory blocks;

  @BeforeEach
  void prepare() {
    directory = data.resolve(BlockFiles.ULID.toString());
    blocks = new BlockDirectory(disk, data);
  }

  @Test
  void writingIsAllOrNothingWhenTheProcessDies() throws IOException {
    int crashes = 0;
    for (boolean done = false; !done; crashes++) {
      done = succeeds(DyingDisk.killedAfter(crashes, disk), this::write);

      blocks.removeLeftovers();
      assertAllOrNothing("crash " + crashes);
      if (!done) {
        disk.deleteRecursively(directory);
      }
    }
    assertThat(crashes).isGreaterThan(20);
    assertThat(disk.list(data)).hasSize(1);
  }

  @Test
  void failedWriteLeavesNothing() throws IOException {
    int failures = 0;
    while (!succeeds(DyingDisk.failingOnceAfter(failures, disk), this::write)) {
      assertThat(disk.list(data)).as("failure %d", failures).isEmpty();
      failures++;
    }
    assertThat(failures).isGreaterThan(20);
  }

  @Test
  void deletingIsAllOrNothingWhenTheProcessDies() throws IOException {
    int crashes = 0;
    for (boolean done = false; !done; crashes++) {
      if (disk.stat(directory).isEmpty()) {
        write(disk);
      }

      done =
          succeeds(
              DyingDisk.killedAfter(crashes, disk),
              dying -> new BlockDirectory(dying, data).delete(directory));

      blocks.removeLeftovers();
      assertAllOrNothing("crash " + crashes);
    }
    assertThat(crashes).isGreaterThan(10);
    assertThat(disk.list(data)).isEmpty();
  }

  private interface Step {
    void run(Disk disk) throws IOException;
  }

  private static boolean succeeds(Disk dying, Step step) {
    try {
      step.run(dying);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void write(Disk disk) throws IOException {
    var _ = BlockFiles.write(disk, data, CONTENT);
  }

  private void assertAllOrNothing(String description) throws IOException {
    assertThat(blocks.list().unreadable()).as(description).isEmpty();
    for (BlockDirectory.Entry entry : blocks.list().blocks()) {
      try (Block block = Block.open(disk, entry.directory())) {
        assertThat(BlockSamples.all(block)).as(description).isEqualTo(BlockSamples.all(CONTENT));
      }
    }
    assertThat(disk.list(data)).as(description).hasSize(blocks.list().blocks().size());
  }
}
