package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.ChunkList;
import io.varve.index.Postings;
import io.varve.index.SeriesEntry;
import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The chunks of a block as they lie there: for tests, which a {@link SeriesCursor} would not tell
/// the references of chunks and series. Static and stateless.
public final class BlockChunks {
  /// @param mint time of the first sample as the index says, milliseconds since the epoch
  /// @param maxt likewise of the last
  public record Stored(Labels labels, long ref, long mint, long maxt, ChunkBuffer chunk) {}

  private BlockChunks() {}

  /// All chunks, in the order of the index.
  public static List<Stored> read(Disk disk, Path directory) throws IOException {
    var stored = new ArrayList<Stored>();
    try (Block block = Block.open(disk, directory)) {
      var entry = new SeriesEntry();
      for (Postings all = block.index().all(); all.next(); ) {
        block.readSeries(all.ref(), entry);
        ChunkList chunks = entry.chunks();
        for (int i = 0; i < chunks.size(); i++) {
          var chunk = new ChunkBuffer();
          block.readChunk(chunks.ref(i), chunk);
          stored.add(
              new Stored(
                  entry.labels(), chunks.ref(i), chunks.minTime(i), chunks.maxTime(i), chunk));
        }
      }
    }
    return stored;
  }

  /// The labels of all series by their references.
  public static Map<Long, Labels> series(Disk disk, Path directory) throws IOException {
    var series = new TreeMap<Long, Labels>();
    try (Block block = Block.open(disk, directory)) {
      var entry = new SeriesEntry();
      for (Postings all = block.index().all(); all.next(); ) {
        block.readSeries(all.ref(), entry);
        series.put(all.ref(), entry.labels());
      }
    }
    return series;
  }
}
