package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/// Runs the launcher in a distribution made up for the test, with a Java that prints its arguments.
@DisabledOnOs(WINDOWS)
final class LauncherTest {
  /// Prints its arguments, one a line. As a recorder it writes the cache it was asked for, unless
  /// the file `fails` lies beside it.
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for last; do :; done
      for word; do
        case $word in
          -XX:AOTCacheOutput=*)
            echo recorded >>"${0%/*}/records"
            [ ! -e "${0%/*}/fails" ] || exit 1
            echo cache >"${word#*=}"
            mkdir "$last/native"
            exit 0 ;;
        esac
      done
      printf '%s\\n' "$@"
      """;

  @TempDir Path directory;

  /// Paths with blanks, which a careless script would split at.
  private Path distribution;

  private Path java;

  @BeforeEach
  void makeDistribution() throws IOException {
    distribution = Files.createDirectories(directory.resolve("the distribution"));
    Path launcher = Path.of(System.getProperty("basedir", ""), "..", "varve");
    executable(distribution.resolve("varve"), Files.readString(launcher));
    Files.createFile(distribution.resolve("varve.jar"));
    java = jdk("jdk 25", "25.0.3");
  }

  @Test
  void startsTheJarWithTheArguments() throws Exception {
    assertThat(launch(Map.of(), "dump", "--match={a=\"b c\"}", "my data"))
        .endsWith("-jar", jar(), "dump", "--match={a=\"b c\"}", "my data");
  }

  @Test
  void givesJavaHalfOfTheMemoryAtMost31g() throws Exception {
    assertThat(launch(Map.of(), "serve"))
        .containsAnyOf("-XX:MaxRAMPercentage=50", "-Xmx31g")
        .contains("--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void beginsWithASmallHeapOnALargeMachine() throws Exception {
    var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    boolean large = machine.getTotalMemorySize() >= 12L << 30;

    List<String> words = launch(Map.of("VARVE_JAVA_OPTS", "-Xms1g"), "serve");
    assertThat(words.contains("-XX:InitialRAMPercentage=0.25")).isEqualTo(large);
    assertThat(words).containsSubsequence("-Xms1g", "-jar");
  }

  @Test
  void givesJavaOneCollector() throws Exception {
    assertThat(collectors(launch(Map.of(), "serve")))
        .hasSize(1)
        .containsAnyOf("-XX:+UseG1GC", "-XX:+UseSerialGC");
    assertThat(collectors(launch(Map.of("VARVE_JAVA_OPTS", "-Da=b -XX:+UseZGC"), "serve")))
        .containsExactly("-XX:+UseZGC");
  }

  private static List<String> collectors(List<String> words) {
    return words.stream().filter(word -> word.matches("-XX:\\+Use.*GC")).toList();
  }

  @Test
  void theUserHasTheLastWord() throws Exception {
    List<String> words =
        launch(Map.of("VARVE_HEAP", "4g", "VARVE_JAVA_OPTS", "-XX:+UseZGC -Dx=y"), "serve");

    assertThat(words).contains("-Xmx4g").doesNotContain("-XX:MaxRAMPercentage=50", "-Xmx31g");
    assertThat(words).containsSubsequence("-Xmx4g", "-XX:+UseZGC", "-Dx=y", "-jar");
  }

  @Test
  void recordsTheStartOnceAndUsesTheRecord() throws Exception {
    List<String> first = launch(Map.of(), "version");
    List<String> second = launch(Map.of(), "version");

    String cache = "-XX:AOTCache=" + distribution.resolve("varve-25.0.3-build.aot");
    String unpacked = "-Dorg.xerial.snappy.lib.path=" + distribution.resolve("native");
    assertThat(first).contains(cache, unpacked);
    assertThat(second).isEqualTo(first);
    assertThat(Files.readAllLines(java.resolve("bin/records"))).hasSize(1);
    assertThat(distribution.toFile().list())
        .containsExactlyInAnyOrder("varve", "varve.jar", "varve-25.0.3-build.aot", "native");
  }

  @Test
  void recordsAgainAfterABuildAndForAnotherJava() throws Exception {
    launch(Map.of(), "version");
    Files.setLastModifiedTime(
        distribution.resolve("varve.jar"), FileTime.from(Instant.now().plusSeconds(5)));
    launch(Map.of(), "version");
    Path newer = jdk("jdk 26", "26");
    launch(Map.of("JAVA_HOME", newer.toString()), "version");

    assertThat(Files.readAllLines(java.resolve("bin/records"))).hasSize(2);
    assertThat(Files.readAllLines(newer.resolve("bin/records"))).hasSize(1);
  }

  @Test
  void startsWithoutARecordIfRecordingFailsAndDoesNotTryAgain() throws Exception {
    Files.createFile(java.resolve("bin/fails"));

    List<String> first = launch(Map.of(), "version");
    List<String> second = launch(Map.of(), "version");

    assertThat(first).endsWith("-jar", jar(), "version").isEqualTo(second);
    assertThat(first).noneMatch(word -> word.startsWith("-XX:AOTCache"));
    assertThat(Files.readAllLines(java.resolve("bin/records"))).hasSize(1);
  }

  @Test
  void findsItsJarThroughALink() throws Exception {
    Path link = directory.resolve("varve");
    Files.createSymbolicLink(link, Path.of("the distribution", "varve"));

    Process process = start(link, Map.of(), "version");

    assertThat(output(process)).contains("/the distribution/varve.jar\nversion");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void passesOverAJavaThatIsTooOld() throws Exception {
    Path old = jdk("jdk 17", "17.0.15");
    String path = java.resolve("bin") + ":" + System.getenv("PATH");

    assertThat(launch(Map.of("JAVA_HOME", old.toString(), "PATH", path), "version"))
        .endsWith("-jar", jar(), "version");
    assertThat(old.resolve("bin/records")).doesNotExist();
    assertThat(java.resolve("bin/records")).exists();
  }

  @Test
  void saysWhatIsMissingWhereThereIsNothing() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path launcher = elsewhere.resolve("varve");
    executable(launcher, Files.readString(distribution.resolve("varve")));

    Process process = start(launcher, Map.of(), "version");

    assertThat(output(process))
        .isEqualTo("varve: neither varve.jar nor the sources of Varve are at " + elsewhere + ".\n");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  private String jar() {
    return distribution.resolve("varve.jar").toString();
  }

  /// Arguments that Java was started with.
  private List<String> launch(Map<String, String> environment, String... args) throws Exception {
    Process process = start(distribution.resolve("varve"), environment, args);
    String output = output(process);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().filter(line -> !line.startsWith("varve: preparing")).toList();
  }

  private Process start(Path launcher, Map<String, String> environment, String... args)
      throws IOException {
    var builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(args));
    builder.environment().keySet().removeIf(name -> name.startsWith("VARVE_"));
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return output;
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    executable(home.resolve("bin/java"), FAKE_JAVA);
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Fake\"\nJAVA_RUNTIME_VERSION=\"%s-build\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    return home;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
