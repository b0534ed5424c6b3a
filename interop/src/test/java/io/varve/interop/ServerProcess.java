package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running server in a process of its own. Thread-safe.
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final String name;
  private final Path log;
  private final Process process;

  ServerProcess(String name, Path home, List<String> command) throws IOException {
    this.name = name;
    this.log = home.resolve(name + ".log");
    this.process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /// Waits until the server answers 200.
  void awaitReady(URI address) {
    awaitReady(address, START);
  }

  /// As {@link #awaitReady(URI)}, on a machine that may be busy with other things.
  void awaitReady(URI address, Duration patience) {
    eventually(
        name + " to answer at " + address,
        patience,
        () -> !process.isAlive() || Http.status(address) == 200);
    if (!process.isAlive()) {
      throw new AssertionError(this + " ended at once:\n" + output());
    }
  }

  /// Asks the server to end, and waits for it.
  ///
  /// @return its exit status
  int stop() {
    process.destroy();
    return awaitEnd();
  }

  /// Waits for the server to end by itself.
  ///
  /// @return its exit status
  int awaitEnd() {
    if (!endsWithin(STOP)) {
      throw new AssertionError(this + " did not end within " + STOP + ":\n" + output());
    }
    return process.exitValue();
  }

  /// Ends the server, and what it has started, without giving it time for anything.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (!endsWithin(STOP)) {
      throw new AssertionError(this + " outlives its end");
    }
  }

  /// Whether it has ended by then.
  boolean endsWithin(Duration deadline) {
    try {
      return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + this, e);
    }
  }

  /// What it has printed so far.
  String output() {
    try {
      return new String(Files.readAllBytes(log), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + process.pid() + ")";
  }
}
