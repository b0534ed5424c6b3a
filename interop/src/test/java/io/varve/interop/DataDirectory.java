package io.varve.interop;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// What the tests do with the files of a store.
final class DataDirectory {
  private DataDirectory() {}

  /// Copies a directory with all that is in it.
  ///
  /// @return {@code target}
  static Path copy(Path source, Path target) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(target.resolve(source.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, target.resolve(source.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
    return target;
  }

  /// Names in a directory that match a glob pattern, sorted; none if there is no such directory.
  static List<String> names(Path directory, String glob) throws IOException {
    try (var entries = Files.newDirectoryStream(directory, glob)) {
      var names = new ArrayList<String>();
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
      names.sort(null);
      return names;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /// Directories of blocks, which have names of 26 characters.
  static List<String> blocks(Path data) throws IOException {
    return names(data, "?".repeat(26));
  }

  /// Directories of checkpoints of the log.
  static List<String> checkpoints(Path data) throws IOException {
    return names(data.resolve("wal"), "checkpoint.[0-9]*");
  }

  /// Segments of the log.
  static List<String> segments(Path data) throws IOException {
    return names(data.resolve("wal"), "[0-9]*");
  }

  /// Files with the full chunks of the head.
  static List<String> headChunkFiles(Path data) throws IOException {
    return names(data.resolve("chunks_head"), "[0-9]*");
  }
}
