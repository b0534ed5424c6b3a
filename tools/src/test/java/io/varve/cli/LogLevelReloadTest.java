package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

@Isolated("the level of the log is that of the process")
final class LogLevelReloadTest {
  private static final Logger LOG = LoggerFactory.getLogger("io.varve");

  @Test
  void changesWhatIsLogged(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("varve.yml"), "log: {level: error}");
    var orders = new StopSignal();
    var command =
        new ServeCommand(
            () -> orders,
            _ -> {
              assertThat(LOG.isWarnEnabled()).isFalse();
              reload(file, "log: {level: debug}", orders);
              assertThat(LOG.isDebugEnabled()).isTrue();
              reload(file, "log: {level: error}", orders);
              assertThat(LOG.isWarnEnabled()).isFalse();
              orders.stop("tested");
            },
            Map.of());

    int exit =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(
                "--config.file=" + file,
                "--web.listen-address=127.0.0.1:0",
                "--storage.tsdb.path=" + directory.resolve("data"));

    assertThat(exit).isZero();
  }

  private static void reload(Path file, String content, StopSignal orders) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    orders.hangUp();
  }
}
