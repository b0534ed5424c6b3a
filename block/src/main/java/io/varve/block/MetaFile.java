package io.varve.block;

import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// Reads and writes the file `meta.json`, see {@link MetaFormat}. Static and stateless.
public final class MetaFile {
  private MetaFile() {}

  /// Reads what the block in {@code directory} says of itself.
  ///
  /// @throws io.varve.io.CorruptionException if the file does not keep its format, or is of an
  ///   unknown version
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  public static BlockMeta read(Disk disk, Path directory) throws IOException {
    return reader(disk, directory).read(MetaFormat.VERSION);
  }

  static MetaJsonReader reader(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(MetaFormat.FILE_NAME);
    return new MetaJsonReader(file, disk.readAll(file, MetaFormat.MAX_LENGTH));
  }

  /// Replaces what the block in {@code directory} says of itself, atomically and durably.
  public static void write(Disk disk, Path directory, BlockMeta meta) throws IOException {
    disk.writeAtomically(directory.resolve(MetaFormat.FILE_NAME), MetaJsonWriter.toJson(meta));
  }
}
