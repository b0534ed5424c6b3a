package io.varve.model;

import io.varve.io.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The packed form of a label set, which {@link Labels} holds and the ingest path works on without
/// making strings:
///
/// ```
/// (uvarint nameLength, name, uvarint valueLength, value)*
/// ```
///
/// Names and values are UTF-8. The form is *canonical* if names are in ascending byte order,
/// unique, neither names nor values are empty, and lengths take as few bytes as possible; then
/// equal label sets are equal bytes. It is also the body of a label set in a WAL record (record
/// type 1), which puts the number of labels before it.
///
/// Lengths are varints of at most 5 bytes here. Static and stateless.
public final class LabelsCodec {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  private LabelsCodec() {}

  /// Says why the bytes are not the canonical packed form of a label set.
  ///
  /// @return one clause for a message to the user, or null if all is well
  public static @Nullable String problem(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int previous = -1;
    int previousLength = 0;
    for (int at = offset; at < end; ) {
      long name = field(bytes, at, end);
      if (name < 0) {
        return "a label is cut short";
      }
      int nameAt = start(name);
      int nameLength = length(name);
      long value = field(bytes, nameAt + nameLength, end);
      if (value < 0) {
        return "a label is cut short";
      }
      if (!isShortest(at, name) || !isShortest(nameAt + nameLength, value)) {
        return "the length of a label is not written in as few bytes as possible";
      }
      if (nameLength == 0) {
        return "a label name is empty";
      }
      if (!isUtf8(bytes, nameAt, nameLength)) {
        return "a label name is not valid UTF-8";
      }
      if (length(value) == 0) {
        return "the value of label " + quote(bytes, nameAt, nameLength) + " is empty";
      }
      if (!isUtf8(bytes, start(value), length(value))) {
        return "the value of label " + quote(bytes, nameAt, nameLength) + " is not valid UTF-8";
      }
      if (previous >= 0) {
        int order =
            Arrays.compareUnsigned(
                bytes, previous, previous + previousLength, bytes, nameAt, nameAt + nameLength);
        if (order == 0) {
          return "label " + quote(bytes, nameAt, nameLength) + " occurs twice";
        }
        if (order > 0) {
          return "labels are not sorted: "
              + quote(bytes, nameAt, nameLength)
              + " comes after "
              + quote(bytes, previous, previousLength);
        }
      }
      previous = nameAt;
      previousLength = nameLength;
      at = start(value) + length(value);
    }
    return null;
  }

  /// Whether the length of a field at {@code at} has no superfluous bytes, which would give one
  /// label set two packed forms.
  private static boolean isShortest(int at, long field) {
    return start(field) - at == Varint.lengthOfUnsigned(length(field));
  }

  /// Where a label's value lies in the canonical packed form.
  ///
  /// @return {@link #start} and {@link #length} of the value packed in a long, or -1 if there is no
  ///   such label
  public static long find(byte[] bytes, int offset, int length, byte[] name) {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      long n = field(bytes, at, end);
      long v = field(bytes, start(n) + length(n), end);
      int order =
          Arrays.compareUnsigned(bytes, start(n), start(n) + length(n), name, 0, name.length);
      if (order == 0) {
        return v;
      }
      if (order > 0) {
        return -1;
      }
      at = start(v) + length(v);
    }
    return -1;
  }

  /// The length-prefixed field at {@code at}: {@link #start} and {@link #length} of its bytes
  /// packed in a long, or -1 if it does not end before {@code end}.
  public static long field(byte[] bytes, int at, int end) {
    long length = 0;
    for (int shift = 0; shift <= 28; shift += 7) {
      if (at >= end) {
        return -1;
      }
      byte b = bytes[at++];
      length |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return length > end - at ? -1 : (long) at << 32 | length;
      }
    }
    return -1;
  }

  /// First byte of a field, from the packed long of {@link #field}.
  public static int start(long field) {
    return (int) (field >>> 32);
  }

  /// Length in bytes of a field, from the packed long of {@link #field}.
  public static int length(long field) {
    return (int) field;
  }

  /// Puts one length-prefixed field.
  ///
  /// @return the offset after it
  static int putField(byte[] target, int offset, byte[] field) {
    int at = Varint.putUnsigned(target, offset, field.length);
    System.arraycopy(field, 0, target, at, field.length);
    return at + field.length;
  }

  /// A 64-bit hash of the packed form: eight bytes at a time, multiplied and folded. Not stored
  /// anywhere, so it may change. Good enough for tables of our own; not a defence against chosen
  /// labels.
  public static long hash(byte[] bytes, int offset, int length) {
    long hash = length * MIX;
    int at = offset;
    int end = offset + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(bytes, at));
    }
    long tail = 0;
    for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
      tail |= (bytes[at] & 0xffL) << shift;
    }
    return mix(hash ^ tail);
  }

  private static long mix(long value) {
    long low = value * MIX;
    long high = Math.unsignedMultiplyHigh(value, MIX);
    return low ^ high;
  }

  static boolean isUtf8(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at + Long.BYTES <= end && ((long) LONG.get(bytes, at) & NOT_ASCII) == 0) {
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    return at == end || decodes(bytes, at, end - at);
  }

  private static boolean decodes(byte[] bytes, int offset, int length) {
    try {
      var ignored =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  static String quote(byte[] bytes, int offset, int length) {
    return '"' + new String(bytes, offset, Math.min(length, 200), StandardCharsets.UTF_8) + '"';
  }
}
