package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.remote.Lifecycle.Reload;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class ConfigurationTest {
  private static final long NOW = 1_700_000_000_000L;

  @TempDir Path directory;

  private final List<String> calls = new ArrayList<>();

  private ServeCommand empty() {
    return new ServeCommand(StopSignal::new, _ -> {}, Map.of());
  }

  private void configure(String content) throws IOException {
    Files.writeString(directory.resolve("varve.yml"), content);
  }

  /// That of a server that was started with what is in the file.
  private Configuration start() {
    var given = new CommandLine(empty()).setCaseInsensitiveEnumValuesAllowed(true);
    given.parseArgs("--config.file=" + directory.resolve("varve.yml"));
    var settings = new Settings(given.getCommandSpec(), this::empty, Map.of());
    return new Configuration(settings.read(), settings, _ -> {}, () -> NOW);
  }

  /// A store that writes down what it is told.
  private Varve store() {
    return (Varve)
        Proxy.newProxyInstance(
            Varve.class.getClassLoader(),
            new Class<?>[] {Varve.class},
            (_, method, arguments) -> {
              calls.add(method.getName() + Arrays.toString(arguments));
              return null;
            });
  }

  /// The setting, a file that changes it, and what tells the store so. The level of the log is the
  /// process' own, see {@link LogLevelReloadTest}.
  static Stream<Arguments> reloadable() {
    return Stream.of(
        Arguments.of(
            "storage.tsdb.retention.time",
            "storage: {tsdb: {retention: {time: 30d}}}",
            "setRetention[PT720H]"),
        Arguments.of(
            "storage.tsdb.out_of_order_time_window",
            "storage: {tsdb: {out_of_order_time_window: 1h}}",
            "setOutOfOrderWindow[PT1H]"),
        Arguments.of(
            "storage.tsdb.stale_series_compaction_threshold",
            "storage: {tsdb: {stale_series_compaction_threshold: 0.5}}",
            "setStaleSeriesCompactionThreshold[0.5]"),
        Arguments.of(
            "storage.compaction.max_bytes_per_second",
            "storage: {compaction: {max_bytes_per_second: 2MB}}",
            "setCompactionBytesPerSecond[2097152]"),
        Arguments.of(
            "storage.tsdb.wal_sync",
            "storage: {tsdb: {wal_sync: interval}}",
            "setWalSync[INTERVAL]"),
        Arguments.of(
            "storage.tsdb.wal_sync_interval",
            "storage: {tsdb: {wal_sync_interval: 1s}}",
            "setWalSyncInterval[PT1S]"),
        Arguments.of(
            "storage.tsdb.disk_reserve",
            "storage: {tsdb: {disk_reserve: 1KB}}",
            "setDiskReserve[1024]"),
        Arguments.of(
            "storage.exemplars.max_exemplars",
            "storage: {exemplars: {max_exemplars: 7}}",
            "resizeExemplars[7]"),
        Arguments.of("limits.max_series", "limits: {max_series: 9}", "Limits[series=9,"),
        Arguments.of(
            "limits.max_series_per_metric",
            "limits: {max_series_per_metric: 8}",
            " seriesPerMetric=8,"),
        Arguments.of(
            "limits.max_series_per_label_value",
            "limits: {max_series_per_label_value: {tenant: 6}}",
            " seriesPerLabelValue={tenant=6},"),
        Arguments.of("limits.label_limit", "limits: {label_limit: 5}", " labels=5,"),
        Arguments.of(
            "limits.label_name_length_limit",
            "limits: {label_name_length_limit: 4}",
            " labelNameBytes=4,"),
        Arguments.of(
            "limits.label_value_length_limit",
            "limits: {label_value_length_limit: 3}",
            " labelValueBytes=3]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reloadable")
  void tellsTheStore(String key, String content, String call) throws IOException {
    configure("");
    Configuration configuration = start();
    configuration.serve(store());
    assertThat(calls).isEmpty();
    configure(content);

    assertThat(configuration.reload()).isEqualTo(new Reload(true, ""));

    assertThat(calls).as(key).anySatisfy(made -> assertThat(made).contains(call));
    assertThat(configuration.reloaded()).isTrue();
  }

  @Test
  void allThatCanBeReloadedIsTested() {
    var spec = new CommandLine(empty()).getCommandSpec();

    assertThat(Setting.of(spec).stream().filter(Setting::isReloadable).map(Setting::key))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(reloadable().map(row -> (String) row.get()[0]), Stream.of("log.level"))
                .toList());
  }

  @Test
  void whatWasReloadedBeforeTheStoreWasThereReachesIt() throws IOException {
    configure("");
    Configuration configuration = start();
    configure("storage: {tsdb: {retention: {time: 30d}}}");

    assertThat(configuration.reload().successful()).isTrue();
    assertThat(calls).isEmpty();
    configuration.serve(store());

    assertThat(calls).contains("setRetention[PT720H]");
  }

  @Test
  void aStoreThatIsGoneIsLeftAlone() throws IOException {
    configure("");
    Configuration configuration = start();
    configuration.serve(store());
    configuration.retire();
    configure("limits: {max_series: 9}");

    assertThat(configuration.reload().successful()).isTrue();

    assertThat(calls).isEmpty();
  }

  @Test
  void aStoreThatFailsIsAReloadThatFailed() throws IOException {
    configure("");
    Configuration configuration = start();
    configuration.serve(
        (Varve)
            Proxy.newProxyInstance(
                Varve.class.getClassLoader(),
                new Class<?>[] {Varve.class},
                (_, _, _) -> {
                  throw new IllegalStateException("the store is closed");
                }));

    assertThat(configuration.reload()).isEqualTo(new Reload(false, "internal error, see the log"));
    assertThat(configuration.reloaded()).isFalse();
  }
}
