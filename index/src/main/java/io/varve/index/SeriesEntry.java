package io.varve.index;

import static java.util.Objects.requireNonNull;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.MappedFile;
import io.varve.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One series of an index file, filled by {@link IndexReader#series}. Reusable; keep one per walk,
/// for it remembers where recently used symbols are.
///
/// Confined to one thread; valid as long as the mapping of the index.
public final class SeriesEntry {
  private static final int INITIAL_BODY = 512;

  private final ChunkList chunks = new ChunkList();
  private final LabelAssembler assembler = new LabelAssembler();
  private final ByteReader in;
  private byte[] body = new byte[INITIAL_BODY];

  /// Symbol ordinals of the labels: name, value, name, value ...
  private int[] symbols = new int[32];

  private int symbolCount;
  private @Nullable SeriesSection section;
  private long offset;
  private long end;
  private @Nullable Labels labels = Labels.EMPTY;

  public SeriesEntry() {
    in = new ByteReader(body, 0, 0, "no series", 0);
  }

  /// The labels of the series; the object may be kept. Looked up in the symbols by the first call
  /// for each series, so a series that is passed over for its times costs no lookup.
  public Labels labels() {
    Labels present = labels;
    if (present == null) {
      present = assembler.assemble(requireNonNull(section), symbols, symbolCount, offset);
      labels = present;
    }
    return present;
  }

  /// The chunks of the series, in the order of the file. Overwritten when this entry is filled
  /// again.
  public ChunkList chunks() {
    return chunks;
  }

  /// Where the entry starts in the file.
  public long offset() {
    return offset;
  }

  /// Number of symbols that the labels are made of, two for each.
  public int symbolCount() {
    return symbolCount;
  }

  /// Ordinals of the symbols in the order of {@link IndexReader#symbolBytes()}: name, value, name,
  /// value ... Each is below {@link IndexReader#symbolCount()}; nothing else is certain.
  /// Overwritten when this entry is filled again.
  public int[] symbols() {
    return symbols;
  }

  /// Offset of the first byte after the entry.
  long end() {
    return end;
  }

  /// Reads the entry at {@code offset}.
  void read(SeriesSection from, long offset) {
    section = from;
    this.offset = offset;
    labels = null;
    symbolCount = 0;
    chunks.clear();
    readBody(from.file(), from.end());
    readSymbols(from.symbols());
    readChunks();
    in.expectEnd();
  }

  /// Leaves {@link #in} at the start of the body, whose checksum is right.
  private void readBody(MappedFile file, long sectionEnd) {
    int copied = (int) Math.min(body.length, sectionEnd - offset);
    file.copy(offset, body, 0, copied);
    in.reset(body, 0, copied, file.file(), offset);
    long length = in.readUnsignedVarint();
    int start = in.position();
    long left = sectionEnd - offset - start - IndexFormat.CRC_LENGTH;
    if (length < 0 || length > left || length > Integer.MAX_VALUE - Long.BYTES) {
      throw new CorruptionException(
          file.file(),
          offset,
          "a series of " + Long.toUnsignedString(length) + " bytes does not fit");
    }
    this.end = offset + start + length + IndexFormat.CRC_LENGTH;
    if (length + IndexFormat.CRC_LENGTH > copied - start) {
      readLongBody(file, offset + start, (int) length);
      return;
    }
    int actual = Crc32c.of(body, start, (int) length);
    in.skip((int) length);
    int expected = in.readInt();
    if (actual != expected) {
      throw new CorruptionException(
          file.file(), offset, "series: " + MappedChecksum.mismatch(expected, actual));
    }
    in.reset(body, start, (int) length, file.file(), offset + start);
  }

  /// Takes memory only after the checksum has shown that the length is true.
  private void readLongBody(MappedFile file, long offset, int length) {
    MappedChecksum.check(file, offset, length, "series");
    if (body.length < length) {
      body = new byte[length];
    }
    file.copy(offset, body, 0, length);
    in.reset(body, 0, length, file.file(), offset);
  }

  private void readSymbols(MappedSymbols table) {
    symbolCount = 2 * in.readLength(2);
    if (symbols.length < symbolCount) {
      symbols = Arrays.copyOf(symbols, symbolCount);
    }
    for (int i = 0; i < symbolCount; i++) {
      long reference = in.readUnsignedVarint();
      int ordinal = table.ordinal(reference);
      if (ordinal < 0) {
        throw in.corrupt(
            "symbol %s of %d does not exist"
                .formatted(Long.toUnsignedString(reference), table.count()));
      }
      symbols[i] = ordinal;
    }
  }

  /// Differences wrap around: old writers let chunks of one series overlap.
  private void readChunks() {
    int count = in.readLength(3);
    long maxt = 0;
    long ref = 0;
    for (int i = 0; i < count; i++) {
      long mint = i == 0 ? in.readVarint() : maxt + in.readUnsignedVarint();
      maxt = mint + in.readUnsignedVarint();
      ref += i == 0 ? in.readUnsignedVarint() : in.readVarint();
      chunks.add(ref, mint, maxt);
    }
  }
}
