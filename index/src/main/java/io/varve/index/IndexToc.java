package io.varve.index;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.HeapByteSink;
import io.varve.io.MappedFile;

/// The table of contents at the end of an index file: offsets of its sections, in bytes from the
/// start of the file.
record IndexToc(
    long symbols,
    long series,
    long labelIndices,
    long labelOffsetTable,
    long postings,
    long postingsOffsetTable) {

  private static final int CONTENT_LENGTH = IndexFormat.TOC_LENGTH - IndexFormat.CRC_LENGTH;

  /// Reads and checks the last bytes of a file that is long enough to have them.
  static IndexToc read(MappedFile file) {
    long start = file.size() - IndexFormat.TOC_LENGTH;
    ByteReader in = file.reader(start, IndexFormat.TOC_LENGTH);
    int crc = Crc32c.of(in.array(), 0, CONTENT_LENGTH);
    var toc =
        new IndexToc(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong());
    int expected = in.readInt();
    if (crc != expected) {
      throw new CorruptionException(
          file.file(), start, "table of contents: " + MappedChecksum.mismatch(expected, crc));
    }
    return toc;
  }

  byte[] encode() {
    HeapByteSink out = ByteSink.onHeap(IndexFormat.TOC_LENGTH);
    out.putLong(symbols);
    out.putLong(series);
    out.putLong(labelIndices);
    out.putLong(labelOffsetTable);
    out.putLong(postings);
    out.putLong(postingsOffsetTable);
    out.putInt(out.crc32c(0));
    return out.toByteArray();
  }

  /// Where the section of series ends: at the section that follows, or at {@code fileEnd}.
  long seriesEnd(long fileEnd) {
    long end = fileEnd;
    for (long offset :
        new long[] {symbols, labelIndices, labelOffsetTable, postings, postingsOffsetTable}) {
      if (offset > series && offset < end) {
        end = offset;
      }
    }
    return end;
  }
}
