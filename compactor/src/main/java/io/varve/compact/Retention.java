package io.varve.compact;

import io.varve.block.BlockMeta;
import java.util.List;

/// Which blocks are to go. Pure.
public final class Retention {
  private Retention() {}

  /// Blocks that are too old, marked as deletable, or replaced by a block made from them.
  ///
  /// @param blocks all loaded blocks
  /// @param retentionMillis age, relative to the end of the newest block, from which a block goes;
  ///   0 keeps all
  public static List<BlockMeta> expired(List<BlockMeta> blocks, long retentionMillis) {
    throw new UnsupportedOperationException();
  }
}
