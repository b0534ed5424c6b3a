package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DumpCommandTest {
  private static final Labels UP_A = Labels.of("__name__", "up", "job", "a");
  private static final Labels UP_B = Labels.of("__name__", "up", "job", "b\"\n");
  private static final Labels LOAD = Labels.of("__name__", "load", "job", "a");

  @TempDir Path data;

  @BeforeEach
  void writeSamples() throws IOException {
    try (Varve db = open();
        Appender appender = db.appender()) {
      appender.append(UP_B, 1000, 1);
      appender.append(UP_A, 1000, 1e6);
      appender.append(UP_A, 2000, Double.NEGATIVE_INFINITY);
      appender.append(UP_A, 3000, Double.longBitsToDouble(SampleValue.STALE_NAN_BITS));
      appender.append(LOAD, 2000, 0.25);
      appender.commit();
    }
  }

  private Varve open() throws IOException {
    return Varve.open(data, VarveOptions.defaults().withMaintenance(false));
  }

  @Test
  void printsAllSamplesInTheOrderOfLabelsAndTime() {
    assertThat(Cli.run("dump", data))
        .isEqualTo(
            new Cli(
                0,
                """
                {__name__="load", job="a"} 0.25 2000
                {__name__="up", job="a"} 1e+06 1000
                {__name__="up", job="a"} -Inf 2000
                {__name__="up", job="a"} NaN 3000
                {__name__="up", job="b\\"\\n"} 1 1000
                """,
                ""));
  }

  @Test
  void printsTheRangeOfTimeBothEndsIncluded() {
    assertThat(Cli.run("dump", "--min-time=2000", "--max-time", "2000", data).out())
        .isEqualTo(
            """
            {__name__="load", job="a"} 0.25 2000
            {__name__="up", job="a"} -Inf 2000
            """);
  }

  @Test
  void printsASeriesOnceThatSeveralSelectorsSelect() {
    Cli cli = Cli.run("dump", "--match=up", "--match={job=\"a\"}", "--max-time=1000", data);

    assertThat(cli.out())
        .isEqualTo(
            """
            {__name__="up", job="a"} 1e+06 1000
            {__name__="up", job="b\\"\\n"} 1 1000
            """);
  }

  @Test
  void theEmptySelectorSelectsEverything() {
    assertThat(Cli.run("dump", "--match={}", data)).isEqualTo(Cli.run("dump", data));
  }

  @Test
  void printsNothingWhereNothingIsSelected() {
    assertThat(Cli.run("dump", "--match=nonsense", data)).isEqualTo(new Cli(0, "", ""));
  }

  @Test
  void leavesADirectoryThatIsInUseAsItIs() throws IOException {
    try (Varve _ = open()) {
      String before = files();

      Cli cli = Cli.run("dump", data);

      assertThat(cli.out().lines()).hasSize(5);
      assertThat(files()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--match={ | Invalid value for option '--match' (SELECTOR): ",
        "--min-time=x | Invalid value for option '--min-time': 'x' is not a long",
      })
  void saysWhichArgumentCannotBeRead(String argument, String message) {
    Cli cli = Cli.run("dump", argument, data);

    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.err().lines()).hasSize(2).first().asString().startsWith("varve: " + message);
  }

  @Test
  void refusesARangeThatEndsBeforeItStarts() {
    assertThat(Cli.run("dump", "--min-time=2", "--max-time=1", data))
        .isEqualTo(
            new Cli(
                2, "", "varve: --min-time 2 is after --max-time 1\nTry 'varve dump --help'.\n"));
  }

  @Test
  void saysThatThereIsNoSuchDirectory() {
    Path missing = data.resolve("missing");

    Cli cli = Cli.run("dump", missing);

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err().lines()).singleElement().asString().contains(missing.toString());
    assertThat(missing).doesNotExist();
  }

  private String files() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .sorted()
          .map(file -> file + " " + file.toFile().length() + " " + file.toFile().lastModified())
          .toList()
          .toString();
    }
  }
}
