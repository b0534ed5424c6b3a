package io.varve.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Valid inputs to begin with: what real Prometheus servers wrote, from the directory `golden` and
/// the resources of other modules.
public final class Seeds {
  private static final Path PROJECT = Path.of(System.getProperty("basedir", ""), "..");

  private Seeds() {}

  /// A file of the project.
  ///
  /// @param path from the root of the project
  public static byte[] file(String path) {
    try {
      return Files.readAllBytes(PROJECT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The files in the golden directories whose names match, without the zeros that fill them up.
  ///
  /// @param longest those that are longer are left out: bytes
  public static Stream<byte[]> golden(String name, int longest) {
    var files = new ArrayList<byte[]>();
    for (Path archive : archives()) {
      try (var zip = new ZipInputStream(Files.newInputStream(archive))) {
        for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
          if (!entry.isDirectory() && entry.getName().matches(name)) {
            byte[] bytes = trimmed(zip.readAllBytes());
            if (bytes.length <= longest) {
              files.add(bytes);
            }
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (files.isEmpty()) {
      throw new IllegalStateException("no golden file is called " + name);
    }
    return files.stream();
  }

  /// A few of many, as far apart as they can be.
  public static Stream<byte[]> some(Stream<byte[]> seeds, int most) {
    List<byte[]> all = seeds.toList();
    return IntStream.range(0, Math.min(most, all.size()))
        .mapToObj(i -> all.get((int) ((long) i * all.size() / Math.min(most, all.size()))));
  }

  private static List<Path> archives() {
    var archives = new ArrayList<Path>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(PROJECT.resolve("golden"), "prometheus-*")) {
      directories.forEach(directory -> archives.add(directory.resolve("data.zip")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    archives.sort(null);
    return archives;
  }

  private static byte[] trimmed(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  /// The lines of a text of a golden directory.
  ///
  /// @param path from the root of the project, a file `.gz`
  public static Stream<String> lines(String path) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file(path)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
