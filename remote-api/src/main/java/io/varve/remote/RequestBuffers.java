package io.varve.remote;

import java.util.Arrays;

/// What a request needs to be received and parsed, kept for the next one. Confined to one thread.
final class RequestBuffers {
  private static final byte[] NOTHING = {};

  private final WriteRequestParser parser = new WriteRequestParser();
  private byte[] body = NOTHING;
  private byte[] message = NOTHING;

  /// The body as received.
  byte[] body() {
    return body;
  }

  /// Makes the body's array hold at least {@code capacity} bytes, keeping what is in it.
  byte[] growBody(int capacity) {
    if (body.length < capacity) {
      body = Arrays.copyOf(body, capacity);
    }
    return body;
  }

  /// The body decompressed.
  byte[] message() {
    return message;
  }

  /// Makes the message's array hold at least {@code capacity} bytes.
  byte[] prepareMessage(int capacity) {
    if (message.length < capacity) {
      message = new byte[capacity];
    }
    return message;
  }

  WriteRequestParser parser() {
    return parser;
  }

  /// Bytes kept while nobody uses this.
  long size() {
    return (long) body.length + message.length;
  }
}
