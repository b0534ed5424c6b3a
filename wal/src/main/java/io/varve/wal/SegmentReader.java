package io.varve.wal;

import static io.varve.wal.WalFormat.CRC_OFFSET;
import static io.varve.wal.WalFormat.FIRST;
import static io.varve.wal.WalFormat.FULL;
import static io.varve.wal.WalFormat.HEADER_SIZE;
import static io.varve.wal.WalFormat.LAST;
import static io.varve.wal.WalFormat.LENGTH_OFFSET;
import static io.varve.wal.WalFormat.MAX_FRAGMENT;
import static io.varve.wal.WalFormat.MAX_RECORD;
import static io.varve.wal.WalFormat.MIDDLE;
import static io.varve.wal.WalFormat.PAGE_SIZE;
import static io.varve.wal.WalFormat.PAGE_TERM;
import static io.varve.wal.WalFormat.RESERVED;
import static io.varve.wal.WalFormat.TYPE_MASK;

import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Decompressor;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads the records of one segment file from front to back. Reads the file in pieces of many
/// pages, so no fragment lies in two of them. Reads up to the end that the file has when the reader
/// gets there; another process may be appending to it.
///
/// Confined to one thread.
final class SegmentReader implements AutoCloseable {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int MAX_CHUNK = 32 * PAGE_SIZE;
  private static final byte[] NOTHING = new byte[0];

  private final Path path;
  private final DiskFile file;
  private final byte[] chunk;
  private long chunkOffset;
  private int chunkLength;
  private int at;

  /// The record: in the chunk if it is one fragment, else joined in {@link #joined}.
  private byte[] array = NOTHING;

  private int offset;
  private int length;
  private byte[] joined = NOTHING;
  private int flags;
  private long recordStart;
  private long recordEnd;
  private boolean torn;

  /// Whether fragments are passed over that go on a record whose start was skipped.
  private boolean resuming;

  /// Where zeros begin that no writer leaves before a record, -1 if there are none: it fills a page
  /// only when no header fits into it any more, or when the segment ends.
  private long blank = -1;

  /// Whether the damage that was found lies all before what comes next.
  private boolean behindDamage;

  SegmentReader(Disk disk, Path path) throws IOException {
    this(disk, path, 0);
  }

  /// @param from offset in bytes at which a record starts; at or behind the end, there is none
  SegmentReader(Disk disk, Path path, long from) throws IOException {
    this.path = path;
    this.file = disk.open(path);
    try {
      long size = file.size();
      chunk = new byte[chunkSize(size)];
      startAt(Math.min(from, size));
    } catch (IOException e) {
      try (file) {
        throw e;
      }
    }
  }

  private void startAt(long from) throws IOException {
    recordEnd = from;
    chunkOffset = from - from % PAGE_SIZE;
    at = (int) (from - chunkOffset);
    chunkLength = from == 0 ? 0 : file.read(chunk, 0, chunk.length, chunkOffset);
  }

  /// Whole pages, no more than needed: there are many short segments.
  private static int chunkSize(long fileSize) {
    long pages = Math.ceilDiv(fileSize, (long) PAGE_SIZE);
    return Math.clamp(pages * PAGE_SIZE, PAGE_SIZE, MAX_CHUNK);
  }

  /// Goes to the next record.
  ///
  /// @return false at the end of the file; then {@link #torn} tells whether it lies inside a record
  /// @throws CorruptionException if the bytes are not a record; {@link #recordStart} is where they
  ///   begin
  boolean next() throws IOException {
    boolean pending = false;
    boolean filled = false;
    while (at < chunkLength || readChunk()) {
      int left = Math.min(PAGE_SIZE - at % PAGE_SIZE, chunkLength - at);
      if (!pending) {
        recordStart = chunkOffset + at;
      }
      if ((chunk[at] & TYPE_MASK) == PAGE_TERM) {
        noteBlank();
        skipFill(left);
        filled = pending;
        continue;
      }
      if (filled || blank >= 0) {
        throw behindFill(pending);
      }
      int fragment = fragmentLength(left);
      if (fragment < 0) {
        torn = true;
        return false;
      }
      if (resuming && !pending && (chunk[at] & TYPE_MASK) > FIRST) {
        // Else its length could lead into the midst of what somebody logged.
        requireChecksum(fragment);
        at += HEADER_SIZE + fragment;
        continue;
      }
      resuming = false;
      take(fragment, pending);
      pending = type() == FIRST || type() == MIDDLE;
      at += HEADER_SIZE + fragment;
      if (!pending) {
        recordEnd = chunkOffset + at;
        return true;
      }
    }
    torn = pending;
    return false;
  }

  private void noteBlank() {
    if (blank < 0 && !resuming && PAGE_SIZE - at % PAGE_SIZE >= HEADER_SIZE) {
      blank = chunkOffset + at;
    }
  }

  private CorruptionException behindFill(boolean pending) {
    behindDamage = true;
    if (pending) {
      return corrupt("a record goes on after a fill");
    }
    recordStart = blank;
    return new CorruptionException(path, blank, "zeros lie where records were");
  }

  /// After {@link #next} found damage: goes on at the first record that starts behind the page in
  /// which it is, or, where only a part of the page is in doubt, behind that.
  ///
  /// @return the offset behind the damage
  long skipDamage() {
    if (!behindDamage) {
      at = Math.min(at + PAGE_SIZE - at % PAGE_SIZE, chunkLength);
    }
    behindDamage = false;
    blank = -1;
    resuming = true;
    return chunkOffset + at;
  }

  private boolean readChunk() throws IOException {
    if (chunkLength % PAGE_SIZE != 0) {
      return false;
    }
    chunkOffset += chunkLength;
    at = 0;
    chunkLength = file.read(chunk, 0, chunk.length, chunkOffset);
    return chunkLength > 0;
  }

  private int type() {
    return flags & TYPE_MASK;
  }

  private void skipFill(int left) {
    for (int i = at; i < at + left; i++) {
      if (chunk[i] != 0) {
        throw corrupt("the fill of the page has a byte that is not zero at " + (chunkOffset + i));
      }
    }
    at += left;
  }

  /// The length of the data of the fragment at hand, or -1 if the file ends in the fragment.
  ///
  /// @param left bytes left in the page or the file
  private int fragmentLength(int left) {
    int inPage = PAGE_SIZE - at % PAGE_SIZE;
    if (inPage < HEADER_SIZE) {
      throw corrupt("the fill of the page is not zero");
    }
    if (left < HEADER_SIZE) {
      return -1;
    }
    int fragment = (short) SHORT.get(chunk, at + LENGTH_OFFSET) & 0xffff;
    if (fragment > Math.min(MAX_FRAGMENT, inPage - HEADER_SIZE)) {
      throw corrupt("a fragment of " + fragment + " bytes reaches beyond its page");
    }
    return fragment <= left - HEADER_SIZE ? fragment : -1;
  }

  /// Checks the fragment at hand and adds it to the record.
  private void take(int fragment, boolean pending) {
    requireChecksum(fragment);
    int dataAt = at + HEADER_SIZE;
    int header = chunk[at] & 0xff;
    int type = header & TYPE_MASK;
    if (type > LAST || (header & RESERVED) != 0) {
      throw passOver(
          fragment, corrupt("a fragment has the unknown flags " + Integer.toBinaryString(header)));
    }
    if (pending != (type == MIDDLE || type == LAST)) {
      // One as long as its page may be the middle of a record whose type was changed.
      behindDamage = !pending || fragment < MAX_FRAGMENT;
      throw corrupt(
          pending ? "a record starts inside another" : "a record goes on that has not started");
    }
    if (pending && (header & ~TYPE_MASK) != (flags & ~TYPE_MASK)) {
      throw passOver(fragment, corrupt("the fragments of a record are not compressed alike"));
    }
    flags = header;
    if (type == FULL) {
      array = chunk;
      offset = dataAt;
      length = fragment;
    } else {
      join(dataAt, fragment, pending ? length : 0);
    }
  }

  /// Of a fragment whose checksum is right: what follows it is where it should be.
  private CorruptionException passOver(int fragment, CorruptionException damage) {
    at += HEADER_SIZE + fragment;
    behindDamage = true;
    return damage;
  }

  private void requireChecksum(int fragment) {
    int expected = (int) INT.get(chunk, at + CRC_OFFSET);
    int actual = Crc32c.of(chunk, at + HEADER_SIZE, fragment);
    if (actual != expected) {
      throw corrupt(
          "the checksum is "
              + Integer.toHexString(actual)
              + ", expected "
              + Integer.toHexString(expected));
    }
  }

  private void join(int dataAt, int fragment, int before) {
    int after = before + fragment;
    if (after > MAX_RECORD) {
      throw corrupt("a record is longer than " + MAX_RECORD + " bytes");
    }
    if (joined.length < after) {
      joined = Arrays.copyOf(joined, Math.clamp(2L * after, 4 * PAGE_SIZE, MAX_RECORD));
    }
    System.arraycopy(chunk, dataAt, joined, before, fragment);
    array = joined;
    offset = 0;
    length = after;
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(path, chunkOffset + at, what);
  }

  Path path() {
    return path;
  }

  /// Sets a reader on the record, decompressed.
  ///
  /// @param origin names the record in messages
  /// @throws CorruptionException if the record cannot be decompressed
  void read(Decompressor decompressor, ByteReader record, Object origin) {
    Compression compression = WalFormat.compression(flags);
    if (compression == Compression.NONE) {
      record.reset(array, offset, length, origin, 0);
      return;
    }
    int size = decompressor.decompress(compression, array, offset, length, MAX_RECORD);
    if (size < 0) {
      String program = compression == Compression.ZSTD ? "zstd" : "Snappy";
      throw new CorruptionException(
          path, recordStart, "the record is not what " + program + " makes");
    }
    record.reset(decompressor.array(), 0, size, origin, 0);
  }

  /// Adds the record as it lies there, compressed or not, to another segment.
  void copyTo(SegmentWriter target) throws IOException {
    target.add(array, offset, offset + length, flags & ~TYPE_MASK);
  }

  /// Where the record starts in the file, or what could not be read as one.
  long recordStart() {
    return recordStart;
  }

  /// Where the last whole record ends in the file.
  long recordEnd() {
    return recordEnd;
  }

  /// Length of the file in bytes.
  long size() throws IOException {
    return file.size();
  }

  /// Whether the file ends inside a record.
  boolean torn() {
    return torn;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
