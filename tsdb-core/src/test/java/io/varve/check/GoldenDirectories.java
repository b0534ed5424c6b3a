package io.varve.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The data directories that Prometheus wrote, see `golden/README.md`.
final class GoldenDirectories {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ""), "..", "golden");

  private GoldenDirectories() {}

  static List<String> names() {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .filter(directory -> Files.exists(directory.resolve("data.zip")))
          .map(directory -> directory.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Unpacks one into a directory, and returns that.
  static Path unpack(String name, Path target) throws IOException {
    Files.createDirectories(target);
    try (var zip =
        new ZipInputStream(Files.newInputStream(ROOT.resolve(name).resolve("data.zip")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = target.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
    return target;
  }
}
