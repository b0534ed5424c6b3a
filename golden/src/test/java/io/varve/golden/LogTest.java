package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.golden.LogContents.LogRecord;
import io.varve.golden.LogContents.LoggedExemplar;
import io.varve.io.Finding;
import io.varve.model.Labels;
import io.varve.wal.WalVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads checkpoint, WAL and WBL record by record: bytes against `wal.txt.gz`, what is in them
/// against `records.txt`, exemplars and metadata (which the head does not take yet) against
/// `exemplars.txt` and `metadata.txt`. What samples the records hold is compared by {@link
/// DirectoryTest} and {@link OutOfOrderTest}, and the plain segments of the `-wal` directories,
/// which have no `wal.txt.gz`, byte for byte by {@link CommitBytesTest}.
final class LogTest {
  static List<Golden> all() {
    return Golden.all();
  }

  static List<Golden> withRecordTexts() {
    return Golden.all().stream().filter(golden -> !golden.name().endsWith("-wal")).toList();
  }

  private static List<LogRecord> records(Path data) throws Exception {
    return Stream.concat(
            LogContents.ofWal(data).records.stream(), LogContents.ofWbl(data).records.stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withRecordTexts")
  void recordsHaveTheirBytes(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    Lines.assertSame(
        records(data).stream().map(LogRecord::line).toList(), golden.lines("wal.txt.gz"));
  }

  /// Decoded and encoded again they are the same.
  @ParameterizedTest
  @MethodSource("all")
  void recordsAreWrittenAgainToTheSameBytes(Golden golden, @TempDir Path temp) throws Exception {
    List<LogRecord> records = records(golden.unpack(temp.resolve("data")));

    Lines.assertSame(
        records.stream()
            .map(record -> new LogRecord(record.path(), RecordCopy.of(record.bytes()), 0).line())
            .toList(),
        records.stream().map(LogRecord::line).toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void recordsHoldSoMuch(Golden golden, @TempDir Path temp) throws Exception {
    Map<String, Map<Integer, int[]>> files = new TreeMap<>();
    for (LogRecord record : records(golden.unpack(temp.resolve("data")))) {
      int[] figures =
          files
              .computeIfAbsent(record.path(), path -> new TreeMap<>())
              .computeIfAbsent(record.type(), type -> new int[2]);
      figures[0]++;
      figures[1] += record.items();
    }
    var lines = new ArrayList<String>();
    files.forEach((path, types) ->
        types.forEach((type, figures) ->
            lines.add(path + "\t" + type + "\t" + figures[0] + "\t" + figures[1])));

    // Without the names of the types, and without snapshots, which SnapshotTest reads.
    Lines.assertSame(
        lines.stream().sorted().toList(),
        golden.fields("records.txt").stream()
            .filter(fields -> !fields[1].equals("file") && !fields[0].startsWith("chunk_snapshot"))
            .map(fields -> fields[0] + "\t" + fields[1] + "\t" + fields[3] + "\t" + fields[4])
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void exemplarsAreThose(Golden golden, @TempDir Path temp) throws Exception {
    LogContents log = LogContents.ofWal(golden.unpack(temp.resolve("data")));

    Lines.assertSame(
        log.exemplars.stream().map(exemplar -> line(log.series, exemplar)).sorted().toList(),
        golden.lines("exemplars.txt").stream().sorted().toList());
  }

  private static String line(Map<Long, Labels> series, LoggedExemplar exemplar) {
    return GoldenText.labels(series.get(exemplar.ref())) + exemplar.text();
  }

  @ParameterizedTest
  @MethodSource("all")
  void metadataIsThat(Golden golden, @TempDir Path temp) throws Exception {
    LogContents log = LogContents.ofWal(golden.unpack(temp.resolve("data")));
    var lines = new ArrayList<String>();
    log.metadata.forEach((ref, text) -> lines.add(GoldenText.labels(log.series.get(ref)) + text));

    Lines.assertSame(
        lines.stream().sorted().toList(), golden.lines("metadata.txt").stream().sorted().toList());
  }

  /// The torn tails of the `-killed` directories are none: a writer that dies leaves them.
  @ParameterizedTest
  @MethodSource("all")
  void logsVerify(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Collection<Finding> findings = new ArrayList<>();

    WalVerifier.Summary summary =
        WalVerifier.verify(Golden.disk(), data.resolve("wal"), findings::add);
    if (Files.exists(data.resolve("wbl"))) {
      WalVerifier.verifyWbl(Golden.disk(), data.resolve("wbl"), data.resolve("wal"), findings::add);
    }

    assertThat(findings).isEmpty();
    assertThat(summary.toString().contains("tornTail=true"))
        .as(summary.toString())
        .isEqualTo(golden.name().endsWith("-killed"));
  }
}
