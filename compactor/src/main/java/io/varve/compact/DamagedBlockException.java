package io.varve.compact;

import io.varve.block.Ulid;
import io.varve.io.CorruptionException;
import java.io.IOException;

/// A block cannot be merged, for it is damaged. The others that were to be merged with it are not
/// to blame.
public final class DamagedBlockException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Ulid block;

  /// @param damage names the file and what is wrong with it
  public DamagedBlockException(Ulid block, CorruptionException damage) {
    super("block " + block + " is damaged: " + damage.getMessage(), damage);
    this.block = block;
  }

  public Ulid block() {
    return block;
  }
}
