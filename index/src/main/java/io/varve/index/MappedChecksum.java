package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;
import java.util.zip.CRC32C;

/// Checks the checksums of a mapped file. Static and stateless.
final class MappedChecksum {
  private static final int BUFFER = 1 << 16;

  private MappedChecksum() {}

  /// Compares the CRC-32C of a run of bytes with the one stored right after it. Works on copies of
  /// pieces, because mapped bytes must not reach native code.
  ///
  /// @param what names the bytes, for the message
  static void check(MappedFile file, long offset, long length, String what) {
    int expected = file.getInt(offset + length);
    var crc = new CRC32C();
    byte[] buffer = new byte[(int) Math.min(length, BUFFER)];
    for (long done = 0; done < length; ) {
      int piece = (int) Math.min(buffer.length, length - done);
      file.copy(offset + done, buffer, 0, piece);
      crc.update(buffer, 0, piece);
      done += piece;
    }
    int actual = (int) crc.getValue();
    if (actual != expected) {
      throw new CorruptionException(file.file(), offset, what + ": " + mismatch(expected, actual));
    }
  }

  static String mismatch(int expected, int actual) {
    return "checksum is "
        + Integer.toHexString(actual)
        + ", but "
        + Integer.toHexString(expected)
        + " is stored";
  }
}
