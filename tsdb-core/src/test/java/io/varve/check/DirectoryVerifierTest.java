package io.varve.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DirectoryVerifierTest {
  @TempDir Path temporary;

  static List<String> goldenDirectories() {
    return GoldenDirectories.names();
  }

  @ParameterizedTest
  @MethodSource("goldenDirectories")
  void passesWhatPrometheusWrote(String name) throws Exception {
    Told told = Told.by(GoldenDirectories.unpack(name, temporary.resolve("data")));

    assertThat(told.findings()).isEmpty();
    assertThat(told.summary().findings()).isZero();
    assertThat(told.summary().records()).isPositive();
  }

  /// The one that was killed has a torn tail, which the next start cuts off.
  @Test
  void notesTornTails() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-killed", temporary.resolve("data"));

    assertThat(Told.by(data).notes())
        .extracting(Finding::file)
        .containsExactly(data.resolve("wal/00000000"));
  }

  @Test
  void countsWhatItChecked() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-2.42-blocks", temporary.resolve("data"));

    // 555 chunks are those of blocks and head in chunks.txt.gz.
    assertThat(Told.by(data).summary())
        .isEqualTo(new DirectoryVerifier.Summary(3, 162, 555, 6768, 159, 0));
  }

  @Test
  void passesWhatVarveWrote() throws Exception {
    Told told = Told.by(VarveDirectory.write(temporary));

    assertThat(told.all()).isEmpty();
    assertThat(told.summary().blocks()).isEqualTo(4);
    assertThat(told.summary().series()).isEqualTo(12);
  }

  @Test
  void passesADirectoryInUse() throws Exception {
    Path data = VarveDirectory.write(temporary);
    try (Varve db = Varve.open(data, VarveDirectory.options());
        Appender app = db.appender()) {
      app.append(VarveDirectory.series(0), VarveDirectory.START + 20 * VarveDirectory.HOUR, 1);
      app.commit();

      assertThat(Told.by(data).all()).isEmpty();
      assertThat(data.resolve("lock")).exists();
    }
  }

  @Test
  void passesOverWhatIsNotOfTheStore() throws Exception {
    Path data = VarveDirectory.write(temporary);
    Files.createDirectory(data.resolve("lost+found"));
    Files.writeString(data.resolve("01ARZ3NDEKTSV4RRFFQ69G5FAV"), "no directory");
    Files.writeString(data.resolve("wal/notes.txt"), "hello");

    assertThat(Told.by(data).all()).isEmpty();
  }

  @Test
  void namesGapsInTheLog() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    Path wal = data.resolve("wal");
    List<Path> segments = list(wal, "0*");
    Files.delete(segments.get(2));

    assertThat(Told.by(data).findings())
        .contains(
            new Finding(
                wal,
                -1,
                -1,
                "segments %1$d to %1$d are missing".formatted(number(segments.get(2)))));
  }

  @Test
  void namesGapsAmongSegmentsThatTheCheckpointStandsFor() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    Path wal = data.resolve("wal");
    int first = number(list(wal, "0*").getFirst());
    Files.createFile(wal.resolve("%08d".formatted(first - 2)));

    assertThat(Told.by(data).findings())
        .containsExactly(
            new Finding(wal, -1, -1, "segments %1$d to %1$d are missing".formatted(first - 1)));
  }

  @Test
  void namesMissingFilesOfHeadChunks() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    List<Path> files = list(data.resolve("chunks_head"), "0*");
    Path moved = data.resolve("chunks_head/%06d".formatted(number(files.getLast()) + 1));
    Files.move(files.getLast(), moved);

    assertThat(Told.by(data).findings())
        .containsExactly(
            new Finding(
                moved,
                -1,
                -1,
                "the file before it, number %d, is missing".formatted(number(moved) - 1)));
  }

  @Test
  void notesChunksOfSeriesThatTheLogDoesNotKnow() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    new LocalDisk().deleteRecursively(data.resolve("wal"));

    Told told = Told.by(data);

    assertThat(told.findings()).isEmpty();
    assertThat(told.notes()).extracting(Finding::file).containsExactly(data.resolve("chunks_head"));
  }

  @Test
  void notesSnapshotsAheadOfTheLog() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-snapshot", temporary.resolve("data"));
    new LocalDisk().deleteRecursively(data.resolve("wal"));

    Told told = Told.by(data);

    assertThat(told.findings()).isEmpty();
    assertThat(told.notes())
        .containsExactly(
            new Finding(
                list(data, "chunk_snapshot.*").getFirst(),
                -1,
                -1,
                "is ahead of the log, so the next start does not use it"));
  }

  @Test
  void notesBlocksThatOverlap() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-ooo", temporary.resolve("data"));

    Told told = Told.by(data);

    assertThat(told.findings()).isEmpty();
    assertThat(told.notes()).singleElement().asString().contains("overlaps block 01");
  }

  @Test
  void notesLeftovers() throws Exception {
    Path data = VarveDirectory.write(temporary);
    Path leftover = data.resolve("01ARZ3NDEKTSV4RRFFQ69G5FAV.tmp-for-deletion");
    Files.createDirectory(leftover);

    Told told = Told.by(data);

    assertThat(told.findings()).isEmpty();
    assertThat(told.notes()).extracting(Finding::file).containsExactly(leftover);
  }

  @Test
  void tellsHowFarItIs() throws Exception {
    Path data = VarveDirectory.write(temporary);
    var steps = new ArrayList<Long>();
    var listener =
        new VerifyListener() {
          @Override
          public void finding(Finding finding) {}

          @Override
          public void progress(long done, long total) {
            steps.add(done);
            assertThat(done).isLessThanOrEqualTo(total);
          }
        };

    DirectoryVerifier.verify(new LocalDisk(), data, listener);

    assertThat(steps).isSorted().hasSizeGreaterThan(4);
    assertThat(steps.getLast()).isEqualTo(size(data));
  }

  @Test
  void refusesWhatIsNoDataDirectory() throws Exception {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    Path file = Files.createFile(temporary.resolve("file"));

    assertThatThrownBy(() -> Told.by(empty))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("no data directory");
    assertThatThrownBy(() -> Told.by(file)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> Told.by(temporary.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static int number(Path file) {
    return Integer.parseInt(file.getFileName().toString());
  }

  private static List<Path> list(Path directory, String glob) throws IOException {
    var paths = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(directory, glob)) {
      all.forEach(paths::add);
    }
    paths.sort(null);
    return paths;
  }

  private static long size(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      long size = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        size += Files.size(file);
      }
      return size;
    }
  }
}
