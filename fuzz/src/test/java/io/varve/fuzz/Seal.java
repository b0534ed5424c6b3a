package io.varve.fuzz;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import java.nio.ByteBuffer;

/// Puts checksums right, in place, as far as the lengths lead to them. No change that a fuzzer
/// makes would ever get behind a checksum otherwise.
public final class Seal {
  private static final int CRC = Integer.BYTES;

  private Seal() {}

  private static ByteReader reader(byte[] bytes, int at) {
    return new ByteReader(bytes, at, bytes.length - at, "fuzz", at);
  }

  private static void put(byte[] bytes, int at, int from) {
    ByteBuffer.wrap(bytes).putInt(at, Crc32c.of(bytes, from, at - from));
  }

  /// The fragments of a log segment: flags, length of two bytes, checksum, data.
  public static byte[] log(byte[] segment) {
    int page = 32 << 10;
    int header = 7;
    for (int at = 0; at + header <= segment.length; ) {
      int left = page - at % page;
      if (left < header || (segment[at] & 7) == 0) {
        at += left;
        continue;
      }
      int length = ByteBuffer.wrap(segment).getShort(at + 1) & 0xffff;
      int data = at + header;
      if (length > Math.min(left - header, segment.length - data)) {
        break;
      }
      ByteBuffer.wrap(segment).putInt(at + 3, Crc32c.of(segment, data, length));
      at = data + length;
    }
    return segment;
  }

  /// The chunks of a file in `chunks_head`: 25 bytes, length, data, checksum of all.
  public static byte[] headChunks(byte[] file) {
    try {
      for (int at = 8; at < file.length; ) {
        ByteReader in = reader(file, at);
        in.skip(25);
        in.skip(in.readLength(1));
        int end = in.position();
        in.readInt();
        put(file, end, at);
        at = in.position();
      }
    } catch (CorruptionException e) {
      // That was the last one.
    }
    return file;
  }

  /// The frames of a head snapshot: 9 bytes, length as stored, data, checksum of all.
  public static byte[] headSnapshot(byte[] file) {
    try {
      for (int at = 8; at < file.length; ) {
        ByteReader in = reader(file, at);
        in.skip(9);
        in.skip(in.readInt() & Integer.MAX_VALUE);
        int end = in.position();
        in.readInt();
        put(file, end, at);
        at = in.position();
      }
    } catch (CorruptionException e) {
      // That was the last one.
    }
    return file;
  }

  /// The chunks of a segment of a block: length of the data, encoding, data, checksum of both.
  public static byte[] chunks(byte[] segment) {
    try {
      for (int at = 8; at < segment.length; ) {
        ByteReader in = reader(segment, at);
        int length = in.readLength(1);
        int from = in.position();
        in.skip(1 + length);
        int end = in.position();
        in.readInt();
        put(segment, end, from);
        at = in.position();
      }
    } catch (CorruptionException e) {
      // That was the last one.
    }
    return segment;
  }

  /// One checksum at the end.
  ///
  /// @param from where that begins what it covers
  public static byte[] whole(byte[] file, int from) {
    if (file.length >= from + CRC) {
      put(file, file.length - CRC, from);
    }
    return file;
  }

  /// All sections, lists and series of an index that its table of contents leads to.
  public static byte[] index(byte[] index) {
    int toc = index.length - 52;
    if (toc >= 0) {
      ByteBuffer offsets = ByteBuffer.wrap(index);
      put(index, index.length - CRC, toc);
      section(index, offsets.getLong(toc));
      section(index, offsets.getLong(toc + 40));
      series(index, offsets.getLong(toc + 8), offsets.getLong(toc + 16));
      for (long at = offsets.getLong(toc + 32); at >= 0; ) {
        at = section(index, at);
      }
    }
    return index;
  }

  /// @return offset after the section, or -1 if it does not fit
  private static long section(byte[] index, long offset) {
    if (offset < 0 || offset > index.length - 8) {
      return -1;
    }
    int from = (int) offset + Integer.BYTES;
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(index).getInt((int) offset));
    if (length > index.length - CRC - from) {
      return -1;
    }
    put(index, from + (int) length, from);
    return from + length + CRC;
  }

  private static void series(byte[] index, long from, long to) {
    if (from < 0 || from > index.length) {
      return;
    }
    try {
      for (int at = (int) from; at < Math.min(to, index.length); ) {
        ByteReader in = reader(index, at + (-at & 15));
        int length = in.readLength(1);
        int body = in.position();
        in.skip(length);
        in.readInt();
        put(index, body + length, body);
        at = in.position();
      }
    } catch (CorruptionException e) {
      // That was the last one.
    }
  }
}
