package io.varve.wal;

import static io.varve.wal.WalFormat.FIRST;
import static io.varve.wal.WalFormat.FULL;
import static io.varve.wal.WalFormat.HEADER_SIZE;
import static io.varve.wal.WalFormat.LAST;
import static io.varve.wal.WalFormat.MIDDLE;
import static io.varve.wal.WalFormat.PAGE_SIZE;

import io.varve.io.Crc32c;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/// Cuts records into fragments and writes them at the end of the open segment. Fragments gather in
/// a direct buffer of many pages until {@link #flush}, so that a commit of usual size is one write.
///
/// Confined to the holder of the log's lock, except the counters.
final class SegmentWriter {
  private static final int BUFFER_SIZE = 32 * PAGE_SIZE;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
  private SegmentFile segment;

  /// Bytes written to the file. The buffer goes behind them.
  private long written;

  final LongAdder flushes = new LongAdder();
  final LongAdder completedPages = new LongAdder();
  final LongAdder parts = new LongAdder();
  final LongAdder partBytes = new LongAdder();

  SegmentWriter(SegmentFile segment) {
    this.segment = segment;
  }

  /// Goes on with another, empty segment. What is in the buffer is forgotten.
  void start(SegmentFile segment) {
    this.segment = segment;
    rewind(0);
  }

  /// Goes back to an earlier position, as if nothing had been written since.
  void rewind(long position) {
    written = position;
    buffer.clear();
  }

  /// The open segment; not closed by this class.
  SegmentFile segment() {
    return segment;
  }

  /// Bytes in the segment, those in the buffer included.
  long position() {
    return written + buffer.position();
  }

  /// Adds a record.
  ///
  /// @param compression the compression bits
  void add(byte[] source, int from, int to, int compression) throws IOException {
    int at = from;
    boolean isFirst = true;
    do {
      if (buffer.remaining() < PAGE_SIZE) {
        flush();
      }
      int length = Math.min(to - at, leftInPage() - HEADER_SIZE);
      buffer.put((byte) (type(isFirst, at + length == to) | compression));
      buffer.putShort((short) length);
      buffer.putInt(Crc32c.of(source, at, length));
      buffer.put(source, at, length);
      at += length;
      isFirst = false;
      parts.increment();
      partBytes.add(HEADER_SIZE + length);
      if (leftInPage() < HEADER_SIZE) {
        fillPage();
      } else if (leftInPage() == PAGE_SIZE) {
        completedPages.increment();
      }
    } while (at < to);
  }

  private static int type(boolean first, boolean last) {
    if (first) {
      return last ? FULL : FIRST;
    }
    return last ? LAST : MIDDLE;
  }

  /// 1 to {@link WalFormat#PAGE_SIZE}.
  private int leftInPage() {
    return PAGE_SIZE - (int) (position() % PAGE_SIZE);
  }

  /// Fills a page that has been begun with zeros up to its end.
  void fillPage() throws IOException {
    int fill = leftInPage() % PAGE_SIZE;
    if (fill == 0) {
      return;
    }
    if (buffer.remaining() < fill) {
      flush();
    }
    for (; fill > 0; fill--) {
      buffer.put((byte) 0);
    }
    completedPages.increment();
  }

  /// Writes out the buffer.
  void flush() throws IOException {
    if (buffer.position() == 0) {
      return;
    }
    int length = buffer.position();
    buffer.flip();
    try {
      segment.write(buffer, written);
    } finally {
      buffer.clear();
    }
    written += length;
    flushes.increment();
  }
}
