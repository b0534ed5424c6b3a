package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.chunk.ChunkBuffer;
import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of files of full chunks that the disk fails to make durable.
final class HeadChunkSyncTest {
  private static final Path DIRECTORY = Path.of("/data/chunks_head");
  private static final Path FIRST = DIRECTORY.resolve("000001");
  private static final byte[] CHUNK = {0, 1, 2, 3, 4, 5, 6, 7};

  private final SimulatedDisk disk = new SimulatedDisk();

  @BeforeEach
  void makeDirectory() throws IOException {
    disk.createDurableDirectories(DIRECTORY);
  }

  private HeadChunks open() throws IOException {
    return HeadChunks.open(disk, DIRECTORY, List.of(), true);
  }

  private static long append(HeadChunks chunks) {
    return chunks.append(1, 10, 20, (byte) 1, CHUNK, CHUNK.length);
  }

  private static void checkRead(HeadChunks chunks, long ref) {
    var read = new ChunkBuffer();
    chunks.read(ref, read);
    assertThat(read.length()).isEqualTo(CHUNK.length);
  }

  @Test
  void aFileWhoseSyncFailsIsWrittenAnew() throws IOException {
    try (HeadChunks chunks = open()) {
      long ref = append(chunks);
      disk.failSync(FIRST);

      assertThat(chunks.nextFile()).isEqualTo(2);
      append(chunks);

      assertThat(chunks.flush()).isTrue();
      checkRead(chunks, ref);
      for (int seed = 0; seed < 30; seed++) {
        SimulatedDisk found = disk.crash(seed);
        List<HeadChunkLoader.HeadChunkRef> loaded =
            HeadChunkLoader.load(found, DIRECTORY, false).chunks();
        assertThat(loaded).first().extracting(HeadChunkLoader.HeadChunkRef::ref).isEqualTo(ref);
      }
      assertThat(chunks.settle()).isTrue();
    }
  }

  @Test
  void nothingReliesOnAFileThatCannotBeWrittenAnew() throws IOException {
    try (HeadChunks chunks = open()) {
      long ref = append(chunks);
      disk.failSync(FIRST);
      disk.watch((call, path) -> {
        if (call == Call.CREATE && path.toString().endsWith(".repair")) {
          throw new IOException("no");
        }
      });

      assertThat(chunks.nextFile()).isEqualTo(2);
      append(chunks);

      assertThat(chunks.flush()).isFalse();
      assertThat(chunks.settle()).isFalse();
      checkRead(chunks, ref);

      chunks.deleteBelow(2);
      assertThat(chunks.flush()).isTrue();
    }
  }

  /// The system has dropped what it could not write.
  @Test
  void whatDoesNotReadAsItWasWrittenReplacesNothing() throws IOException {
    try (HeadChunks chunks = open()) {
      append(chunks);
      assertThat(chunks.flush()).isTrue();
      disk.failSync(FIRST);
      disk.flip(FIRST, 100);

      chunks.nextFile();
      append(chunks);

      assertThat(chunks.flush()).isFalse();
    }
  }
}
