package io.varve.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.VarveOptions;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// One of the golden directories; their names and formats are explained in `README.md`.
record Golden(String name) {
  /// Tests run in the directory of their module.
  private static final Path HOME = Path.of("").toAbsolutePath();

  private static final List<String> NAMES =
      List.of(
          "prometheus-2.42-blocks",
          "prometheus-2.42-killed",
          "prometheus-2.42-ooo",
          "prometheus-2.42-snapshot",
          "prometheus-2.42-wal",
          "prometheus-3.13-blocks",
          "prometheus-3.13-ooo",
          "prometheus-3.13-snapshot",
          "prometheus-3.13-wal",
          "prometheus-3.5-blocks",
          "prometheus-3.5-killed",
          "prometheus-3.5-ooo",
          "prometheus-3.5-snapshot",
          "prometheus-3.5-spans",
          "prometheus-3.5-wal");

  private static final Disk DISK = new LocalDisk();

  /// All of them: a directory that nobody lists here must not go untested.
  static List<Golden> all() {
    try (Stream<Path> entries = Files.list(HOME)) {
      List<String> present =
          entries
              .map(path -> path.getFileName().toString())
              .filter(name -> name.startsWith("prometheus-"))
              .sorted()
              .toList();
      if (!present.equals(NAMES)) {
        throw new AssertionError("golden directories are " + present + ", not " + NAMES);
      }
      return present.stream().map(Golden::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Those with a name that ends so, such as `-wal`; at least one.
  static List<Golden> ending(String end) {
    List<Golden> found = all().stream().filter(golden -> golden.name.endsWith(end)).toList();
    if (found.isEmpty()) {
      throw new AssertionError("no golden directory ends in " + end);
    }
    return found;
  }

  static Disk disk() {
    return DISK;
  }

  /// Whether Prometheus 2.42 wrote it.
  boolean by242() {
    return name.contains("-2.42-");
  }

  /// Whether a 3.13 development version wrote it.
  boolean by313() {
    return name.contains("-3.13-");
  }

  boolean isOutOfOrder() {
    return name.endsWith("-ooo");
  }

  /// What makes Varve write as the writer of the directory did. No background work.
  VarveOptions options() {
    VarveOptions options =
        VarveOptions.defaults().withMaintenance(false).withRetention(Duration.ZERO);
    if (by313()) {
      return options
          .withCompatibility(Compatibility.V3_14)
          .withFloatEncoding(FloatEncoding.XOR2)
          .withStartTimestamps(true);
    }
    return options.withCompatibility(by242() ? Compatibility.V2_42 : Compatibility.V3_5);
  }

  /// Unpacks the data directory into one that does not exist.
  ///
  /// @return {@code target}
  Path unpack(Path target) throws IOException {
    Files.createDirectory(target);
    try (var zip = new ZipInputStream(Files.newInputStream(home().resolve("data.zip")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = target.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(zip, path);
        }
      }
    }
    return target;
  }

  /// The lines of a text, unpacked if it is packed.
  List<String> lines(String file) throws IOException {
    Path path = home().resolve(file);
    try (InputStream raw = Files.newInputStream(path);
        InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      // Not by lines(): that ends lines elsewhere, too.
      String text = new String(in.readAllBytes(), UTF_8);
      return text.isEmpty() ? List.of() : List.of(text.substring(0, text.length() - 1).split("\n"));
    }
  }

  /// The lines of a text, divided into fields.
  List<String[]> fields(String file) throws IOException {
    return lines(file).stream().map(line -> line.split("\t", -1)).toList();
  }

  private Path home() {
    return HOME.resolve(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
