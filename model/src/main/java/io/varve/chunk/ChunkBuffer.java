package io.varve.chunk;

/// A copy of one chunk's payload that is used over and over: chunks are decoded from the heap, so
/// that a mapping whose file was cut short cannot fault inside a decode loop. The copy costs about
/// 4 % of decoding.
///
/// {@link #bytes} has at least {@link #SLACK} bytes after the payload, so that decoders may read
/// whole words, and a whole sample before they compare its end with that of the payload. Confined
/// to one thread.
public final class ChunkBuffer {
  /// Bytes after the payload that decoders may read (and must not use): the longest sample of
  /// floats, of 19 bytes, and a word.
  public static final int SLACK = 32;

  private static final int INITIAL_CAPACITY = 1024;

  private byte[] bytes = new byte[INITIAL_CAPACITY + SLACK];
  private int length;
  private byte encoding;

  /// Makes room for a payload and returns the array to copy it to, from index 0.
  ///
  /// @param length bytes of payload
  public byte[] prepare(byte encoding, int length) {
    if (bytes.length - SLACK < length) {
      bytes = new byte[Math.max(length, 2 * (bytes.length - SLACK)) + SLACK];
    }
    this.encoding = encoding;
    this.length = length;
    return bytes;
  }

  /// Copies the chunk.
  public void copyTo(ChunkBuffer target) {
    System.arraycopy(bytes, 0, target.prepare(encoding, length), 0, length);
  }

  /// The payload, from index 0 to {@link #length()}.
  public byte[] bytes() {
    return bytes;
  }

  /// Payload length in bytes.
  public int length() {
    return length;
  }

  /// See {@link ChunkEncoding}.
  public byte encoding() {
    return encoding;
  }
}
