package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.golden.LogContents.LogRecord;
import io.varve.io.Compression;
import io.varve.wal.RecordBatch;
import io.varve.wal.Wal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Writes what `commits.txt.gz` says with Varve, uncompressed, and compares the log with that of
/// the `-wal` directories byte for byte: equal commits and references give equal records.
final class CommitBytesTest {
  private static final int SEGMENT_BYTES = 128 << 20;

  /// Of records that Varve does not write yet: tombstones, exemplars, metadata.
  private static final Set<Integer> NOT_WRITTEN = Set.of(3, 4, 6);

  static List<Golden> plainLogs() {
    return Golden.ending("-wal");
  }

  /// All types of records, and their order, but for those that are {@link #NOT_WRITTEN}: 2.42 logs
  /// exemplars before histograms and later versions after them, which does not show without.
  @ParameterizedTest
  @MethodSource("plainLogs")
  void commitsGiveTheSameRecords(Golden golden, @TempDir Path temp) throws Exception {
    List<LogRecord> original = LogContents.ofWal(golden.unpack(temp.resolve("data"))).records;
    Path written = temp.resolve("written");

    try (Varve store = Varve.open(written, golden.options().withWalCompression(Compression.NONE));
        Appender appender = store.appender()) {
      for (Commits.Commit commit : Commits.of(golden).commits()) {
        assertThat(Writing.write(commit, appender)).isEmpty();
      }
    }

    Lines.assertSame(
        LogContents.ofWal(written).records.stream().map(LogRecord::line).toList(),
        original.stream()
            .filter(record -> !NOT_WRITTEN.contains(record.type()))
            .map(LogRecord::line)
            .toList());
  }

  /// Equal records, those too that appenders do not write yet, give an equal segment file: pages,
  /// fragments, checksums and fill.
  @ParameterizedTest
  @MethodSource("plainLogs")
  void recordsGiveTheSameSegment(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Path written = temp.resolve("written");

    try (Wal wal = Wal.open(Golden.disk(), written, SEGMENT_BYTES, Compression.NONE)) {
      for (LogRecord record : LogContents.ofWal(data).records) {
        var batch = new RecordBatch();
        batch.begin().putBytes(record.bytes());
        batch.end();
        wal.log(batch);
      }
    }

    assertThat(Files.mismatch(written.resolve("00000000"), data.resolve("wal/00000000")))
        .as("first byte that differs")
        .isEqualTo(-1);
  }
}
