package io.varve.compact;

import static java.util.Objects.requireNonNull;

import io.varve.block.BlockWriter;
import io.varve.block.Ulid;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkRun;
import io.varve.index.IndexLayout;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Where new blocks go and how they are written. Immutable, thread-safe.
///
/// @param dataDirectory where the blocks go
/// @param encoders make what encodes the chunks that cannot be copied
public record BlockOutput(
    Disk disk,
    Path dataDirectory,
    UlidFactory ulids,
    Supplier<ChunkRun> encoders,
    IndexLayout layout) {
  public BlockOutput {
    requireNonNull(disk, "disk");
    requireNonNull(dataDirectory, "dataDirectory");
    requireNonNull(ulids, "ulids");
    requireNonNull(encoders, "encoders");
    requireNonNull(layout, "layout");
  }

  BlockWriter create(Ulid ulid) throws IOException {
    return BlockWriter.create(disk, dataDirectory, ulid, layout);
  }
}
