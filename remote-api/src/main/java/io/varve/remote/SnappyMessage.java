package io.varve.remote;

import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A protocol buffers message that is compressed while it grows, so that only its compressed form
/// is ever whole in memory.
///
/// A Snappy block is the length of the original and then elements, literals and copies of what came
/// before. Compressors treat each 64 KiB of the original for itself, so the elements of pieces
/// compressed one by one, put in a row, are the block of the whole. And a nested message whose
/// length shows only at its end gets its tag and length, as a literal, put before its pieces
/// afterwards.
///
/// Confined to one thread.
final class SnappyMessage {
  private static final int PIECE = 64 << 10;
  private static final int MAX_LITERAL = 60;
  private static final byte[] NOTHING = {};

  private final ByteBudget.Lease lease;
  private final List<byte[]> pieces = new ArrayList<>();
  private final byte[] pending = new byte[PIECE];
  private final byte[] compressed = new byte[Compression.SNAPPY.maxCompressedLength(PIECE)];
  private int pendingLength;
  private long length;

  /// @param lease pays for the compressed bytes
  SnappyMessage(ByteBudget.Lease lease) {
    this.lease = lease;
  }

  /// Bytes of the message so far.
  long length() {
    return length;
  }

  void put(HeapByteSink source) {
    byte[] bytes = source.array();
    int end = source.length();
    for (int at = 0; at < end; ) {
      int count = Math.min(PIECE - pendingLength, end - at);
      System.arraycopy(bytes, at, pending, pendingLength, count);
      at += count;
      pendingLength += count;
      if (pendingLength == PIECE) {
        flush();
      }
    }
    length += end;
  }

  /// Starts a nested message of which the length is not known yet.
  ///
  /// @return what {@link #close} needs
  int open() {
    flush();
    pieces.add(NOTHING);
    return pieces.size() - 1;
  }

  /// Ends a nested message.
  ///
  /// @param start from {@link #open}
  /// @param contentLength bytes of its content
  void close(int start, int tag, long contentLength) {
    byte[] literal = new byte[1 + 1 + Varint.MAX_LENGTH];
    literal[1] = (byte) tag;
    int end = Varint.putUnsigned(literal, 2, contentLength);
    int headerLength = end - 1;
    assert headerLength <= MAX_LITERAL;
    literal[0] = (byte) ((headerLength - 1) << 2);
    pieces.set(start, Arrays.copyOf(literal, end));
    length += headerLength;
  }

  /// Length of the compressed message in bytes.
  long compressedLength() {
    flush();
    long sum = Varint.lengthOfUnsigned(length);
    for (byte[] piece : pieces) {
      sum += piece.length;
    }
    return sum;
  }

  /// Writes the compressed message.
  void writeTo(OutputStream out) throws IOException {
    flush();
    HeapByteSink preamble = ByteSink.onHeap(Varint.MAX_LENGTH);
    preamble.putUnsignedVarint(length);
    out.write(preamble.array(), 0, preamble.length());
    for (byte[] piece : pieces) {
      out.write(piece);
    }
  }

  private void flush() {
    if (pendingLength == 0) {
      return;
    }
    int size = Compression.SNAPPY.compress(pending, 0, pendingLength, compressed, 0);
    int preamble = Varint.lengthOfUnsigned(pendingLength);
    if (!lease.tryTake(size)) {
      throw lease.held() + size > lease.limit()
          ? Refusal.badRequest(
              "the answer would take more than "
                  + lease.limit()
                  + " bytes, ask for a shorter range or for STREAMED_XOR_CHUNKS")
          : Refusal.unavailable("too many bytes of answers are in the making", 1);
    }
    pieces.add(Arrays.copyOfRange(compressed, preamble, size));
    pendingLength = 0;
  }
}
