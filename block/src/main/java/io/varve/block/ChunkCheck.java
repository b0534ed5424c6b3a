package io.varve.block;

import static io.varve.block.ChunkSegmentFormat.CHECKSUM_LENGTH;
import static io.varve.block.ChunkSegmentFormat.ENCODING_LENGTH;
import static io.varve.block.ChunkSegmentFormat.HEADER_LENGTH;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.ChunkList;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
import io.varve.io.Varint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/// Checks the chunk segments of a block in the order in which the index refers to them, which is
/// that of the files: each chunk's checksum; that it decodes, and to the times that the index has;
/// that chunks follow each other without a gap up to the end of each segment. Confined to one
/// thread.
final class ChunkCheck {
  private static final byte[] PADDING = new byte[ChunkSegmentFormat.PADDING_LENGTH];

  private final ChunkSegmentReader reader;
  private final Consumer<Finding> findings;
  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkSamples samples = new ChunkSamples();

  /// The segment in which the last chunk was.
  private int segment;

  /// Where the next chunk is expected.
  private long expected = HEADER_LENGTH;

  /// Whether unreadable series may explain a gap before the next chunk.
  private boolean mayHaveGap;

  /// Offset of a chunk that is damaged and whose end is not known yet, or -1.
  private long damagedAt = -1;

  private String damage = "";
  private long chunks;
  private long floats;
  private long histograms;

  ChunkCheck(ChunkSegmentReader reader, Consumer<Finding> findings) {
    this.reader = reader;
    this.findings = findings;
  }

  /// Checks the headers, and that no segment is missing between others.
  void checkSegments() {
    for (int i = 0; i < reader.segments().size(); i++) {
      MappedFile file = reader.segments().get(i);
      try {
        ChunkSegmentReader.checkHeader(file);
        int at = HEADER_LENGTH - PADDING.length;
        if (!Arrays.equals(file.copy(at, PADDING.length), PADDING)) {
          report(file, at, PADDING.length, "the padding of the header is not zero");
        }
      } catch (CorruptionException e) {
        report(file, 0, Math.min(file.size(), HEADER_LENGTH), e.what());
      }
      long number = Long.parseLong(file.file().getFileName().toString());
      if (number != i + 1) {
        report(file, -1, -1, "is segment " + number + ", where " + (i + 1) + " is expected");
      }
    }
  }

  /// Checks the chunks of the next series.
  ///
  /// @param afterDamage whether series before it could not be read
  void check(ChunkList list, boolean afterDamage) {
    mayHaveGap |= afterDamage;
    for (int i = 0; i < list.size(); i++) {
      check(list.ref(i), list.minTime(i), list.maxTime(i));
    }
  }

  private void check(long ref, long mint, long maxt) {
    chunks++;
    int number = ChunkSegmentFormat.segment(ref);
    long offset = ChunkSegmentFormat.offset(ref);
    if (number < 0 || number >= reader.segments().size()) {
      report(
          reader.directory(),
          -1,
          -1,
          "segment " + (number + 1L) + " is missing for chunk " + offset);
      return;
    }
    if (number < segment || (number == segment && (offset < expected || offset == damagedAt))) {
      // The index is out of order, or two series share a chunk: the index' verifier says so.
      if (!checkContent(ref, mint, maxt)) {
        report(reader.segments().get(number), offset, -1, damage);
      }
      return;
    }
    while (segment < number) {
      endSegment();
    }
    closeGap(offset);
    expected = offset;
    if (checkContent(ref, mint, maxt)) {
      expected += lengthOf(chunk.length());
    } else {
      damagedAt = offset;
    }
  }

  private static long lengthOf(int payload) {
    return (long) Varint.lengthOfUnsigned(payload) + ENCODING_LENGTH + payload + CHECKSUM_LENGTH;
  }

  /// Accounts for the bytes of the present segment up to {@code offset}.
  private void closeGap(long offset) {
    MappedFile file = reader.segments().get(segment);
    if (damagedAt >= 0) {
      report(file, damagedAt, mayHaveGap ? -1 : offset - damagedAt, damage);
      damagedAt = -1;
    } else if (offset > expected && !mayHaveGap) {
      report(file, expected, offset - expected, "bytes that no series refers to");
    }
    mayHaveGap = false;
  }

  private void endSegment() {
    boolean gap = mayHaveGap;
    closeGap(reader.segments().get(segment).size());
    mayHaveGap = gap;
    segment++;
    expected = HEADER_LENGTH;
  }

  /// To be called after the last series.
  ///
  /// @param incomplete whether there may be chunks of series that could not be read
  void end(boolean incomplete) {
    mayHaveGap |= incomplete;
    while (segment < reader.segments().size()) {
      endSegment();
    }
  }

  /// @return false if the chunk cannot be read, and {@link #damage} says why
  private boolean checkContent(long ref, long mint, long maxt) {
    MappedFile file = reader.segments().get(ChunkSegmentFormat.segment(ref));
    long offset = ChunkSegmentFormat.offset(ref);
    try {
      reader.read(ref, chunk);
    } catch (CorruptionException e) {
      damage = e.what();
      return false;
    }
    long length = lengthOf(chunk.length());
    try {
      samples.read(chunk, file.file(), offset);
      if (samples.first() != mint || samples.last() != maxt) {
        report(
            file,
            offset,
            length,
            "a chunk has samples over [%d, %d], where the index says [%d, %d]"
                .formatted(samples.first(), samples.last(), mint, maxt));
      }
    } catch (CorruptionException e) {
      report(file, offset, length, e.what());
      return true;
    }
    if (ChunkHeader.holdsHistograms(chunk.encoding())) {
      histograms += samples.count();
    } else {
      floats += samples.count();
    }
    return true;
  }

  /// Checks the segments without an index: chunk after chunk, up to the first damage in each.
  void checkAlone() {
    for (int i = 0; i < reader.segments().size(); i++) {
      MappedFile file = reader.segments().get(i);
      long at = HEADER_LENGTH;
      try {
        while (at < file.size()) {
          reader.read(ChunkSegmentFormat.ref(i, at), chunk);
          at += lengthOf(chunk.length());
        }
      } catch (CorruptionException e) {
        report(file, at, -1, e.what());
      }
    }
  }

  long chunks() {
    return chunks;
  }

  /// Number of float samples.
  long floats() {
    return floats;
  }

  /// Number of native histograms.
  long histograms() {
    return histograms;
  }

  private void report(MappedFile file, long offset, long length, String what) {
    report(file.file(), offset, length, what);
  }

  private void report(Path file, long offset, long length, String what) {
    findings.accept(new Finding(file, offset, length, what));
  }
}
