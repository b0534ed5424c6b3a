package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VarveCommandTest {
  @ParameterizedTest
  @CsvSource({
    "'', Missing required subcommand, varve",
    "frobnicate, Unmatched argument at index 0: 'frobnicate', varve",
    "bench, Missing required subcommand, varve bench",
    "list --frobnicate, Unknown option: '--frobnicate', varve list",
    "bench series x file, Invalid value for positional parameter at index 0 (COUNT): 'x' is not a"
        + " whole number above 0, varve bench series",
    "bench write --scrapes=0, Invalid value for option '--scrapes': '0' is not a whole number above"
        + " 0, varve bench write",
  })
  void saysWhatIsWrongWithTheArgumentsAndEndsWithTwo(String line, String message, String command) {
    Cli cli = Cli.run((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));

    assertThat(cli)
        .isEqualTo(new Cli(2, "", "varve: " + message + "\nTry '" + command + " --help'.\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "list -h",
        "dump --help",
        "verify --help",
        "repair --help",
        "bench --help",
        "bench write --help"
      })
  void printsHelp(String line) {
    Cli cli = Cli.run((Object[]) line.split(" "));

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out()).contains("Usage: varve").contains("--help");
    assertThat(cli.err()).isEmpty();
    assertThat(List.of(cli.out().split("\n"))).allMatch(l -> l.length() <= 96);
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void printsItsVersion(String argument) {
    Cli cli = Cli.run(argument);

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out()).startsWith("varve ").contains("java " + Runtime.version());
  }

  @Test
  void commandsAreNamedInTheHelp() {
    assertThat(Cli.run("--help").out()).contains("  list ", "  dump ", "  bench ", "  version ");
  }
}
