package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Decompressor;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// Reads all of a segment that can be read. Damage costs the records it touches: a record that
/// cannot be decompressed or decoded is passed over by itself; behind bytes that are no record,
/// nobody can tell where the next one begins, so it goes on with the first one that begins in a
/// later page.
///
/// Confined to one thread. Whoever opens it closes it.
final class SegmentScan implements AutoCloseable {
  /// Takes what the records hold and where they are damaged.
  interface Listener extends RecordHandler {
    /// A record is told next.
    ///
    /// @param start where it lies in the segment, bytes
    /// @param end behind it
    void record(Path segment, long start, long end);

    /// Bytes cannot be read.
    ///
    /// @param start where they lie in the segment
    /// @param length number of bytes
    /// @param what one clause for a message
    void damage(Path segment, long start, long length, String what);
  }

  private final SegmentReader in;
  private final Decompressor decompressor;
  private final Listener listener;
  private final ByteReader record;

  SegmentScan(Disk disk, Path segment, Decompressor decompressor, Listener listener)
      throws IOException {
    this.in = new SegmentReader(disk, segment);
    this.decompressor = decompressor;
    this.listener = listener;
    this.record = new ByteReader(new byte[0], 0, 0, segment, 0);
  }

  /// Goes to the next record that can be read, and tells what it holds. What it told before of one
  /// that turned out to be damaged is void.
  ///
  /// @return false at the end of the segment
  boolean next() throws IOException {
    while (nextFramed()) {
      if (decode()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextFramed() throws IOException {
    while (true) {
      try {
        return in.next();
      } catch (CorruptionException e) {
        long start = in.recordStart();
        listener.damage(in.path(), start, in.skipDamage() - start, e.what());
      }
    }
  }

  private boolean decode() {
    boolean isDecompressed = false;
    listener.record(in.path(), in.recordStart(), in.recordEnd());
    try {
      in.read(decompressor, record, in.path());
      isDecompressed = true;
      RecordDecoder.decode(record, listener);
      return true;
    } catch (CorruptionException e) {
      String where = isDecompressed ? ", at byte " + e.offset() : "";
      String what = "a record cannot be read: " + e.what() + where;
      listener.damage(in.path(), in.recordStart(), in.recordEnd() - in.recordStart(), what);
      return false;
    }
  }

  /// The record at hand; behind the last one, where the segment ends inside a record.
  SegmentReader segment() {
    return in;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
