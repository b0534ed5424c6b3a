package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordStartCommandTest {
  @TempDir Path directory;

  @Test
  void startsAServerAndUnpacksWhatSnappyNeeds() {
    Cli cli = Cli.run("record-start", directory);

    assertThat(cli).isEqualTo(new Cli(0, "", ""));
    assertThat(directory.resolve("data").resolve("wal")).isNotEmptyDirectory();
    assertThat(directory.resolve("native").resolve(System.mapLibraryName("snappyjava")))
        .isNotEmptyFile();
  }

  @Test
  void isNoCommandForUsers() {
    assertThat(Cli.run("--help").out()).doesNotContain("record-start");
  }
}
