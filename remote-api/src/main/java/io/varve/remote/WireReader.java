package io.varve.remote;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Walks the fields of a protocol buffers message in a byte array, down into nested messages,
/// without making objects. Never reads past the end of the message it is in.
///
/// On the ingest path (guarded by `RemoteWriteParseBenchmark`) this is faster than protobuf's own
/// `CodedInputStream`, and strings stay where they are: {@link #length()} and {@link #position()}
/// say where.
///
/// Confined to one thread; made for use over and over.
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  private static final int GROUP_START = 3;
  private static final int GROUP_END = 4;
  private static final int FIXED32 = 5;

  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
  private static final int MAX_GROUP_DEPTH = 100;
  private static final byte[] NOTHING = {};
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = NOTHING;
  private int start;
  private int at;
  private int end;

  /// The tag of a field: its number and wire type.
  static int tag(int field, int type) {
    return field << TYPE_BITS | type;
  }

  static int field(int tag) {
    return tag >>> TYPE_BITS;
  }

  /// Starts on a message.
  void reset(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.start = from;
    this.at = from;
    this.end = to;
  }

  /// Lets go of the message.
  void clear() {
    reset(NOTHING, 0, 0);
  }

  /// Whether the present message has more fields.
  boolean hasMore() {
    return at < end;
  }

  /// Index of the next byte in the array.
  int position() {
    return at;
  }

  /// Goes to an index reported by {@link #position()} in the present message.
  void seek(int position) {
    at = position;
  }

  /// Index after the present message.
  int end() {
    return end;
  }

  /// Reads the length of a nested message and goes into it.
  ///
  /// @return what {@link #leave} needs
  int enter() {
    int length = length();
    int outer = end;
    end = at + length;
    return outer;
  }

  /// Goes to the end of the present message and back out.
  void leave(int outer) {
    at = end;
    end = outer;
  }

  int tag() {
    int first = at < end ? bytes[at] : -1;
    if (first > TYPE_MASK) {
      at++;
      return first;
    }
    long tag = varint();
    if (tag <= TYPE_MASK || tag > 0xffff_ffffL) {
      throw malformed("a field has no valid number");
    }
    return (int) tag;
  }

  long varint() {
    byte[] b = bytes;
    int next = at;
    int last = end;
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (next >= last) {
        throw cutShort();
      }
      byte part = b[next++];
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        at = next;
        return value;
      }
    }
    throw malformed("a varint does not end");
  }

  /// The length of a string or message, which follows at {@link #position()} and is known to fit.
  int length() {
    int first = at < end ? bytes[at] : -1;
    long length;
    if (first >= 0) {
      at++;
      length = first;
    } else {
      length = varint();
    }
    if (length < 0 || length > end - at) {
      throw cutShort();
    }
    return (int) length;
  }

  long fixed64() {
    if (end - at < Long.BYTES) {
      throw cutShort();
    }
    long value = (long) LONG.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  double float64() {
    return Double.longBitsToDouble(fixed64());
  }

  /// Skips a field of a later version of the protocol.
  ///
  /// @param known the highest field number that is in use: one of those, here, is of the wrong type
  void skipUnknown(int tag, int known) {
    if (field(tag) <= known) {
      throw malformed("field " + field(tag) + " is of the wrong type");
    }
    skip(tag);
  }

  /// Skips the value of a field.
  void skip(int tag) {
    skip(tag, MAX_GROUP_DEPTH);
  }

  private void skip(int tag, int depth) {
    switch (tag & TYPE_MASK) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case LENGTH_DELIMITED -> advance(length());
      case GROUP_START -> skipGroup(field(tag), depth);
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw malformed("a field has wire type " + (tag & TYPE_MASK));
    }
  }

  private void skipGroup(int field, int depth) {
    if (depth == 0) {
      throw malformed("groups are nested too deep");
    }
    for (int tag = tag(); (tag & TYPE_MASK) != GROUP_END; tag = tag()) {
      skip(tag, depth - 1);
    }
    // The end's own number is not compared: nothing of a group is used.
    assert field > 0;
  }

  private void advance(int count) {
    if (count > end - at) {
      throw cutShort();
    }
    at += count;
  }

  private MalformedRequestException cutShort() {
    return malformed("a field is cut short");
  }

  MalformedRequestException malformed(String what) {
    return new MalformedRequestException(what, at - start);
  }
}
