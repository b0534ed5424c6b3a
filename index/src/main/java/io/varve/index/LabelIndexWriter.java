package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import java.io.IOException;

/// Writes the label indices and the table of their offsets, see {@link
/// IndexLayout#WITH_LABEL_INDICES}. Confined to one thread.
final class LabelIndexWriter {
  private static final int PIECE = 1 << 16;

  /// What a label index says of how many names its entries are made of, and the table of its keys.
  private static final int NAMES = 1;

  /// Bytes of a label index before its values, without its length: the numbers of names and values.
  private static final int HEAD_LENGTH = 2 * Integer.BYTES;

  private final IndexOutput out;
  private final SymbolTable symbols;
  private final long[] pairs;
  private final HeapByteSink buffer = ByteSink.onHeap(PIECE + Long.BYTES);
  private long firstIndex;

  /// @param pairs all pairs of name and value, in ascending order
  LabelIndexWriter(IndexOutput out, SymbolTable symbols, long[] pairs) {
    this.out = out;
    this.symbols = symbols;
    this.pairs = pairs;
  }

  void writeIndices() throws IOException {
    if (pairs.length > 0) {
      out.align(IndexFormat.POSTINGS_ALIGNMENT);
    }
    firstIndex = out.position();
    for (int start = 0; start < pairs.length; start = endOfName(start)) {
      writeIndex(start, endOfName(start));
    }
  }

  private void writeIndex(int start, int end) throws IOException {
    int count = end - start;
    out.beginSection("a label index", length(count));
    buffer.putInt(NAMES);
    buffer.putInt(count);
    for (int i = start; i < end; i++) {
      buffer.putInt(PostingsCollector.value(pairs[i]));
      if (buffer.length() >= PIECE) {
        out.drain(buffer);
      }
    }
    out.drain(buffer);
    out.endSection();
  }

  /// After {@link #writeIndices()}. The places of the indices follow from their sizes, for there
  /// are no gaps.
  void writeTable() throws IOException {
    out.beginSection("the table of label indices", tableLength());
    buffer.putInt(names());
    long offset = firstIndex;
    for (int start = 0; start < pairs.length; ) {
      int end = endOfName(start);
      buffer.putUnsignedVarint(NAMES);
      symbols.copyField(PostingsCollector.name(pairs[start]), buffer);
      buffer.putUnsignedVarint(offset);
      out.drain(buffer);
      offset += IndexFormat.LENGTH_LENGTH + length(end - start) + IndexFormat.CRC_LENGTH;
      start = end;
    }
    out.drain(buffer);
    out.endSection();
  }

  private long tableLength() {
    long length = IndexFormat.COUNT_LENGTH;
    long offset = firstIndex;
    for (int start = 0; start < pairs.length; ) {
      int end = endOfName(start);
      length += Varint.lengthOfUnsigned(NAMES) + Varint.lengthOfUnsigned(offset);
      length += symbols.fieldLength(PostingsCollector.name(pairs[start]));
      offset += IndexFormat.LENGTH_LENGTH + length(end - start) + IndexFormat.CRC_LENGTH;
      start = end;
    }
    return length;
  }

  private int names() {
    int names = 0;
    for (int start = 0; start < pairs.length; start = endOfName(start)) {
      names++;
    }
    return names;
  }

  /// Bytes of the content of an index of so many values.
  private static long length(int values) {
    return HEAD_LENGTH + (long) values * Integer.BYTES;
  }

  private int endOfName(int start) {
    int end = start + 1;
    while (end < pairs.length
        && PostingsCollector.name(pairs[end]) == PostingsCollector.name(pairs[start])) {
      end++;
    }
    return end;
  }
}
