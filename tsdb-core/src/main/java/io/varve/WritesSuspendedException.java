package io.varve;

import java.io.IOException;
import java.io.UncheckedIOException;

/// The store takes no samples for now: nothing of this commit was logged or applied. Queries,
/// deletion and maintenance go on. It takes samples again by itself when the {@linkplain #reason()
/// reason} is gone, so it is worth trying again.
public final class WritesSuspendedException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  /// Why no samples are taken.
  public enum Reason {
    /// The disk has less space left than is kept for what makes room, see {@link
    /// VarveOptions#diskReserve()}.
    DISK_RESERVE,
    /// A sync of the log failed, and what may be missing on the disk could not be logged again.
    /// Only with {@link WalSync#COMMIT}.
    LOG_NOT_SYNCED
  }

  private final Reason reason;

  public WritesSuspendedException(Reason reason, String sentence) {
    super(sentence, new IOException(sentence));
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
