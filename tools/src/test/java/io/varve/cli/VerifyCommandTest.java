package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// On data directories that Prometheus wrote, see `golden/README.md`.
final class VerifyCommandTest {
  private static final Path GOLDEN = Path.of(System.getProperty("basedir", ""), "..", "golden");
  private static final String SEGMENT = "wal/00000000";

  @TempDir Path data;

  static List<Path> golden() throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN, 2)) {
      return files.filter(file -> file.endsWith("data.zip")).sorted().toList();
    }
  }

  private Path unpack(Path archive) {
    try (var zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = data.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          Files.copy(zip, file);
        }
      }
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path unpack(String name) {
    return unpack(GOLDEN.resolve(name).resolve("data.zip"));
  }

  private void damage(String file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(data.resolve(file));
    bytes[offset] ^= 1;
    Files.write(data.resolve(file), bytes);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void passesEveryDirectoryThatPrometheusWrote(Path archive) {
    Cli cli = Cli.run("verify", unpack(archive));

    assertThat(cli.out()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    assertThat(cli.err().lines()).last().asString().startsWith("checked: blocks=").endsWith("=0");
  }

  @Test
  void notesATornTailAndPasses() {
    unpack("prometheus-3.5-killed");

    assertThat(Cli.run("verify", data))
        .isEqualTo(
            new Cli(
                0,
                "",
                """
                note: %s: ends inside a record: its writer died there, or is writing it
                checked: blocks=0 series=0 chunks=0 samples=0 records=79 findings=0
                """
                    .formatted(data.resolve(SEGMENT))));
  }

  @Test
  void printsALineForEachDamage() throws IOException {
    unpack("prometheus-3.5-wal");
    damage(SEGMENT, 10);

    Cli cli = Cli.run("verify", data);

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.out().lines())
        .first()
        .asString()
        .matches("\\Q" + data.resolve(SEGMENT) + "\\E:0\\+32768: the checksum is .*");
    assertThat(cli.err().lines()).last().asString().matches("checked: .* findings=[1-9][0-9]*");
  }

  @Test
  void changesNothing() throws IOException {
    unpack("prometheus-3.5-killed");
    byte[] before = Files.readAllBytes(data.resolve(SEGMENT));

    Cli.run("verify", data);

    assertThat(data.resolve(SEGMENT)).hasBinaryContent(before);
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("chunks_head", "lock", "queries.active", "wal");
    }
  }

  @Test
  void linesLeaveOutWhatIsNotKnown() {
    Path file = Path.of("a");

    assertThat(VerifyCommand.line(new Finding(file, 3, 5, "b"))).isEqualTo("a:3+5: b");
    assertThat(VerifyCommand.line(new Finding(file, 3, -1, "b"))).isEqualTo("a:3: b");
    assertThat(VerifyCommand.line(new Finding(file, -1, -1, "b\nc"))).isEqualTo("a: b\\u000ac");
  }

  @Test
  void endsWithTwoIfItCannotRun() throws IOException {
    Path missing = data.resolve("missing");
    Path empty = Files.createDirectory(data.resolve("empty"));

    assertThat(Cli.run("verify", missing))
        .isEqualTo(new Cli(2, "", "varve: " + missing + ": no such file or directory\n"));
    assertThat(Cli.run("verify", empty))
        .isEqualTo(
            new Cli(
                2, "", "varve: " + empty + ": no data directory, has neither blocks nor a log\n"));
    assertThat(Cli.run("verify").exitCode()).isEqualTo(2);
  }

  @Test
  void repairSaysWhatItDidAndLeavesASoundDirectory() throws IOException {
    unpack("prometheus-3.5-snapshot");
    Path snapshot;
    try (Stream<Path> files = Files.list(data)) {
      snapshot =
          files.filter(f -> f.toString().contains("chunk_snapshot")).findFirst().orElseThrow();
    }
    damage(data.relativize(snapshot) + "/00000000", 100);
    assertThat(Cli.run("verify", data).exitCode()).isEqualTo(1);

    Cli rehearsal = Cli.run("repair", "--dry-run", data);
    Cli repair = Cli.run("repair", data);

    Path target = data.resolve("quarantine-1").resolve(snapshot.getFileName());
    assertThat(rehearsal.exitCode()).isZero();
    assertThat(rehearsal.out()).startsWith(snapshot + ": would be moved to " + target + ": ");
    assertThat(repair.exitCode()).isZero();
    assertThat(repair.out()).startsWith(snapshot + ": moved to " + target + ": ");
    assertThat(target).isDirectory();
    assertThat(Cli.run("verify", data).exitCode()).isZero();
    assertThat(Cli.run("repair", data)).isEqualTo(new Cli(0, "", "nothing to repair\n"));
  }

  @Test
  void repairRefusesADirectoryInUse() throws Exception {
    unpack("prometheus-3.5-wal");
    try (var db = io.varve.Varve.open(data, io.varve.VarveOptions.defaults())) {
      Cli cli = Cli.run("repair", data);

      assertThat(cli.exitCode()).isEqualTo(2);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err().lines()).singleElement().asString().contains(data.toString());
      assertThat(db.blocks()).isEmpty();
    }
  }
}
