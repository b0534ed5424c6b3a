package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A directory belongs to one process at a time, Varve or Prometheus: whoever comes second says so
/// and ends, and the first one does not notice.
@ExtendWith(Peers.class)
final class DirectoryLockTest {
  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  private Path data() {
    return directory.resolve("data");
  }

  private ServerProcess secondVarve() throws IOException {
    Path home = Files.createDirectories(directory.resolve("second"));
    return processes.start(
        "varve",
        home,
        Distribution.command(
            List.of(
                "serve",
                "--storage.tsdb.path=" + data(),
                "--web.listen-address=127.0.0.1:" + Ports.free())));
  }

  private void checkRefusal(ServerProcess second) {
    assertThat(second.awaitEnd()).isEqualTo(1);
    assertThat(second.output().lines().filter(line -> !line.startsWith("time=")))
        .as("what it says beside its log")
        .singleElement()
        .asString()
        .contains("in use by another process", data().toString());
  }

  @Test
  void aSecondVarveSaysSoInOneSentence() throws IOException {
    VarveServer first = VarveServer.start(processes, data());

    checkRefusal(secondVarve());

    assertThat(Http.status(first.address().resolve("/-/ready"))).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"V2_42", "V3_5"})
  void varveStaysOutOfADirectoryOfPrometheus(PrometheusVersion version) throws IOException {
    PrometheusServer first =
        PrometheusServer.start(processes, version, data(), PrometheusConfig.empty());

    checkRefusal(secondVarve());

    assertThat(first.samples(0, Long.MAX_VALUE).count()).isZero();
    assertThat(first.complaints()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"V2_42", "V3_5"})
  void prometheusStaysOutOfADirectoryOfVarve(PrometheusVersion version) throws IOException {
    VarveServer first = VarveServer.start(processes, data());

    PrometheusServer second =
        PrometheusServer.launch(processes, version, data(), PrometheusConfig.empty());

    assertThat(second.awaitEnd()).isNotZero();
    assertThat(second.log()).contains("lock DB directory");
    assertThat(Http.status(first.address().resolve("/-/ready"))).isEqualTo(200);
  }
}
