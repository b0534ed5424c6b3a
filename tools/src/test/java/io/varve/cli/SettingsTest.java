package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class SettingsTest {
  @TempDir Path directory;

  private Map<String, String> environment = Map.of();

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("varve.yml"), String.join("\n", lines) + "\n");
  }

  private ServeCommand empty() {
    return new ServeCommand(StopSignal::new, _ -> {}, environment);
  }

  /// What comes of flags, environment and file, by the key of each setting.
  private Map<String, String> read(String... flags) {
    var given = new CommandLine(empty()).setCaseInsensitiveEnumValuesAllowed(true);
    given.parseArgs(flags);
    var settings = new Settings(given.getCommandSpec(), this::empty, environment);
    return Setting.of(settings.read().spec()).stream()
        .collect(Collectors.toMap(Setting::key, setting -> "" + setting.option().getValue()));
  }

  private String fileFlag() {
    return "--config.file=" + directory.resolve("varve.yml");
  }

  @Test
  void flagsComeBeforeTheEnvironmentBeforeTheFileBeforeDefaults() throws IOException {
    environment =
        Map.of(
            "VARVE_STORAGE_TSDB_RETENTION_TIME", "2d",
            "VARVE_STORAGE_TSDB_MIN_BLOCK_DURATION", "2m",
            "VARVE_CONFIG_FILE", directory.resolve("varve.yml").toString());
    file(
        "storage:",
        "  tsdb:",
        "    retention: {time: 3d}",
        "    min_block_duration: 3m",
        "    path: three",
        "log:",
        "  level: DEBUG");

    Map<String, String> values = read("--storage.tsdb.retention.time=1d");

    assertThat(values)
        .containsEntry("storage.tsdb.retention.time", "PT24H")
        .containsEntry("storage.tsdb.min_block_duration", "PT2M")
        .containsEntry("storage.tsdb.path", "three")
        .containsEntry("log.level", "debug")
        .containsEntry("storage.tsdb.wal_segment_size", "134217728");
  }

  @Test
  void theEnvironmentAloneWillDo() {
    environment = Map.of("VARVE_STORAGE_TSDB_ST_STORAGE", "true", "VARVE_HEAP", "4g");

    assertThat(read("--storage.tsdb.compat=3.13")).containsEntry("storage.tsdb.st_storage", "true");
  }

  @Test
  void anEmptyVariableSaysNothing() {
    environment = Map.of("VARVE_STORAGE_TSDB_PATH", "");

    assertThat(read()).containsEntry("storage.tsdb.path", "data");
  }

  @Test
  void limitsAreASectionAndThoseOfLabelValuesAMapping() throws IOException {
    file(
        "limits:",
        "  max_series: 1e6",
        "  label_limit: 99999999999",
        "  max_series_per_label_value:",
        "    tenant: 1000",
        "    a=b: 7",
        "storage:");

    assertThat(read(fileFlag()))
        .containsEntry("limits.max_series", "1000000")
        .containsEntry("limits.label_limit", "2147483647")
        .containsEntry(
            "limits.max_series_per_label_value",
            "[LabelCap[label=tenant, most=1000], LabelCap[label=a=b, most=7]]");
    assertThat(read(fileFlag(), "--limits.max-series-per-label-value=x=1,y=2"))
        .containsEntry(
            "limits.max_series_per_label_value",
            "[LabelCap[label=x, most=1], LabelCap[label=y, most=2]]");
  }

  @Test
  void withoutALimitTheHeapIsTheLimit() {
    long heap = Runtime.getRuntime().maxMemory();
    String series = String.valueOf(HeapShares.of(heap).series());

    assertThat(read()).containsEntry("limits.max_series", series);
    assertThat(read("--limits.max-series=0")).containsEntry("limits.max_series", "0");
  }

  @Test
  void anEmptyFileSaysNothing() throws IOException {
    file("# nothing", "");
    Map<String, String> values = read(fileFlag());

    values.remove("config.file");
    assertThat(values).isEqualTo(without(read()));
  }

  private static Map<String, String> without(Map<String, String> values) {
    values.remove("config.file");
    return values;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "storage: {tsdb: {retenton: 1d}}      | :1: unknown key storage.tsdb.retenton",
        "scrape_configs: []                   | :1: unknown key scrape_configs",
        "config: {file: other.yml}            | :1: unknown key config",
        "storage.tsdb: {path: x}              | :1: unknown key storage.tsdb",
        "storage: {tsdb.path: x}              | :1: unknown key storage.tsdb.path",
        "storage: {tsdb: {path: a, path: b}}  | :1: storage.tsdb.path is there twice",
        "log: {level: info}\\nlog: {}         | :2: log is there twice",
        "storage: {tsdb: {path: }}            | :1: storage.tsdb.path has no value",
        "storage: {tsdb: {path: [a]}}         | :1: storage.tsdb.path is not a single value",
        "storage: [tsdb]                      | :1: storage is not made of keys with values",
        "just text                            | :1: the file is not made of keys with values",
        "storage: {[a]: b}                    | :1: storage has a key of parts",
        "limits: {max_series_per_label_value: 5} | :1: limits.max_series_per_label_value is not"
            + " made of names with values",
        "limits: {max_series_per_label_value: {a: many}} | :1: limits.max_series_per_label_value:"
            + " 'many' is not a count such as 1000 or 5e7",
        "limits: {max_series_per_label_value: {__name__: 5}} | :1:"
            + " limits.max_series_per_label_value: max_series_per_label_value cannot be set for"
            + " \"__name__\", only for labels other than the metric name",
        "limits: {max_series: -1}             | :1: limits.max_series: '-1' is not a count such as"
            + " 1000 or 5e7, nor auto",
        "\\n\\nstorage:\\n"
            + "  tsdb:\\n"
            + "    retention:\\n"
            + "      time: 15days | :6: storage.tsdb.retention.time: '15days' is not a duration"
            + " such as 15d, 2h30m or 90s",
        "storage: {tsdb: {wal_segment_size: 1MB}} | :1: storage.tsdb.wal_segment_size: '1MB' is not"
            + " between 10MB and 256MB",
        "storage: {tsdb: {min_block_duration: 0}} | :1: storage.tsdb.min_block_duration: '0' is not"
            + " a duration above 0",
        "storage: {tsdb: {st_storage: yes}}   | :1: storage.tsdb.st_storage: 'yes' is not a"
            + " boolean",
        "storage: {tsdb: {st_storage: true}}  | : Prometheus 2.42 cannot read start timestamps;"
            + " 3.13 can",
        "web: {listen_address: nonsense}      | :1: web.listen_address: the listen address is not"
            + " of the form host:port: \"nonsense\"",
        "a: b: c                              | :1: this is no YAML: mapping values are not allowed"
            + " here",
        "a: [                                 | : this is no YAML: ",
        "a: b\\n---\\nc: d                    | : this is no YAML: ",
        "log: {level: \"info\\u000ax\"}         | :1: log.level: expected one of",
      })
  void saysInOneSentenceWhatIsWrongAndWhere(String content, String sentence) throws IOException {
    file(content.replace("\\n", "\n"));

    assertThatThrownBy(() -> read(fileFlag()))
        .isInstanceOf(UsageException.class)
        .message()
        .startsWith(directory.resolve("varve.yml") + sentence.substring(0, 1))
        .contains(sentence)
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void saysThatAFileIsNestedTooDeeply(String opening) throws IOException {
    file(opening.repeat(200_000));

    assertThatThrownBy(() -> read(fileFlag()))
        .isInstanceOf(UsageException.class)
        .message()
        .startsWith(directory.resolve("varve.yml") + ":")
        .hasLineCount(1);
  }

  @Test
  void whatAFlagOverridesIsCheckedAllTheSame() throws IOException {
    file("log: {level: loud}");

    assertThatThrownBy(() -> read(fileFlag(), "--log.level=warn"))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(
            "varve.yml:1: log.level: expected one of [debug, info, warn, error]"
                + " (case-insensitive) but was 'loud'");
  }

  @Test
  void namesTheVariableThatCannotBe() {
    environment = Map.of("VARVE_STORAGE_REMOTE_READ_CONCURRENT_LIMIT", "none");

    assertThatThrownBy(() -> read("--storage.remote.read-concurrent-limit=5"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "VARVE_STORAGE_REMOTE_READ_CONCURRENT_LIMIT: 'none' is not a whole number above 0");
  }

  @Test
  void bytesThatAreNoTextAreNoYaml() throws IOException {
    Files.write(directory.resolve("varve.yml"), new byte[] {'a', ':', ' ', (byte) 0xff, '\n'});

    assertThatThrownBy(() -> read(fileFlag()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("varve.yml");
  }

  @Test
  void aHugeFileIsNotRead() throws IOException {
    Files.writeString(directory.resolve("varve.yml"), "#".repeat((1 << 20) + 1));

    assertThatThrownBy(() -> read(fileFlag()))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("varve.yml: this is larger than a configuration of 1MiB");
  }

  @Test
  void aFileThatIsNotThereIsAWrongArgument() {
    Cli cli = Cli.run("serve", fileFlag(), "--web.listen-address=127.0.0.1:0");

    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.err().lines())
        .containsExactly(
            "varve: " + directory.resolve("varve.yml") + ": no such file or directory",
            "Try 'varve serve --help'.");
  }

  @Test
  void flagsAfterTheCommandsNameCountWithAFile() throws IOException {
    file("storage: {tsdb: {path: " + directory.resolve("data") + "}}");

    Cli cli =
        Cli.run("serve", fileFlag(), "--web.listen-address", "192.0.2.1:1", "--log.level=error");

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("cannot listen on 192.0.2.1:1");
  }
}
