package io.varve.io;

/// Decompresses what nobody vouches for, into a buffer of its own that grows with what really comes
/// out and not with what a header promises. The buffer is kept from one call to the next.
///
/// Confined to one thread.
public final class Decompressor {
  /// Snappy's best is 64 bytes out of 3; what claims more is not worth the memory.
  private static final int MAX_SNAPPY_RATIO = 22;

  /// What zstd is given to start with, for each byte of a frame.
  private static final int USUAL_ZSTD_RATIO = 16;

  private static final int INITIAL_BYTES = 1 << 10;

  private byte[] buffer = new byte[INITIAL_BYTES];

  /// Decompresses into {@link #array()}, from its start.
  ///
  /// @param limit most bytes that may come out
  /// @return how many came out, or -1 if the source is damaged or there are more
  public int decompress(Compression by, byte[] source, int offset, int length, int limit) {
    return switch (by) {
      case NONE -> {
        reserve(length, limit);
        yield length > limit ? -1 : by.decompress(source, offset, length, buffer, 0);
      }
      case SNAPPY -> snappy(source, offset, length, limit);
      case ZSTD -> zstd(source, offset, length, limit);
    };
  }

  private int snappy(byte[] source, int offset, int length, int limit) {
    long claimed = Compression.SNAPPY.decompressedLength(source, offset, length);
    if (claimed < 0 || claimed > Math.min((long) MAX_SNAPPY_RATIO * length, limit)) {
      return -1;
    }
    reserve(claimed, limit);
    return Compression.SNAPPY.decompress(source, offset, length, buffer, 0);
  }

  /// A frame need not say how much it holds, and there is no ratio that zstd cannot reach: whenever
  /// the buffer is full, it is doubled and the frame read anew. So it is never more than twice what
  /// came out, and a frame is read twice on average at worst. Damage may look like a lack of room,
  /// so the doubling ends at what the frame can hold at most.
  private int zstd(byte[] source, int offset, int length, int limit) {
    long claimed = Compression.ZSTD.decompressedLength(source, offset, length);
    int most = (int) Math.min(limit, ZstdFrames.mostLength(source, offset, length));
    if (most < 0 || claimed > most) {
      return -1;
    }
    long usual = (long) USUAL_ZSTD_RATIO * length;
    reserve(claimed < 0 ? usual : Math.min(claimed, usual), most);
    int written;
    while ((written = ZstdFrames.decompress(source, offset, length, buffer, 0))
        == ZstdFrames.TOO_SMALL) {
      if (buffer.length >= most) {
        return -1;
      }
      reserve(2L * buffer.length, most);
    }
    return written <= limit ? written : -1;
  }

  /// Makes the buffer at least so long, if the limit allows it.
  private void reserve(long length, int limit) {
    if (buffer.length < length) {
      buffer = new byte[(int) Math.min(Math.max(length, 2L * buffer.length), limit)];
    }
  }

  /// What holds the bytes of the last {@link #decompress}; valid until the next.
  public byte[] array() {
    return buffer;
  }
}
