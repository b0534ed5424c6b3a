package io.varve.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A real Prometheus on the loopback. Belongs to the {@link Processes} it was started by.
final class PrometheusServer {
  /// Lines of the log that tell of something else than a doubt about the data.
  private static final List<Pattern> HARMLESS =
      List.of(
          // What a server says whose directory was not closed: the one before it was killed.
          Pattern.compile("msg=\"A lockfile from a previous execution already existed. "),
          // How a regular end is announced, in 2.42 and in 3.5.
          Pattern.compile("msg=\"Received SIGTERM, exiting gracefully...\""),
          Pattern.compile("msg=\"Received an OS signal, exiting gracefully...\""));

  private static final Predicate<String> COMPLAINT =
      Pattern.compile(" level=(warn|error) ", Pattern.CASE_INSENSITIVE).asPredicate();

  private final ServerProcess process;
  private final URI address;

  private PrometheusServer(ServerProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /// Starts a server and waits until it has replayed its log and answers.
  ///
  /// @param data its data directory, may exist
  static PrometheusServer start(
      Processes processes,
      PrometheusVersion version,
      Path data,
      PrometheusConfig config,
      String... flags)
      throws IOException {
    PrometheusServer server = launch(processes, version, data, config, flags);
    server.process.awaitReady(server.address.resolve("/-/ready"));
    return server;
  }

  /// As {@link #start}, and it takes native histograms.
  static PrometheusServer startWithHistograms(
      Processes processes,
      PrometheusVersion version,
      Path data,
      PrometheusConfig config,
      String... flags)
      throws IOException {
    String[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "--enable-feature=native-histograms";
    return start(processes, version, data, config, all);
  }

  /// Starts a server and does not wait for it.
  static PrometheusServer launch(
      Processes processes,
      PrometheusVersion version,
      Path data,
      PrometheusConfig config,
      String... flags)
      throws IOException {
    String address = "127.0.0.1:" + Ports.free();
    Path home = Files.createTempDirectory(data.toAbsolutePath().getParent(), "prometheus");
    Path file = Files.writeString(home.resolve("prometheus.yml"), config.text(address));
    List<String> command = new ArrayList<>();
    command.add(version.prometheus().toString());
    command.add("--config.file=" + file);
    command.add("--storage.tsdb.path=" + data.toAbsolutePath());
    command.add("--web.listen-address=" + address);
    // Not to wait at its end for a remote storage that is gone.
    command.add("--storage.remote.flush-deadline=1s");
    command.addAll(version.lockFlags());
    command.addAll(List.of(flags));
    ServerProcess process = processes.start("prometheus-" + version, home, command);
    return new PrometheusServer(process, URI.create("http://" + address));
  }

  URI address() {
    return address;
  }

  String hostAndPort() {
    return address.getAuthority();
  }

  PromApi api() {
    return new PromApi(address);
  }

  /// All samples from {@code mint} to {@code maxt}, both inclusive, in milliseconds since the
  /// epoch.
  Samples samples(long mint, long maxt) throws IOException {
    return RemoteRead.samples(address, mint, maxt);
  }

  /// As {@link #samples}, in its chunks.
  Samples chunks(long mint, long maxt) throws IOException {
    return RemoteRead.chunks(address, mint, maxt);
  }

  /// Ends it regularly.
  void stop() {
    process.stop();
  }

  /// Waits for it to end by itself.
  ///
  /// @return its exit status
  int awaitEnd() {
    return process.awaitEnd();
  }

  /// As `kill -9` does.
  void kill() {
    process.close();
  }

  String log() {
    return process.output();
  }

  /// Warnings and errors in its log, but for harmless ones.
  List<String> complaints() {
    return log()
        .lines()
        .filter(COMPLAINT)
        .filter(line -> HARMLESS.stream().noneMatch(known -> known.matcher(line).find()))
        .toList();
  }
}
