package io.varve;

import java.io.IOException;
import java.io.UncheckedIOException;

/// What a commit brought has been logged and applied, queries see it, but the log could not be
/// synced: it may be gone after a loss of power, which {@link WalSync#COMMIT} promises it is not.
/// It does no harm to bring all of it again.
public final class NotDurableException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  /// @param cause why it could not be synced
  public NotDurableException(IOException cause) {
    super("what was committed may not survive a loss of power: " + cause.getMessage(), cause);
  }
}
