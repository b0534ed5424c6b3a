package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.check.DirectoryVerifier;
import io.varve.fixture.Property;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Several clients write to `varve serve`, which is killed at a random moment by SIGKILL: while it
/// is written to, cuts blocks, truncates its logs, or starts. Now and then it gets SIGTERM instead.
/// It is started again, and has to have each sample that it has acknowledged, and none that nobody
/// sent.
///
/// What is sent follows from the seed, which moment a kill meets does not. A run of a thousand
/// kills, an hour or two: see `docs/durability.md`.
final class KilledServerTest {
  private static final int ROUNDS = Integer.getInteger("varve.kill.rounds", 5);
  private static final int CLIENTS = 3;

  /// Rounds on one directory; then the next one begins with an empty one.
  private static final int ROUNDS_PER_DIRECTORY = 40;

  private static final int MOST_ANSWERS = 400;
  private static final int LONGEST_START_MILLIS = 2500;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path temporary;

  private final RandomGenerator random = Property.random();
  private KillClients clients = new KillClients(CLIENTS, random.nextLong());
  private int directories;
  private int starts;
  private int killedStarts;
  private int terminations;
  private long compared;

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void losesNothingThatItHasAcknowledged() throws IOException {
    System.out.println("varve.seed=" + Long.getLong("varve.seed", 1) + " rounds=" + ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
      if (round % ROUNDS_PER_DIRECTORY == 0) {
        directories++;
        clients = new KillClients(CLIENTS, random.nextLong());
      }
      try {
        round();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("round " + round, e);
      }
      if (round == ROUNDS - 1 || round % ROUNDS_PER_DIRECTORY == ROUNDS_PER_DIRECTORY - 1) {
        checkAtRest();
      }
    }
    System.out.printf(
        "KilledServerTest rounds=%d starts=%d killedStarts=%d terminations=%d samples=%d"
            + " compared=%d%n",
        ROUNDS, starts, killedStarts, terminations, clients.acknowledged(), compared);
  }

  private Path data() {
    return temporary.resolve("data" + directories);
  }

  private void round() throws IOException {
    Server server = start();
    if (random.nextInt(4) == 0) {
      // Whether it is ready by then or not.
      var ignored =
          server.process.endsWithin(Duration.ofMillis(random.nextInt(LONGEST_START_MILLIS)));
      server.process.close();
      killedStarts++;
      server = start();
    }
    server.process.awaitReady(server.address.resolve("/-/ready"), PATIENCE);
    compared += clients.check(RemoteRead.chunks(server.address, 0, Long.MAX_VALUE));

    clients.write(server.address, random.nextInt(MOST_ANSWERS));
    if (random.nextInt(5) == 0) {
      clients.ending();
      assertThat(server.process.stop()).as("exit status after SIGTERM").isIn(0, 143);
      terminations++;
    } else {
      clients.ending();
      server.process.close();
    }
    clients.join();
  }

  private record Server(ServerProcess process, URI address) {}

  private Server start() throws IOException {
    Path home = Files.createDirectories(temporary.resolve("home"));
    URI address = URI.create("http://127.0.0.1:" + Ports.free());
    var arguments = new ArrayList<String>();
    arguments.add("serve");
    arguments.add("--storage.tsdb.path=" + data());
    arguments.add("--web.listen-address=" + address.getAuthority());
    // So that blocks are cut and the log is truncated every few hundred requests.
    arguments.add("--storage.tsdb.min-block-duration=2m");
    arguments.add("--storage.tsdb.out-of-order-time-window=10m");
    if (random.nextBoolean()) {
      arguments.add("--storage.tsdb.memory-snapshot-on-shutdown=false");
    }
    starts++;
    return new Server(processes.start("varve", home, Distribution.command(arguments)), address);
  }

  /// Starts it once more and has it end in peace: what is left is sound.
  private void checkAtRest() throws IOException {
    Server server = start();
    server.process.awaitReady(server.address.resolve("/-/ready"), PATIENCE);
    compared += clients.check(RemoteRead.chunks(server.address, 0, Long.MAX_VALUE));
    int ignored = server.process.stop();
    List<Finding> findings = new ArrayList<>();
    DirectoryVerifier.verify(new LocalDisk(), data(), findings::add);
    assertThat(findings).isEmpty();
    assertThat(data().resolve("quarantine-1")).doesNotExist();
  }
}
