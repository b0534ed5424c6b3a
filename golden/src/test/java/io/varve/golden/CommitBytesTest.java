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
import java.util.function.IntPredicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Writes what `commits.txt.gz` says with Varve, uncompressed, and compares the log with that of
/// the `-wal` directories byte for byte: equal commits and references give equal records.
final class CommitBytesTest {
  private static final int SEGMENT_BYTES = 128 << 20;

  /// Of records that Varve does not write yet: tombstones.
  private static final int NOT_WRITTEN = 3;

  private static final int EXEMPLARS = 4;
  private static final int METADATA = 6;

  static List<Golden> plainLogs() {
    return Golden.ending("-wal");
  }

  /// All types of records, and their order, but for those that are {@link #NOT_WRITTEN}, and for
  /// two oddities: 2.42 logs exemplars before histograms, so they are compared apart; and the
  /// appender that wrote with 3.13 logs empty metadata of every series of which it was told none.
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

    List<LogRecord> records = LogContents.ofWal(written).records;
    boolean by35 = !golden.by242() && !golden.by313();
    IntPredicate comparable =
        type ->
            type != NOT_WRITTEN
                && !(golden.by242() && type == EXEMPLARS)
                && !(by35 && type == METADATA);
    Lines.assertSame(lines(records, comparable), lines(original, comparable));
    Lines.assertSame(
        lines(records, type -> type == EXEMPLARS), lines(original, type -> type == EXEMPLARS));
  }

  private static List<String> lines(List<LogRecord> records, IntPredicate types) {
    return records.stream()
        .filter(record -> types.test(record.type()))
        .map(LogRecord::line)
        .toList();
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
