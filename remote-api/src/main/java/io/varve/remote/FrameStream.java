package io.varve.remote;

import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.ChunkSeriesSet;
import io.varve.chunk.ChunkBuffer;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.zip.CRC32C;

/// Writes the streamed answer to a remote read: chunks as they are stored, in frames that leave as
/// they fill.
///
/// ```
/// answer  = frame*
/// frame   = uvarint payloadLength, payloadCrc32c (4 bytes, big-endian), payload
/// payload = one ChunkedReadResponse: labels of one series, some of its chunks, index of the query
/// ```
///
/// A frame holds chunks of one series only. It is sent when it has reached the size limit, which
/// the last chunk may exceed, or when the series ends; the next frame of a series repeats its
/// labels. There is no end marker: a client takes the end of the HTTP body for the end of the
/// answer, so an answer that fails half way must cut the connection.
///
/// Confined to one thread.
final class FrameStream {
  private static final int RESPONSE_SERIES = tag(1, LENGTH_DELIMITED);
  private static final int RESPONSE_QUERY_INDEX = tag(2, VARINT);
  private static final int SERIES_CHUNK = tag(2, LENGTH_DELIMITED);
  private static final int CHUNK_MIN_TIME = tag(1, VARINT);
  private static final int CHUNK_MAX_TIME = tag(2, VARINT);
  private static final int CHUNK_TYPE = tag(3, VARINT);
  private static final int CHUNK_DATA = tag(4, LENGTH_DELIMITED);

  private static final int INITIAL_CAPACITY = 16 << 10;

  /// The response has a buffer of its own, of some frames. It leaves when it is full, and also
  /// after this time: a flush for each small frame would cost a system call for each series.
  private static final long FLUSH_NANOS = Duration.ofMillis(20).toNanos();

  private final OutputStream out;
  private final int maxFrameBytes;
  private final HeapByteSink head = ByteSink.onHeap(64);
  private final HeapByteSink labels = ByteSink.onHeap(1024);
  private final HeapByteSink chunks = ByteSink.onHeap(INITIAL_CAPACITY);
  private final HeapByteSink tail = ByteSink.onHeap(16);
  private final CRC32C crc = new CRC32C();
  private boolean started;
  private long lastFlush;

  FrameStream(OutputStream out, int maxFrameBytes) {
    this.out = out;
    this.maxFrameBytes = maxFrameBytes;
  }

  /// Starts on a query.
  ///
  /// @param index its place in the request, from 0
  void query(int index) {
    tail.clear();
    if (index > 0) {
      tail.putByte(RESPONSE_QUERY_INDEX);
      tail.putUnsignedVarint(index);
    }
  }

  /// Sends the present series.
  void series(ChunkSeriesSet set) throws IOException {
    begin(set.labels());
    int maxChunkBytes = maxFrameBytes - labels.length();
    while (set.nextChunk()) {
      putChunk(set.chunkMinTime(), set.chunkMaxTime(), set.chunk());
      if (chunks.length() >= maxChunkBytes) {
        send();
      }
    }
    if (chunks.length() > 0) {
      send();
    }
  }

  /// Sends a series without chunks.
  void series(Labels series) throws IOException {
    begin(series);
    send();
  }

  private void begin(Labels series) {
    labels.clear();
    ProtoLabels.put(labels, series);
    chunks.clear();
  }

  private void putChunk(long mint, long maxt, ChunkBuffer chunk) {
    int length =
        timeSize(mint)
            + timeSize(maxt)
            + 2
            + 1
            + Varint.lengthOfUnsigned(chunk.length())
            + chunk.length();
    chunks.putByte(SERIES_CHUNK);
    chunks.putUnsignedVarint(length);
    putTime(CHUNK_MIN_TIME, mint);
    putTime(CHUNK_MAX_TIME, maxt);
    chunks.putByte(CHUNK_TYPE);
    chunks.putByte(chunk.encoding());
    chunks.putByte(CHUNK_DATA);
    chunks.putUnsignedVarint(chunk.length());
    chunks.putBytes(chunk.bytes(), 0, chunk.length());
  }

  /// A field of value 0 is left out, as everywhere in protocol buffers 3.
  private static int timeSize(long time) {
    return time == 0 ? 0 : 1 + Varint.lengthOfUnsigned(time);
  }

  private void putTime(int tag, long time) {
    if (time != 0) {
      chunks.putByte(tag);
      chunks.putUnsignedVarint(time);
    }
  }

  private void send() throws IOException {
    int seriesLength = labels.length() + chunks.length();
    head.clear();
    head.putByte(RESPONSE_SERIES);
    head.putUnsignedVarint(seriesLength);
    long payloadLength = head.position() + seriesLength + tail.position();
    crc.reset();
    crc.update(head.array(), 0, head.length());
    crc.update(labels.array(), 0, labels.length());
    crc.update(chunks.array(), 0, chunks.length());
    crc.update(tail.array(), 0, tail.length());

    head.clear();
    head.putUnsignedVarint(payloadLength);
    head.putInt((int) crc.getValue());
    head.putByte(RESPONSE_SERIES);
    head.putUnsignedVarint(seriesLength);
    write(head);
    write(labels);
    write(chunks);
    write(tail);
    chunks.clear();
    flushIfDue();
  }

  private void write(HeapByteSink part) throws IOException {
    out.write(part.array(), 0, part.length());
  }

  /// The first frame leaves at once.
  private void flushIfDue() throws IOException {
    long now = System.nanoTime();
    if (!started || now - lastFlush > FLUSH_NANOS) {
      out.flush();
      started = true;
      lastFlush = now;
    }
  }
}
