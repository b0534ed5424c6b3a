package io.varve.wal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The only file of a snapshot of the head's open chunks.
final class ChunkSnapshotFuzzTest {
  private static final String NAME = "chunk_snapshot.000001.0000000001";
  private static final ChunkSnapshotRef SNAPSHOT =
      new ChunkSnapshotRef(Path.of(NAME), new WalPosition(1, 1));

  static Stream<byte[]> seeds() {
    return Seeds.golden("chunk_snapshot.*/[0-9]+", 8000);
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) throws IOException {
    check(input);
    check(Seal.log(input.clone()));
  }

  private static void check(byte[] segment) throws IOException {
    MemoryDisk disk = new MemoryDisk().with(NAME + "/00000000", segment);
    try {
      ChunkSnapshotReader.read(disk, SNAPSHOT, new CheckingHandler());
    } catch (CorruptionException e) {
      // Promised.
    }
  }
}
