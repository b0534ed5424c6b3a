package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockView;
import io.varve.block.UlidFactory;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Writes the part of a view that lies within a range of time as a new block of level 1.
/// Thread-safe.
public final class BlockCut {
  public BlockCut(Disk disk, Path dataDirectory, UlidFactory ulids) {}

  /// Writes the samples of {@code source} in `[mint, maxt)`.
  ///
  /// The source must not gain samples in that range meanwhile: it is read twice.
  ///
  /// @param mint first instant, milliseconds since the epoch, inclusive
  /// @param maxt end, milliseconds since the epoch, exclusive
  /// @return the new block, or empty if there is no sample in the range
  public Optional<BlockMeta> write(BlockView source, long mint, long maxt) throws IOException {
    throw new UnsupportedOperationException();
  }
}
