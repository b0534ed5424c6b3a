package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import java.io.IOException;

/// Writes the lists of postings and the table of their offsets. Confined to one thread.
final class PostingsWriter {
  private static final int PIECE = 1 << 16;

  /// The empty name and the empty value of the list of all series, each one byte of length.
  private static final int ALL_SERIES_KEY = 0;

  /// Bytes of a list without its postings. With them it is a multiple of the alignment again.
  private static final int LIST_FRAME =
      IndexFormat.LENGTH_LENGTH + IndexFormat.COUNT_LENGTH + IndexFormat.CRC_LENGTH;

  private final IndexOutput out;
  private final SymbolTable symbols;
  private final PostingsCollector postings;
  private final long[] pairs;
  private final HeapByteSink buffer = ByteSink.onHeap(PIECE + Long.BYTES);
  private long firstList;

  /// @param pairs all pairs of {@code postings} in ascending order
  PostingsWriter(IndexOutput out, SymbolTable symbols, PostingsCollector postings, long[] pairs) {
    this.out = out;
    this.symbols = symbols;
    this.postings = postings;
    this.pairs = pairs;
  }

  void writeLists(PostingsListener listener) throws IOException {
    out.align(IndexFormat.POSTINGS_ALIGNMENT);
    firstList = out.position();
    writeList(postings.all());
    listener.written(0, pairs.length);
    for (int i = 0; i < pairs.length; i++) {
      writeList(postings.get(pairs[i]));
      listener.written(i + 1L, pairs.length);
    }
  }

  private void writeList(DeltaList list) throws IOException {
    out.beginSection("a list of postings", IndexFormat.COUNT_LENGTH + idsLength(list));
    buffer.putInt(list.count());
    for (Postings ids = list.postings(); ids.next(); ) {
      buffer.putInt((int) ids.ref());
      if (buffer.length() >= PIECE) {
        out.drain(buffer);
      }
    }
    out.drain(buffer);
    out.endSection();
  }

  /// After {@link #writeLists}. The places of the lists follow from their sizes, for there are no
  /// gaps.
  void writeTable() throws IOException {
    out.beginSection("the table of postings", tableLength());
    buffer.putInt(Math.addExact(pairs.length, 1));
    buffer.putUnsignedVarint(IndexFormat.KEY_PARTS);
    buffer.putUnsignedVarint(ALL_SERIES_KEY);
    buffer.putUnsignedVarint(ALL_SERIES_KEY);
    buffer.putUnsignedVarint(firstList);
    long offset = firstList + listLength(postings.all());
    for (long pair : pairs) {
      buffer.putUnsignedVarint(IndexFormat.KEY_PARTS);
      symbols.copyField(PostingsCollector.name(pair), buffer);
      symbols.copyField(PostingsCollector.value(pair), buffer);
      buffer.putUnsignedVarint(offset);
      out.drain(buffer);
      offset += listLength(postings.get(pair));
    }
    out.drain(buffer);
    out.endSection();
  }

  private long tableLength() {
    int keyParts = Varint.lengthOfUnsigned(IndexFormat.KEY_PARTS);
    int emptyField = Varint.lengthOfUnsigned(ALL_SERIES_KEY);
    long length = IndexFormat.COUNT_LENGTH;
    length += keyParts + emptyField + emptyField + Varint.lengthOfUnsigned(firstList);
    long offset = firstList + listLength(postings.all());
    for (long pair : pairs) {
      length += keyParts + Varint.lengthOfUnsigned(offset);
      length += symbols.fieldLength(PostingsCollector.name(pair));
      length += symbols.fieldLength(PostingsCollector.value(pair));
      offset += listLength(postings.get(pair));
    }
    return length;
  }

  private static long listLength(DeltaList list) {
    return LIST_FRAME + idsLength(list);
  }

  private static long idsLength(DeltaList list) {
    return (long) list.count() * Integer.BYTES;
  }
}
