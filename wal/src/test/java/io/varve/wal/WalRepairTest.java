package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.FaultyDisk;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalRepairTest {
  @TempDir Path data;
  private Path directory;

  /// Four segments of three records; the second record of segment 1 is damaged.
  @BeforeEach
  void writeDamagedLog() throws IOException {
    directory = data.resolve("wal");
    for (int i = 0; i < 4; i++) {
      RecordBatch batch = batch(bytes("0a0" + i), bytes("0b0" + i), bytes("0c0" + i));
      Logs.write(directory, 1, Compression.NONE, batch);
    }
    byte[] bytes = segment(directory, 1);
    bytes[9 + 7] ^= 1;
    Logs.putSegment(directory, 1, bytes);
  }

  @Test
  void endsTheLogAtTheLastGoodRecord() throws IOException {
    byte[] damaged = segment(directory, 1);
    byte[] last = segment(directory, 3);

    WalRepair.Report report = repair(DISK);

    Path aside = data.resolve("wal.damaged-1");
    assertThat(report)
        .isEqualTo(new WalRepair.Report(1, 9, 3 * Logs.PAGE - 9, 2, aside.toAbsolutePath()));
    assertThat(Logs.read(directory)).containsExactly("0a00", "0b00", "0c00", "0a01");
    assertThat(DISK.list(directory)).containsExactly("00000000", "00000001");
    assertThat(DISK.list(aside)).containsExactly("00000001", "00000002", "00000003");
    assertThat(segment(aside, 1)).isEqualTo(damaged);
    assertThat(segment(aside, 3)).isEqualTo(last);
  }

  @Test
  void leavesALogThatGoesOn() throws IOException {
    repair(DISK);

    Logs.write(directory, 1, Compression.NONE, batch(bytes("0d")));

    assertThat(Logs.read(directory)).containsExactly("0a00", "0b00", "0c00", "0a01", "0d");
  }

  @Test
  void takesAFreshDirectoryEachTime() throws IOException {
    repair(DISK);
    byte[] bytes = segment(directory, 0);
    bytes[7] ^= 1;
    Logs.putSegment(directory, 0, bytes);

    WalRepair.Report report = repair(DISK);

    assertThat(report.directory()).isEqualTo(data.resolve("wal.damaged-2").toAbsolutePath());
    assertThat(report.offset()).isZero();
    assertThat(segment(directory, 0)).isEmpty();
    assertThat(Logs.read(directory)).isEmpty();
  }

  @Test
  void endsTheLogBeforeARecordThatCannotBeDecoded() throws IOException {
    DISK.deleteRecursively(directory);
    Logs.write(directory, 1, Compression.NONE, batch(bytes("02"), bytes("02ff"), bytes("02")));

    try (WalReader reader = WalReader.open(DISK, directory)) {
      reader.next();
      RecordDecoder.decode(reader.record(), new Told());
      reader.next();
      assertThatThrownBy(() -> RecordDecoder.decode(reader.record(), new Told()))
          .isInstanceOf(CorruptionException.class)
          .hasMessageStartingWith(WalFormat.segment(directory, 0) + ", record at 8 at offset 1: ");
      WalRepair.repair(DISK, directory, reader.segment(), reader.offset());
    }

    assertThat(Logs.read(directory)).containsExactly("02");
  }

  /// The repair is broken off at each of its calls in turn and then done again.
  @Test
  void canBeRepeatedAfterItWasBrokenOff() throws IOException {
    byte[] good = segment(directory, 0);
    byte[] damaged = segment(directory, 1);
    for (int after = 0; ; after++) {
      var left = new AtomicInteger(after);
      var disk = new FaultyDisk(new LocalDisk());
      disk.failBy((call, path) -> {
        if (left.getAndDecrement() <= 0) {
          throw new IOException("broken off");
        }
      });
      try {
        repair(disk);
        break;
      } catch (IOException e) {
        assertThat(e).hasMessage("broken off");
      }

      assertThat(segment(directory, 0)).isEqualTo(good);
      if (segment(directory, 1).length == damaged.length) {
        repair(DISK);
      }

      assertThat(Logs.read(directory)).containsExactly("0a00", "0b00", "0c00", "0a01");
      assertThat(DISK.list(directory)).containsExactly("00000000", "00000001");
      DISK.deleteRecursively(data);
      writeDamagedLog();
    }
  }

  private WalRepair.Report repair(Disk disk) throws IOException {
    try (WalReader reader = WalReader.open(DISK, directory)) {
      assertThatThrownBy(
              () -> {
                while (reader.next()) {}
              })
          .isInstanceOf(CorruptionException.class);
      return WalRepair.repair(disk, directory, reader.segment(), reader.offset());
    }
  }
}
