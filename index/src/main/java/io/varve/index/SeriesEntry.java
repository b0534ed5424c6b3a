package io.varve.index;

import io.varve.model.Labels;

/// One series of an index file, filled by {@link IndexReader#series}. Reusable; keep one per walk.
/// Confined to one thread; valid as long as the mapping of the index.
public final class SeriesEntry {
  private final ChunkList chunks = new ChunkList();
  private Labels labels = Labels.EMPTY;

  /// The labels of the series; the object may be kept.
  public Labels labels() {
    return labels;
  }

  /// The chunks of the series, in the order of the file. Overwritten when this entry is filled again.
  public ChunkList chunks() {
    return chunks;
  }
}
