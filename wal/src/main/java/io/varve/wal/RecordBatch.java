package io.varve.wal;

import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.HeapByteSink;
import java.util.Arrays;

/// The records of one commit, one after the other in one buffer. Reused: {@link #clear} keeps the
/// memory.
///
/// Confined to one thread.
public final class RecordBatch {
  private static final int INITIAL_BYTES = 4 << 10;
  private static final int INITIAL_RECORDS = 8;

  private final HeapByteSink raw = ByteSink.onHeap(INITIAL_BYTES);
  private int[] ends = new int[INITIAL_RECORDS];
  private int count;

  /// The records as they go to disk, if they are compressed; see {@link #encode}.
  private boolean isPacked;

  private byte[] packed = new byte[0];
  private int[] packedEnds = new int[INITIAL_RECORDS];
  private byte[] flags = new byte[INITIAL_RECORDS];

  /// Starts a record.
  ///
  /// @return the sink that takes the record's bytes until {@link #end}; not to be kept
  public HeapByteSink begin() {
    raw.truncate(bytes());
    return raw;
  }

  /// Ends the record. One without a byte is dropped.
  ///
  /// @throws IllegalStateException if it is longer than 1 GiB
  public void end() {
    int length = raw.length() - bytes();
    if (length == 0) {
      return;
    }
    if (length > WalFormat.MAX_RECORD) {
      throw new IllegalStateException("a record of " + length + " bytes");
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
    }
    ends[count++] = raw.length();
  }

  /// Forgets all records.
  public void clear() {
    raw.clear();
    count = 0;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Number of records.
  public int records() {
    return count;
  }

  /// Length of all records together, in bytes.
  public int bytes() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /// Brings the records into the form in which they are logged. Done here and not under the lock of
  /// the log, so that appenders compress at the same time.
  ///
  /// @return bytes saved by compression
  int encode(Compression compression) {
    isPacked = compression != Compression.NONE;
    if (!isPacked) {
      return 0;
    }
    reservePacked(compression);
    byte[] source = raw.array();
    int start = 0;
    int at = 0;
    for (int i = 0; i < count; i++) {
      int length = ends[i] - start;
      int compressed = compression.compress(source, start, length, packed, at);
      if (compressed < length) {
        flags[i] = (byte) WalFormat.flags(compression);
        at += compressed;
      } else {
        flags[i] = 0;
        System.arraycopy(source, start, packed, at, length);
        at += length;
      }
      packedEnds[i] = at;
      start = ends[i];
    }
    return bytes() - at;
  }

  /// A record leaves at most its own length behind, and needs more only while it is compressed.
  private void reservePacked(Compression compression) {
    int needed = 0;
    for (int i = 0; i < count; i++) {
      int start = i == 0 ? 0 : ends[i - 1];
      int most = compression.maxCompressedLength(ends[i] - start);
      needed = Math.max(needed, Math.addExact(start, most));
    }
    if (packed.length < needed) {
      packed = new byte[Math.max(needed, raw.array().length)];
    }
    if (packedEnds.length < ends.length) {
      packedEnds = new int[ends.length];
      flags = new byte[ends.length];
    }
  }

  /// What holds the records in the form of {@link #encode}.
  byte[] encoded() {
    return isPacked ? packed : raw.array();
  }

  int encodedStart(int record) {
    return record == 0 ? 0 : encodedEnd(record - 1);
  }

  int encodedEnd(int record) {
    return isPacked ? packedEnds[record] : ends[record];
  }

  /// The compression bits on the fragments of the record.
  int encodedFlags(int record) {
    return isPacked ? flags[record] : 0;
  }
}
