package io.varve.io;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;

/// Zstandard by its native library, whole frames at a time.
///
/// A context is about a megabyte of native memory and costs more to make than a record to compress,
/// so those not in use wait in a pool: as many as there are processors, whatever the number of
/// threads, and nobody has to close anything.
///
/// Thread-safe.
final class ZstdFrames {
  /// What {@link #decompress} answers if more comes out than there is room for.
  static final int TOO_SMALL = -2;

  /// What it answers if the bytes are damaged.
  static final int DAMAGED = -1;

  /// As small as level 3 on records of samples (Prometheus' level is like that one) within a few
  /// percent, at half as much time again as level 1, where level 3 takes twice as much: 1.44 to 1,
  /// at 100 to 280 MB/s on 2 vCPUs of an AMD EPYC.
  private static final int LEVEL = 2;

  private static final int MAGIC = 0xFD2F_B528;
  private static final int SKIPPABLE_MAGIC = 0x184D_2A50;
  private static final int SKIPPABLE_MASK = ~0xf;
  private static final int SINGLE_SEGMENT = 1 << 5;
  private static final int CHECKSUM = 1 << 2;
  private static final int DICTIONARY_MASK = 0b11;
  private static final int CONTENT_SHIFT = 6;
  private static final int BLOCK_SIZE_SHIFT = 3;
  private static final int BLOCK_TYPE_MASK = 0b11;
  private static final int RAW_BLOCK = 0;
  private static final int REPEATED_BYTE = 1;

  /// What a compressed block holds at most, in bytes.
  private static final int MAX_BLOCK = 128 << 10;

  private static final int POOL = Runtime.getRuntime().availableProcessors();
  private static final ArrayBlockingQueue<ZstdCompressCtx> COMPRESSORS =
      new ArrayBlockingQueue<>(POOL);
  private static final ArrayBlockingQueue<ZstdDecompressCtx> DECOMPRESSORS =
      new ArrayBlockingQueue<>(POOL);

  private ZstdFrames() {}

  static int maxLength(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  static int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    ZstdCompressCtx context = COMPRESSORS.poll();
    if (context == null) {
      context = new ZstdCompressCtx().setLevel(LEVEL);
    }
    try {
      return context.compressByteArray(
          target, targetOffset, target.length - targetOffset, source, offset, length);
    } finally {
      if (!COMPRESSORS.offer(context)) {
        context.close();
      }
    }
  }

  /// Length of the original as the frame's header has it, or -1 if it does not say or is none.
  static long length(byte[] source, int offset, int length) {
    return length == 0 ? -1 : Math.max(-1, Zstd.getFrameContentSize(source, offset, length));
  }

  /// The most that can come out, by the number of blocks (RFC 8878, section 3.1.1), or -1 if the
  /// bytes are not frames. The library has that number, too, but shows it only in C.
  static long mostLength(byte[] source, int offset, int length) {
    var in = ByteBuffer.wrap(source, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    long most = 0;
    try {
      while (in.hasRemaining()) {
        int magic = in.getInt();
        if (magic == MAGIC) {
          long frame = mostOfFrame(in);
          if (frame < 0) {
            return -1;
          }
          most += frame;
        } else if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
          skip(in, in.getInt());
        } else {
          return -1;
        }
      }
    } catch (BufferUnderflowException e) {
      return -1;
    }
    return most;
  }

  /// @param in behind the magic number; left behind the frame
  /// @return -1 if a block is too long
  private static long mostOfFrame(ByteBuffer in) {
    int flags = in.get();
    boolean single = (flags & SINGLE_SEGMENT) != 0;
    int windowLength = single ? 0 : 1;
    int dictionaryLength = (1 << (flags & DICTIONARY_MASK)) >> 1;
    int contentFlag = (flags & 0xff) >>> CONTENT_SHIFT;
    int contentLength = contentFlag == 0 && !single ? 0 : 1 << contentFlag;
    skip(in, windowLength + dictionaryLength + contentLength);
    long most = 0;
    for (boolean last = false; !last; ) {
      int header = (in.getShort() & 0xffff) | ((in.get() & 0xff) << Short.SIZE);
      last = (header & 1) != 0;
      int size = header >>> BLOCK_SIZE_SHIFT;
      switch (header >>> 1 & BLOCK_TYPE_MASK) {
        case RAW_BLOCK -> {
          skip(in, size);
          most += size;
        }
        case REPEATED_BYTE -> {
          // The library would take longer ones, which no frame may have (RFC 8878, 3.1.1.2.4).
          if (size > MAX_BLOCK) {
            return -1;
          }
          skip(in, 1);
          most += size;
        }
        default -> {
          skip(in, size);
          most += MAX_BLOCK;
        }
      }
    }
    skip(in, (flags & CHECKSUM) != 0 ? Integer.BYTES : 0);
    return most;
  }

  private static void skip(ByteBuffer in, int count) {
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + count);
  }

  /// Decompresses into what {@code target} holds behind {@code targetOffset}. In one go and not as
  /// a stream, for which the library would reserve the window that the header asks for.
  ///
  /// @return bytes written, or {@link #DAMAGED} or {@link #TOO_SMALL}
  static int decompress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    if (length == 0) {
      return DAMAGED;
    }
    ZstdDecompressCtx context = DECOMPRESSORS.poll();
    if (context == null) {
      context = new ZstdDecompressCtx();
    }
    try {
      return context.decompressByteArray(
          target, targetOffset, target.length - targetOffset, source, offset, length);
    } catch (ZstdException e) {
      return e.getErrorCode() == Zstd.errDstSizeTooSmall() ? TOO_SMALL : DAMAGED;
    } finally {
      if (!DECOMPRESSORS.offer(context)) {
        context.close();
      }
    }
  }
}
