package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Holds `docs/configuration.md` to what `varve serve` takes.
final class ConfigurationDocTest {
  private static final Path DOC =
      Path.of(System.getProperty("basedir", ""), "..", "docs", "configuration.md");
  private static final String HEAD = "| Setting | Default | |\n|---|---|---|\n";

  private static List<Setting> settings() {
    var command = new CommandLine(new ServeCommand(StopSignal::new, _ -> {}, Map.of()));
    return Setting.of(command.getCommandSpec());
  }

  private static String row(Setting setting) {
    return "| `" + setting.key() + "` | " + defaultValue(setting) + " | " + meaning(setting) + " |";
  }

  private static String defaultValue(Setting setting) {
    if (setting.option().typeInfo().isBoolean() && setting.defaultValue().isEmpty()) {
      return "`false`";
    }
    return setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
  }

  /// The description without the default at its end.
  private static String meaning(Setting setting) {
    String text = String.join(" ", setting.option().description());
    int end = text.lastIndexOf(" Default: ");
    assertThat(end).as("where the default of %s is told", setting.flag()).isPositive();
    return text.substring(0, end).replace("|", "\\|")
        + (setting.isReloadable() ? " *Can be reloaded.*" : "");
  }

  @Test
  void theTableIsThatOfTheOptions() throws IOException {
    String expected =
        settings().stream()
            .filter(Setting::inFile)
            .map(setting -> row(setting) + "\n")
            .collect(Collectors.joining("", HEAD, ""));

    assertThat(Files.readString(DOC)).contains(expected);
  }

  @Test
  void whatHasADefaultSaysSoInOnePlace() {
    for (Setting setting : settings()) {
      String text = String.join(" ", setting.option().description());
      if (!setting.defaultValue().isEmpty()) {
        assertThat(text).endsWith("Default: " + setting.defaultValue() + ".");
      }
    }
  }

  @Test
  void theExampleIsAFileThatServeTakes() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf("```yaml\n") + "```yaml\n".length();
    Path example = Files.createTempFile("varve", ".yml");
    try {
      Files.writeString(example, doc.substring(begin, doc.indexOf("```", begin)));
      var command = new CommandLine(new ServeCommand(StopSignal::new, _ -> {}, Map.of()));
      command.setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--config.file=" + example);

      ServeCommand said =
          new Settings(
                  command.getCommandSpec(),
                  () -> new ServeCommand(StopSignal::new, _ -> {}, Map.of()),
                  Map.of())
              .read();

      assertThat(said.spec().findOption("--storage.tsdb.retention.time").<Object>getValue())
          .hasToString("PT720H");
    } finally {
      Files.delete(example);
    }
  }
}
