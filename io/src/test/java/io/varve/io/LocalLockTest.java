package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalLockTest {
  private static final Disk DISK = new LocalDisk();
  private static final Path FLOCK = Path.of("/usr/bin/flock");

  @TempDir private Path directory;

  @Test
  void excludesAnotherProcessUntilItDies() throws Exception {
    Path file = directory.resolve("lock");
    Process child = startHolder(file);
    try (BufferedReader out = child.inputReader()) {
      assertThat(out.readLine()).isEqualTo("locked");
      assertThatExceptionOfType(DirectoryInUseException.class).isThrownBy(() -> DISK.lock(file));

      child.destroyForcibly();
      child.waitFor();

      try (DirectoryLock lock = DISK.lock(file)) {
        assertThat(lock.replacedStaleFile()).isTrue();
      }
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void isSeenByAnotherProcess() throws Exception {
    Path file = directory.resolve("lock");
    try (DirectoryLock lock = DISK.lock(file)) {
      assertThat(lock.replacedStaleFile()).isFalse();
      Process child = startHolder(file);
      try (BufferedReader out = child.inputReader()) {
        assertThat(out.readLine()).isEqualTo("in use");
      } finally {
        child.destroyForcibly();
      }
    }
  }

  /// The same lock as Prometheus': the system call flock, not fcntl.
  @Test
  void isTheLockOfFlock() throws Exception {
    assumeThat(FLOCK).exists();
    Path file = directory.resolve("lock");

    try (DirectoryLock lock = DISK.lock(file)) {
      assertThat(lock.replacedStaleFile()).isFalse();
      assertThat(flock(file)).isEqualTo(1);
    }
    assertThat(flock(file)).isZero();
  }

  private static int flock(Path file) throws Exception {
    return new ProcessBuilder(FLOCK.toString(), "--nonblock", file.toString(), "true")
        .start()
        .waitFor();
  }

  /// An owner removes the file when it goes away. Whoever has opened that file a moment before must
  /// not believe that he has the lock.
  @Test
  void hasOneOwnerWhileOwnersComeAndGo() throws Exception {
    Path file = directory.resolve("lock");
    var owners = new AtomicInteger();
    Callable<Integer> contender =
        () -> {
          int taken = 0;
          for (int i = 0; i < 3000; i++) {
            try (DirectoryLock lock = DISK.lock(file)) {
              assertThat(owners.incrementAndGet()).as("owners with %s", lock).isEqualTo(1);
              taken++;
              owners.decrementAndGet();
            } catch (DirectoryInUseException e) {
              Thread.onSpinWait();
            }
          }
          return taken;
        };

    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (Future<Integer> result : threads.invokeAll(List.of(contender, contender, contender))) {
        assertThat(result.get()).isPositive();
      }
    }
    assertThat(Files.exists(file)).isFalse();
  }

  private static Process startHolder(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Holder.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// A process that tells whether it got the lock, and holds it until its input ends.
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (DirectoryLock lock = DISK.lock(Path.of(args[0]))) {
        System.out.println(lock.replacedStaleFile() ? "locked again" : "locked");
        System.in.read();
      } catch (DirectoryInUseException e) {
        System.out.println("in use");
      }
    }
  }
}
