package io.varve.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A real `prometheus-node-exporter` on the loopback: some five hundred series of this machine.
final class NodeExporter {
  private final String hostAndPort;

  private NodeExporter(String hostAndPort) {
    this.hostAndPort = hostAndPort;
  }

  static Path program() {
    return Peers.program("node-exporter", "prometheus-node-exporter");
  }

  static NodeExporter start(Processes processes, Path directory) throws IOException {
    String address = "127.0.0.1:" + Ports.free();
    Path home = Files.createTempDirectory(directory, "node-exporter");
    ServerProcess process =
        processes.start(
            "node-exporter",
            home,
            List.of(
                program().toString(),
                "--web.listen-address=" + address,
                // Each would complain about this machine at every scrape.
                "--no-collector.systemd",
                "--no-collector.textfile"));
    process.awaitReady(URI.create("http://" + address + "/"));
    return new NodeExporter(address);
  }

  String hostAndPort() {
    return hostAndPort;
  }
}
