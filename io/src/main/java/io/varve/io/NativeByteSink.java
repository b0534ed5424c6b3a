package io.varve.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;

/// A {@link ByteSink} in native memory: Chronicle's elastic `Bytes`, which needs no JVM flag but
/// does need `sun.misc.Unsafe`.
///
/// Chronicle's own integers are in native byte order, so they are reversed here; its stop-bit
/// encoding is not Go's varint for values of 64 bits, so varints are put byte by byte.
final class NativeByteSink implements ByteSink {
  /// Whether this JVM lets Chronicle Bytes work.
  static final boolean AVAILABLE = available();

  private static final int COPY_BUFFER = 1 << 16;

  private final Bytes<Void> bytes;
  private final byte[] buffer = new byte[COPY_BUFFER];
  private boolean closed;

  NativeByteSink(int capacity) {
    bytes = Bytes.allocateElasticDirect(capacity);
    bytes.singleThreadedCheckDisabled(true);
  }

  private static boolean available() {
    try {
      Bytes.allocateElasticDirect(Long.BYTES).releaseLast();
      return true;
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }

  @Override
  public void putByte(int value) {
    bytes.writeByte((byte) value);
  }

  @Override
  public void putShort(int value) {
    bytes.writeShort(Short.reverseBytes((short) value));
  }

  @Override
  public void putInt(int value) {
    bytes.writeInt(Integer.reverseBytes(value));
  }

  @Override
  public void putLong(long value) {
    bytes.writeLong(Long.reverseBytes(value));
  }

  @Override
  public void putIntAt(long position, int value) {
    if (position < 0 || position > position() - Integer.BYTES) {
      throw new IndexOutOfBoundsException("position " + position + " of " + position());
    }
    bytes.writeInt(position, Integer.reverseBytes(value));
  }

  @Override
  public void putUnsignedVarint(long value) {
    while ((value & ~0x7fL) != 0) {
      bytes.writeByte((byte) (value | 0x80));
      value >>>= 7;
    }
    bytes.writeByte((byte) value);
  }

  @Override
  public void putBytes(byte[] source, int offset, int length) {
    bytes.write(source, offset, length);
  }

  @Override
  public long position() {
    return bytes.writePosition();
  }

  @Override
  public int crc32c(long from) {
    var crc = new CRC32C();
    for (long at = from; at < position(); ) {
      int length = fill(at);
      crc.update(buffer, 0, length);
      at += length;
    }
    return (int) crc.getValue();
  }

  @Override
  public void writeTo(DiskFile file, long filePosition) throws IOException {
    for (long at = 0; at < position(); ) {
      int length = fill(at);
      file.write(ByteBuffer.wrap(buffer, 0, length), filePosition + at);
      at += length;
    }
  }

  private int fill(long at) {
    int length = (int) Math.min(buffer.length, position() - at);
    bytes.read(at, buffer, 0, length);
    return length;
  }

  @Override
  public void clear() {
    bytes.clear();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      bytes.releaseLast();
    }
  }
}
