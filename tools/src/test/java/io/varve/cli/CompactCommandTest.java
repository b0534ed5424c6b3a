package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompactCommandTest {
  private static final long HOUR = 3_600_000;

  @TempDir Path data;

  private List<BlockMeta> blocks = List.of();

  private static VarveOptions options() {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withRetention(Duration.ZERO)
        .withMaxBlockDuration(Duration.ofHours(2))
        .withClock(() -> 1_700_000_000_000L)
        .withRandom(new SplittableRandom(1));
  }

  /// Blocks of two hours, from 0 to 20.
  @BeforeEach
  void fill() throws IOException {
    try (Varve db = Varve.open(data, options())) {
      try (Appender app = db.appender()) {
        for (long t = 0; t < 22 * HOUR; t += HOUR / 4) {
          app.append(Labels.of("__name__", "up", "job", "node"), t, 1);
        }
        app.commit();
      }
      db.maintain();
      blocks = db.blocks();
    }
    assertThat(blocks).hasSize(10);
  }

  private List<BlockMeta> blocks() throws IOException {
    try (Varve db = Varve.openReadOnly(data, options())) {
      return db.blocks();
    }
  }

  private String name(int block) {
    return blocks.get(block).ulid().toString();
  }

  private static List<String> withoutSizes(Cli cli) {
    return cli.out().lines().map(line -> line.replaceFirst("m0s +\\d+ +", "m0s ")).toList();
  }

  private List<String> planned() {
    String names = "%s %s %s";
    return List.of(
        "REASON       LEVEL        MIN TIME     MAX TIME     DURATION     SIZE         BLOCKS",
        "range        2            0            21600000     6h0m0s "
            + names.formatted(name(0), name(1), name(2)),
        "range        2            21600000     43200000     6h0m0s "
            + names.formatted(name(3), name(4), name(5)),
        "range        2            43200000     64800000     6h0m0s "
            + names.formatted(name(6), name(7), name(8)),
        "range        3            0            64800000     18h0m0s 3 made before");
  }

  @Test
  void printsWhatItWouldDo() throws IOException {
    Cli cli = Cli.run("compact", "--dry-run", data);

    assertThat(withoutSizes(cli)).isEqualTo(planned());
    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    assertThat(blocks()).isEqualTo(blocks);
  }

  @Test
  void printsSizesForPeople() {
    assertThat(Cli.run("compact", "--dry-run", "-r", data).out())
        .contains("1970-01-01 18:00:00 +0000 UTC  18h0m0s")
        .containsPattern("18h0m0s +\\d+KiB");
  }

  @Test
  void mergesBlocks() throws IOException {
    Cli cli = Cli.run("compact", data);

    assertThat(withoutSizes(cli)).isEqualTo(planned());
    assertThat(cli.err()).contains("merged: merges=4 ").contains(" skipped=0 failed=0 ");
    assertThat(cli.exitCode()).isZero();
    assertThat(blocks())
        .extracting(BlockMeta::minTime, block -> block.compaction().level())
        .containsExactly(tuple(0L, 3), tuple(18 * HOUR, 1));
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith("01"))
          .hasSize(2);
    }
    assertThat(Cli.run("compact", data).err()).startsWith("nothing to merge");
  }

  @Test
  void keepsToTheLongestBlock() throws IOException {
    Cli cli = Cli.run("compact", "--storage.tsdb.max-block-duration=6h", data);

    assertThat(cli.exitCode()).isZero();
    assertThat(blocks()).hasSize(4);
  }

  @Test
  void refusesADirectoryInUse() throws IOException {
    try (Varve db = Varve.open(data, options())) {
      Cli cli = Cli.run("compact", data);

      assertThat(cli.exitCode()).isEqualTo(1);
      assertThat(cli.err()).contains("lock");
      assertThat(db.blocks()).isEqualTo(blocks);
    }
  }

  @Test
  void saysThatNotAllCouldBeMerged() throws IOException {
    Path chunks = data.resolve(name(1)).resolve("chunks/000001");
    byte[] bytes = Files.readAllBytes(chunks);
    bytes[bytes.length - 1] ^= 1;
    Files.write(chunks, bytes);

    Cli cli = Cli.run("compact", data);

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains(" failed=1 ");
    assertThat(blocks()).contains(blocks.get(1)).hasSizeLessThan(5);
  }

  @Test
  void namesADirectoryThatIsNotThere() {
    Cli cli = Cli.run("compact", data.resolve("none"));

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("none: no such file or directory");
  }
}
