package io.varve.remote;

import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.tag;

import com.google.protobuf.InvalidProtocolBufferException;
import io.varve.remote.RemoteProto.ReadRequest;

/// Reads the body of a remote read request. Stateless.
///
/// The generated classes make objects: a matcher of 2 bytes on the wire takes some 50 in memory. So
/// the fields are counted first, and a request that would blow up is refused.
final class ReadRequestDecoder {
  /// Far above any real request, and some 10 MB of objects.
  private static final int MAX_FIELDS = 100_000;

  private static final int REQUEST_QUERY = tag(1, LENGTH_DELIMITED);
  private static final int REQUEST_ACCEPTED_TYPES = tag(2, LENGTH_DELIMITED);
  private static final int QUERY_MATCHER = tag(3, LENGTH_DELIMITED);
  private static final int QUERY_HINTS = tag(4, LENGTH_DELIMITED);

  private final WireReader in = new WireReader();
  private int fields;

  private ReadRequestDecoder() {}

  /// @throws Refusal if the bytes are no such request
  static ReadRequest decode(byte[] message, int length) {
    try {
      new ReadRequestDecoder().count(message, length);
      return ReadRequest.parser().parseFrom(message, 0, length);
    } catch (MalformedRequestException | InvalidProtocolBufferException e) {
      throw Refusal.badRequest("the body is no remote read request: " + e.getMessage());
    }
  }

  private void count(byte[] message, int length) {
    in.reset(message, 0, length);
    while (in.hasMore()) {
      int tag = next();
      if (tag == REQUEST_QUERY) {
        int outer = in.enter();
        countQuery();
        in.leave(outer);
      } else if (tag == REQUEST_ACCEPTED_TYPES) {
        // Packed: one a byte.
        int types = in.length();
        add(types);
        in.seek(in.position() + types);
      } else {
        in.skip(tag);
      }
    }
  }

  private void countQuery() {
    while (in.hasMore()) {
      int tag = next();
      if (tag == QUERY_MATCHER || tag == QUERY_HINTS) {
        int outer = in.enter();
        while (in.hasMore()) {
          in.skip(next());
        }
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  private int next() {
    add(1);
    return in.tag();
  }

  private void add(int count) {
    fields += count;
    if (fields > MAX_FIELDS) {
      throw Refusal.badRequest(
          "the remote read request has more than " + MAX_FIELDS + " conditions");
    }
  }
}
