package io.varve.io;

import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli), the checksum of every Prometheus file, over bytes on the heap. The JVM has
/// an intrinsic for it.
public final class Crc32c {
  private Crc32c() {}

  public static int of(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
