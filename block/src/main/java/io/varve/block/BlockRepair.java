package io.varve.block;

import io.varve.index.IndexFormat;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Mends what is known to be wrong with blocks of certain writers. For whoever opens a store to
/// write; a reader leaves blocks as they are. Static and stateless.
public final class BlockRepair {
  private static final String COPY_SUFFIX = ".repaired";
  private static final int PIECE = 1 << 20;
  private static final int HEADER_LENGTH = Integer.BYTES + 1;
  private static final int VERSION_OFFSET = Integer.BYTES;

  private BlockRepair() {}

  /// Sets the versions right in a block that Prometheus 2.1 wrote: its index is of version 2 and
  /// says 1, while its meta data, of version 1, says 2. Prometheus does the same at every start.
  ///
  /// The index goes first and its replacement is whole on disk before it takes the name, so that an
  /// interruption leaves a block which this method mends.
  ///
  /// @return whether there was something to mend
  /// @throws CorruptionException if meta data or index are damaged otherwise; nothing is changed
  ///   then
  public static boolean mendIndexVersion(Disk disk, Path block) throws IOException {
    Path index = block.resolve(IndexFormat.FILE_NAME);
    disk.deleteRecursively(copyOf(index));
    MetaJsonReader reader = MetaFile.reader(disk, block);
    BlockMeta meta = reader.read(MetaFormat.VERSION_OF_2_1);
    if (reader.version() == MetaFormat.VERSION) {
      return false;
    }
    mendIndex(disk, block, index);
    MetaFile.write(disk, block, meta);
    return true;
  }

  /// Whether a block is one that Prometheus 2.1 wrote, which {@link #mendIndexVersion} mends.
  /// Changes nothing.
  public static boolean needsIndexVersion(Disk disk, Path block) throws IOException {
    try {
      MetaJsonReader reader = MetaFile.reader(disk, block);
      reader.read(MetaFormat.VERSION_OF_2_1);
      return reader.version() != MetaFormat.VERSION;
    } catch (CorruptionException | NoSuchFileException e) {
      return false;
    }
  }

  private static void mendIndex(Disk disk, Path block, Path index) throws IOException {
    try (DiskFile broken = disk.open(index)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
      broken.read(header, 0);
      if (header.hasRemaining() || header.getInt(0) != IndexFormat.MAGIC) {
        throw new CorruptionException(index, 0, "is no index");
      }
      if (header.get(VERSION_OFFSET) == IndexFormat.VERSION_2) {
        return;
      }
      try (DiskFile copy = disk.create(copyOf(index))) {
        copy(broken, copy);
        copy.write(new byte[] {IndexFormat.VERSION_2}, 0, 1, VERSION_OFFSET);
        copy.sync();
      }
    }
    disk.rename(copyOf(index), index);
    disk.syncDirectory(block);
  }

  private static void copy(DiskFile from, DiskFile to) throws IOException {
    byte[] piece = new byte[PIECE];
    long position = 0;
    for (int n = from.read(piece, 0, PIECE, 0); n > 0; n = from.read(piece, 0, PIECE, position)) {
      to.write(piece, 0, n, position);
      position += n;
    }
  }

  private static Path copyOf(Path index) {
    return index.resolveSibling(index.getFileName() + COPY_SUFFIX);
  }
}
