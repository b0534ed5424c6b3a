package io.varve.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The file system as the engine sees it. Every file operation of the engine goes through here, so
/// that tests can lose, tear and reorder writes at any call.
///
/// Durability is explicit: bytes are safe after {@link DiskFile#sync()}, a created, renamed or
/// deleted name after {@link #syncDirectory(Path)} of its directory, and nothing else is.
///
/// Faults are {@link IOException}s; a missing file is {@link java.nio.file.NoSuchFileException}.
/// Implementations are thread-safe.
public interface Disk {
  /// Creates a new, empty file open for reading and writing.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if the name is taken
  DiskFile create(Path file) throws IOException;

  /// Opens an existing file for reading only.
  DiskFile open(Path file) throws IOException;

  /// Opens an existing file for reading and writing.
  DiskFile openForWrite(Path file) throws IOException;

  /// Maps the whole file for reading, at its present size. The mapping lives as long as {@code
  /// arena}; the caller owns the arena.
  MappedFile map(Path file, Arena arena) throws IOException;

  /// Gives a file or directory another name. An existing file, or an existing empty directory, of
  /// that name is replaced atomically.
  void rename(Path from, Path to) throws IOException;

  /// Gives {@code existing} a second name (a hard link).
  void link(Path existing, Path link) throws IOException;

  /// Creates a directory and its missing parents; no fault if it exists.
  void createDirectories(Path directory) throws IOException;

  /// Deletes a file or an empty directory.
  void delete(Path file) throws IOException;

  /// The names in a directory, sorted by their characters, without `.` and `..`.
  List<String> list(Path directory) throws IOException;

  /// What the name stands for, or empty if there is nothing of that name.
  Optional<FileStat> stat(Path file) throws IOException;

  /// Makes created, renamed and deleted names in this directory durable.
  void syncDirectory(Path directory) throws IOException;

  /// Takes the exclusive lock `flock(2)` on a file, creating it if need be, without waiting.
  ///
  /// @throws DirectoryInUseException if another process (Prometheus included) holds it
  DirectoryLock lock(Path file) throws IOException;

  /// Free bytes that this process may still use in the file system of {@code directory}.
  long usableSpace(Path directory) throws IOException;

  /// Deletes a directory with everything in it; no fault if it does not exist.
  default void deleteRecursively(Path path) throws IOException {
    Optional<FileStat> stat = stat(path);
    if (stat.isEmpty()) {
      return;
    }
    if (stat.get().directory()) {
      for (String name : list(path)) {
        deleteRecursively(path.resolve(name));
      }
    }
    delete(path);
  }

  /// Bytes of a file, or of all files under a directory; 0 if there is nothing of that name.
  default long bytesUnder(Path path) throws IOException {
    Optional<FileStat> stat = stat(path);
    if (stat.isEmpty() || !stat.get().directory()) {
      return stat.map(FileStat::size).orElse(0L);
    }
    long bytes = 0;
    for (String name : list(path)) {
      bytes += bytesUnder(path.resolve(name));
    }
    return bytes;
  }

  /// As {@link #createDirectories}, durably.
  default void createDurableDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null || stat(absolute).isPresent()) {
      createDirectories(absolute);
    } else {
      createDurableDirectories(parent);
      createDirectories(absolute);
      syncDirectory(parent);
    }
  }

  /// Reads a whole file into memory.
  ///
  /// @param limit largest size accepted, in bytes
  /// @throws CorruptionException if the file is larger than {@code limit}
  default byte[] readAll(Path file, int limit) throws IOException {
    try (DiskFile in = open(file)) {
      long size = in.size();
      if (size > limit) {
        throw new CorruptionException(
            file, -1, "is " + size + " bytes long, more than the " + limit + " allowed");
      }
      byte[] bytes = new byte[(int) size];
      int read = in.read(bytes, 0, bytes.length, 0);
      if (read < bytes.length) {
        throw new IOException(file + ": read " + read + " of " + bytes.length + " bytes");
      }
      return bytes;
    }
  }

  /// Writes a small file so that after a crash either the old or the whole new content is there:
  /// written beside it as `NAME.tmp`, synced, renamed over, directory synced.
  default void writeAtomically(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    deleteRecursively(temporary);
    try (DiskFile out = create(temporary)) {
      out.write(content, 0, content.length, 0);
      out.sync();
    }
    rename(temporary, file);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      syncDirectory(parent);
    }
  }
}
