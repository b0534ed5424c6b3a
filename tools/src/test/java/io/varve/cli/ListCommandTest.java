package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is expected here is what promtool prints, for files of the same sizes.
final class ListCommandTest {
  private static final String OLD = "01M7YVMSBHPYYNRAB1HZ7TTCR6";
  private static final String NEW = "01M7YVMSD6QKXT1RAEMQNC9A64";

  @TempDir Path data;

  @Test
  void listsBlocksInTheOrderOfTime() throws IOException {
    block(NEW, 7_200_000, 14_399_001, 7200, 62_460);
    block(OLD, 1_000_000, 7_199_001, 6200, 53_795);
    Files.createDirectory(data.resolve("wal"));

    assertThat(Cli.run("list", data))
        .isEqualTo(
            new Cli(
                0,
                """
                BLOCK ULID                  MIN TIME     MAX TIME     DURATION      NUM SAMPLES  NUM CHUNKS   NUM SERIES   SIZE
                01M7YVMSBHPYYNRAB1HZ7TTCR6  1000000      7199001      1h43m19.001s  6200         53           1            53795
                01M7YVMSD6QKXT1RAEMQNC9A64  7200000      14399001     1h59m59.001s  7200         53           1            62460
                """,
                ""));
  }

  @Test
  void printsDatesAndUnitsForPeople() throws IOException {
    block(OLD, 1_000_000, 7_199_001, 6200, 53_795);

    assertThat(Cli.run("list", "-r", data))
        .isEqualTo(
            new Cli(
                0,
                """
                BLOCK ULID                  MIN TIME                       MAX TIME                       DURATION      NUM SAMPLES  NUM CHUNKS   NUM SERIES   SIZE
                01M7YVMSBHPYYNRAB1HZ7TTCR6  1970-01-01 00:16:40 +0000 UTC  1970-01-01 01:59:59 +0000 UTC  1h43m19.001s  6200         53           1            52KiB547B
                """,
                ""));
  }

  @Test
  void directoryWithoutBlocksHasTheHeadingOnly() {
    Cli cli = Cli.run("list", data);

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out().lines()).hasSize(1);
  }

  @Test
  void listsTheOthersBesideABrokenBlock() throws IOException {
    block(NEW, 7_200_000, 14_399_001, 7200, 62_460);
    Path broken = Files.createDirectory(data.resolve(OLD)).resolve("meta.json");
    Files.writeString(broken, "{\"version\": 7}");

    Cli cli = Cli.run("list", data);

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.out().lines()).hasSize(2).last().asString().startsWith(NEW);
    assertThat(cli.err().lines()).singleElement().asString().contains(broken.toString(), "7");
  }

  @Test
  void saysThatThereIsNoSuchDirectory() {
    Path missing = data.resolve("missing");

    assertThat(Cli.run("list", missing))
        .isEqualTo(new Cli(1, "", "varve: " + missing + ": no such file or directory\n"));
  }

  private void block(String ulid, long minTime, long maxTime, long samples, int size)
      throws IOException {
    Path chunks = Files.createDirectories(data.resolve(ulid).resolve("chunks"));
    String meta =
        """
        {"ulid":"%s","minTime":%d,"maxTime":%d,"stats":{"numSamples":%d,"numSeries":1,"numChunks":53},
        "compaction":{"level":1,"sources":["%s"]},"version":1}
        """
            .formatted(ulid, minTime, maxTime, samples, ulid);
    Files.writeString(data.resolve(ulid).resolve("meta.json"), meta);
    Files.write(data.resolve(ulid).resolve("index"), new byte[1000]);
    Files.write(data.resolve(ulid).resolve("tombstones"), new byte[9]);
    Files.write(chunks.resolve("000001"), new byte[size - 1009 - meta.length()]);
  }
}
