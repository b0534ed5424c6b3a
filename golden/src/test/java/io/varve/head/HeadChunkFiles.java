package io.varve.head;

import io.varve.chunk.ChunkBuffer;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The chunks in the files of `chunks_head/`, those out of order too. For tests. Static and
/// stateless.
public final class HeadChunkFiles {
  /// @param file number of the file
  /// @param offset of the chunk in it
  /// @param series reference of the series, as the log knows it
  /// @param mint time of the first sample as the file says, milliseconds since the epoch
  /// @param maxt likewise of the last
  public record Stored(
      int file,
      long offset,
      long series,
      long mint,
      long maxt,
      boolean outOfOrder,
      ChunkBuffer chunk) {}

  private HeadChunkFiles() {}

  /// All chunks, in the order of the files; none if there are no files.
  ///
  /// @throws io.varve.io.CorruptionException if anything in them is damaged
  public static List<Stored> read(Disk disk, Path dataDirectory) throws IOException {
    Path directory = dataDirectory.resolve("chunks_head");
    HeadChunkLoader.Loaded loaded = HeadChunkLoader.load(disk, directory, false);
    if (!loaded.damage().isEmpty()) {
      throw loaded.damage().getFirst();
    }
    var stored = new ArrayList<Stored>();
    try (HeadChunks files = HeadChunks.open(disk, directory, loaded.files(), false)) {
      for (HeadChunkLoader.HeadChunkRef ref : loaded.chunks()) {
        var chunk = new ChunkBuffer();
        files.read(ref.ref(), chunk);
        stored.add(
            new Stored(
                HeadChunks.file(ref.ref()),
                ref.ref() & 0xffff_ffffL,
                ref.series(),
                ref.mint(),
                ref.maxt(),
                ref.outOfOrder(),
                chunk));
      }
    }
    return stored;
  }
}
