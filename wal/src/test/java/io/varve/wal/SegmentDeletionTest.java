package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file system may bring back some of the names that were deleted, and not others.
final class SegmentDeletionTest {
  private static final byte[] SERIES = bytes("01 0000000000000001 01 0161 0162");

  @TempDir Path directory;

  /// So it is only one that can come back, the one right before those that are left.
  @Test
  void eachDeletionIsDurableBeforeTheNext() throws IOException {
    var disk = new SimulatedDisk();
    Path log = Path.of("/data/wal");
    var deleted = new ArrayList<Path>();
    var pending = new ArrayList<Path>();
    try (Wal wal = Wal.open(disk, log, Logs.PAGE, Compression.NONE, Runnable::run)) {
      for (int i = 0; i < 5; i++) {
        wal.log(batch(SERIES));
        wal.nextSegment();
      }
      disk.watch((call, path) -> {
        if (call == Call.DELETE) {
          assertThat(pending).as("deleted, and not durably, before %s", path).isEmpty();
          pending.add(path);
          deleted.add(path);
        } else if (call == Call.SYNC_DIRECTORY) {
          pending.clear();
        }
      });

      wal.deleteSegmentsBelow(4);
    }

    assertThat(deleted).hasSize(4).isSorted();
    assertThat(pending).isEmpty();
  }

  private void writeWithGap() throws IOException {
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      for (int i = 0; i < 5; i++) {
        wal.log(batch(SERIES));
        wal.nextSegment();
      }
      Checkpoint.create(DISK, directory, 0, 3, ref -> true, 0, Compression.NONE);
    }
    DISK.delete(WalFormat.segment(directory, 1));
  }

  @Test
  void aGapInWhatTheCheckpointStandsForIsPassedOver() throws IOException {
    writeWithGap();

    try (WalReader reader = WalReader.openAfter(DISK, directory, 3)) {
      assertThat(Logs.readAll(reader)).containsExactly(Logs.hex(SERIES));
    }
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      assertThat(wal.firstSegment()).isEqualTo(2);
      wal.nextSegment();
      assertThat(
              Checkpoint.create(DISK, directory, 2, 5, ref -> true, 0, Compression.NONE).series())
          .isPositive();
    }
    assertThat(DISK.list(directory)).doesNotContain("00000000").contains("00000002");
  }

  @Test
  void aGapBehindItIsDamage() throws IOException {
    writeWithGap();
    DISK.delete(WalFormat.segment(directory, 4));

    assertThatThrownBy(() -> WalReader.openAfter(DISK, directory, 3))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("not sequential: 5 follows 3");
  }
}
