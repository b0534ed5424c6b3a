package io.varve;

/// A query asks for samples that may be in the log, which is still being replayed. Later it will be
/// answered.
public final class ReplayingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param sentence says how far the replay is
  public ReplayingException(String sentence) {
    // Nothing is wrong with this program, so nobody wants its stack.
    super(sentence, null, false, false);
  }
}
