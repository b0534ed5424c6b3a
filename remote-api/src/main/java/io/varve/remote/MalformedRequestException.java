package io.varve.remote;

/// The bytes are no protocol buffers message of the expected type. Carries no stack trace, as it
/// says nothing of this program.
public final class MalformedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param position where in the message, bytes from its start
  MalformedRequestException(String what, int position) {
    super(what + " at byte " + position, null, false, false);
  }
}
