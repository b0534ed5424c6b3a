package io.varve.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `varve serve` as users run it, in a process of its own. Belongs to the {@link Processes} it was
/// started by.
final class VarveServer {
  private final Processes processes;
  private final Path data;
  private final Path home;
  private final URI address;
  private final List<String> flags;
  private ServerProcess process;

  private VarveServer(Processes processes, Path data, Path home, URI address, List<String> flags)
      throws IOException {
    this.processes = processes;
    this.data = data;
    this.home = home;
    this.address = address;
    this.flags = flags;
    this.process = launch();
  }

  /// Starts a server and waits until it answers.
  ///
  /// @param data its data directory, may exist
  static VarveServer start(Processes processes, Path data, String... flags) throws IOException {
    Path home = Files.createTempDirectory(data.toAbsolutePath().getParent(), "varve");
    URI address = URI.create("http://127.0.0.1:" + Ports.free());
    return new VarveServer(processes, data.toAbsolutePath(), home, address, List.of(flags));
  }

  private ServerProcess launch() throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add("serve");
    arguments.add("--storage.tsdb.path=" + data);
    arguments.add("--web.listen-address=" + address.getAuthority());
    arguments.addAll(flags);
    ServerProcess launched = processes.start("varve", home, Distribution.command(arguments));
    launched.awaitReady(address.resolve("/-/ready"));
    return launched;
  }

  /// Kills it as `kill -9` does, and starts it again on what is left.
  void crashAndRestart() throws IOException {
    process.close();
    process = launch();
  }

  URI address() {
    return address;
  }

  URI writeAddress() {
    return address.resolve("/api/v1/write");
  }

  URI readAddress() {
    return address.resolve("/api/v1/read");
  }

  /// All samples from {@code mint} to {@code maxt}, both inclusive, in milliseconds since the
  /// epoch.
  Samples chunks(long mint, long maxt) throws IOException {
    return RemoteRead.chunks(address, mint, maxt);
  }

  /// The value of one of its own metrics.
  double metric(String series) throws IOException {
    return Http.get(address.resolve("/metrics"))
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  String log() {
    return process.output();
  }
}
