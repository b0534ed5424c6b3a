package io.varve.block;

import io.varve.index.ChunkList;
import io.varve.io.MappedFile;
import java.util.List;

/// Gives the pages of the mapped files of a block back behind one who reads it from front to back.
/// What is read once would otherwise count as memory of the process for as long as the block is
/// open. Others who read the same pages find them where they were, in the cache of the system.
/// Confined to one thread.
final class PagesBehind {
  /// Bytes given back at a time, and bytes left behind the reader, who may go back a little.
  private static final long STEP = 1 << 20;

  private final MappedFile index;
  private final List<MappedFile> segments;
  private long indexGiven;
  private int segment;
  private long segmentGiven;

  /// @param segments those of the chunks, in order
  PagesBehind(MappedFile index, List<MappedFile> segments) {
    this.index = index;
    this.segments = segments;
  }

  /// The reader is at a series.
  ///
  /// @param offset of the series in the index
  void passed(long offset, ChunkList chunks) {
    indexGiven = giveUpTo(index, indexGiven, offset);
    if (!chunks.isEmpty()) {
      passed(chunks.ref(0));
    }
  }

  private void passed(long ref) {
    int at = ChunkSegmentFormat.segment(ref);
    if (at > segment && at < segments.size()) {
      giveRest(segments.get(segment), segmentGiven);
      segment = at;
      segmentGiven = 0;
    }
    if (at == segment && at < segments.size()) {
      segmentGiven = giveUpTo(segments.get(at), segmentGiven, ChunkSegmentFormat.offset(ref));
    }
  }

  /// The reader has read the last series.
  void end() {
    giveRest(index, indexGiven);
    if (segment < segments.size()) {
      giveRest(segments.get(segment), segmentGiven);
    }
  }

  /// @return the end of what was given back
  private static long giveUpTo(MappedFile file, long given, long reader) {
    if (reader - given < 2 * STEP || reader > file.size()) {
      return given;
    }
    long end = reader / STEP * STEP - STEP;
    file.unload(given, end - given);
    return end;
  }

  private static void giveRest(MappedFile file, long given) {
    file.unload(given, file.size() - given);
  }
}
