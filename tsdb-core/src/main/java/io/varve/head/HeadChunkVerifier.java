package io.varve.head;

import static io.varve.head.HeadChunkFormat.FILE_HEADER_LENGTH;
import static io.varve.head.HeadChunkFormat.LENGTH_OFFSET;
import static io.varve.head.HeadChunkFormat.MAGIC;
import static io.varve.head.HeadChunkFormat.VERSION;
import static io.varve.head.HeadChunkFormat.VERSION_OFFSET;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
import io.varve.io.MappedReads;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/// Checks all files of `chunks_head`, see {@link HeadChunkFormat}: their numbers and headers; each
/// chunk's checksum, that it decodes, and to the times before it; that the in-order chunks of a
/// series follow each other. It goes on behind a damaged chunk if it can tell where the next one
/// begins. Changes nothing. Used once, by one thread.
///
/// The newest file may end inside a chunk, or have no header yet: its writer died or is writing.
/// And chunks of series that the log does not know are passed over by every reader: when the head
/// drops a series, its chunks stay until the whole file goes. Both are noted and are no findings.
public final class HeadChunkVerifier {
  private static final int PIECE = 1 << 16;
  private static final int SEARCHED_PER_BYTE = 8;

  private final Consumer<Finding> findings;
  private final Consumer<Finding> notes;
  private final LongPredicate knownSeries;

  /// By series, where its last in-order chunk ends.
  private final Map<Long, Long> ends = new HashMap<>();

  private final Set<Long> unknown = new HashSet<>();
  private long unknownChunks;
  private long chunks;
  private long samples;

  /// Bytes that may still be read in search of the next chunk behind damage: what looks like chunks
  /// and is none must not make this take for ever.
  private long searchable;

  private final ChunkBuffer buffer = new ChunkBuffer();
  private final ChunkCursor cursor = new ChunkCursor();

  /// What the files hold that can be read.
  public record Summary(long chunks, long samples) {}

  private HeadChunkVerifier(
      LongPredicate knownSeries, Consumer<Finding> findings, Consumer<Finding> notes) {
    this.knownSeries = knownSeries;
    this.findings = findings;
    this.notes = notes;
  }

  /// Verifies the files in a directory.
  ///
  /// @param knownSeries whether the log has a series of this reference
  /// @param findings takes damage
  /// @param notes takes what is none
  public static Summary verify(
      Disk disk,
      Path directory,
      LongPredicate knownSeries,
      Consumer<Finding> findings,
      Consumer<Finding> notes)
      throws IOException {
    var verifier = new HeadChunkVerifier(knownSeries, findings, notes);
    verifier.files(disk, directory);
    return new Summary(verifier.chunks, verifier.samples);
  }

  private void files(Disk disk, Path directory) throws IOException {
    var numbers = HeadChunkLoader.numbers(disk, directory);
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.get(i);
      Path file = directory.resolve(HeadChunkFormat.fileName(number));
      if (i > 0 && numbers.get(i - 1) != number - 1) {
        report(file, -1, -1, "the file before it, number " + (number - 1) + ", is missing");
      }
      file(disk, file, i == numbers.size() - 1);
    }
    if (unknownChunks > 0) {
      String what =
          "%d chunks are of %d series that the log does not know"
              .formatted(unknownChunks, unknown.size());
      notes.accept(new Finding(directory, -1, -1, what));
    }
  }

  private void file(Disk disk, Path path, boolean newest) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MappedFile file = disk.map(path, arena);
      MappedReads.guard(
          path,
          () -> {
            if (header(file, newest)) {
              chunks(file, newest);
            }
            return true;
          });
    } catch (CorruptionException e) {
      report(path, e.offset(), -1, e.what());
    }
  }

  /// @return whether chunks may follow
  private boolean header(MappedFile file, boolean newest) {
    long size = file.size();
    if (newest && (size < Integer.BYTES || file.getInt(0) == 0)) {
      if (size > 0) {
        notes.accept(new Finding(file.file(), 0, size, "the file was not begun"));
      }
      return false;
    }
    if (size < FILE_HEADER_LENGTH) {
      report(file.file(), 0, size, "the header is cut short");
      return false;
    }
    if (file.getInt(0) != MAGIC) {
      String magic = Integer.toHexString(file.getInt(0));
      report(file.file(), 0, VERSION_OFFSET, "no head chunk file: magic " + magic);
    }
    byte version = file.getByte(VERSION_OFFSET);
    if (version != VERSION) {
      report(file.file(), VERSION_OFFSET, 1, "unknown version " + version);
    }
    int padding = VERSION_OFFSET + 1;
    if (!isZero(file, padding, FILE_HEADER_LENGTH)) {
      int length = FILE_HEADER_LENGTH - padding;
      report(file.file(), padding, length, "the padding of the header is not zero");
    }
    return true;
  }

  private void chunks(MappedFile file, boolean newest) {
    long offset = FILE_HEADER_LENGTH;
    searchable = SEARCHED_PER_BYTE * file.size();
    while (!isEnd(file, offset)) {
      HeadChunk chunk = HeadChunk.read(file, offset);
      long end = chunk.sound() ? chunk.end() : endOfDamaged(file, chunk);
      if (chunk.sound()) {
        check(file, chunk);
      } else if (newest && (chunk.endsInZeros(file) || (end < 0 && !chunk.complete()))) {
        notes.accept(new Finding(file.file(), offset, -1, "the file ends inside a chunk"));
        return;
      } else {
        report(file.file(), offset, end < 0 ? -1 : end - offset, chunk.problem());
      }
      if (end < 0) {
        return;
      }
      offset = end;
    }
    // The writer of the newest file may have gone on meanwhile.
    if (!newest && !isZero(file, offset, file.size())) {
      report(file.file(), offset, -1, "bytes behind the end that are not zero");
    }
  }

  /// Where reading goes on behind a damaged chunk, -1 if there is nothing more to read.
  private long endOfDamaged(MappedFile file, HeadChunk chunk) {
    if (chunk.complete() && startsChunk(file, chunk.end())) {
      return chunk.end();
    }
    long last = file.size() - LENGTH_OFFSET;
    for (long at = chunk.offset() + 1; at < last && searchable > 0; at++) {
      searchable--;
      if (HeadChunk.mayBegin(file, at)) {
        HeadChunk candidate = HeadChunk.read(file, at);
        if (candidate.sound()) {
          return at;
        }
        searchable -= candidate.length();
      }
    }
    return -1;
  }

  private void check(MappedFile file, HeadChunk chunk) {
    chunks++;
    long offset = chunk.offset();
    long length = chunk.end() - offset;
    try {
      samples += chunk.countSamples(file.file(), buffer, cursor);
    } catch (CorruptionException e) {
      report(file.file(), offset, length, e.what());
      return;
    }
    if (!knownSeries.test(chunk.series())) {
      unknownChunks++;
      unknown.add(chunk.series());
    }
    if (chunk.outOfOrder()) {
      return;
    }
    Long end = ends.put(chunk.series(), chunk.maxt());
    if (end != null && chunk.mint() <= end) {
      report(
          file.file(),
          offset,
          length,
          "a chunk of series %d begins at %d, the one before it ends at %d"
              .formatted(chunk.series(), chunk.mint(), end));
    }
  }

  /// Whether no chunk begins at {@code offset}, but the file or its preallocated end.
  private static boolean isEnd(MappedFile file, long offset) {
    return isZero(file, offset, Math.min(file.size(), offset + LENGTH_OFFSET));
  }

  private static boolean startsChunk(MappedFile file, long offset) {
    return isEnd(file, offset) || HeadChunk.read(file, offset).sound();
  }

  static boolean isZero(MappedFile file, long from, long to) {
    for (long at = from; at < to; at += PIECE) {
      for (byte b : file.copy(at, (int) Math.min(PIECE, to - at))) {
        if (b != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void report(Path file, long offset, long length, String what) {
    findings.accept(new Finding(file, offset, length, what));
  }
}
