package io.varve.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `varve serve` as users run it: the distribution, in a process of its own, on the JVM that runs
/// the tests. Belongs to the {@link Processes} it was started by.
final class VarveServer {
  private final Processes processes;
  private final Path data;
  private final Path home;
  private final URI address;
  private ServerProcess process;

  private VarveServer(Processes processes, Path data, Path home, URI address) throws IOException {
    this.processes = processes;
    this.data = data;
    this.home = home;
    this.address = address;
    this.process = launch();
  }

  /// Starts a server and waits until it answers.
  ///
  /// @param data its data directory, may exist
  static VarveServer start(Processes processes, Path data) throws IOException {
    Path home = Files.createTempDirectory(data.toAbsolutePath().getParent(), "varve");
    URI address = URI.create("http://127.0.0.1:" + Ports.free());
    return new VarveServer(processes, data.toAbsolutePath(), home, address);
  }

  private ServerProcess launch() throws IOException {
    Path jar = Peers.repository().resolve("tools/target/varve/varve.jar");
    if (!Files.exists(jar)) {
      throw new AssertionError("no distribution at " + jar + ": run mvn -DskipTests package");
    }
    ServerProcess launched =
        processes.start(
            "varve",
            home,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                jar.toString(),
                "serve",
                "--storage.tsdb.path=" + data,
                "--web.listen-address=" + address.getAuthority()));
    launched.awaitReady(address.resolve("/-/ready"));
    return launched;
  }

  /// Kills it as `kill -9` does, and starts it again on what is left.
  void crashAndRestart() throws IOException {
    process.close();
    process = launch();
  }

  URI writeAddress() {
    return address.resolve("/api/v1/write");
  }

  URI readAddress() {
    return address.resolve("/api/v1/read");
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
