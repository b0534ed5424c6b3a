package io.varve.db;

import io.varve.Opening;
import io.varve.Querier;
import io.varve.ReplayProgress;
import io.varve.ReplayingException;
import io.varve.VarveOptions;
import io.varve.head.Head;
import io.varve.head.ReplayStatus;
import io.varve.io.DirectoryLock;
import io.varve.query.ViewQuerier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// See {@link Opening}.
///
/// What comes before the end of the blocks is in no head: a replay leaves it out of the log, and
/// queries of an open store do not look for it there. But samples out of order may be of any time.
public final class DbOpening implements Opening {
  private final Path directory;
  private final VarveOptions options;
  private final DirectoryLock lock;
  private final OpenBlocks blocks;

  /// Time from which samples are in the head, milliseconds.
  private final long headStart;

  private final ReplayStatus status = new ReplayStatus();
  private boolean handedOver;
  private volatile boolean closed;

  /// @param lock closed by this unless it hands it over, and so are the blocks
  DbOpening(Path directory, VarveOptions options, DirectoryLock lock, OpenBlocks blocks) {
    this.directory = directory;
    this.options = options;
    this.lock = lock;
    this.blocks = blocks;
    this.headStart = blocks.headStart();
  }

  @Override
  public Db finish() throws IOException {
    if (handedOver || closed) {
      throw new IllegalStateException("the store has been opened or closed already");
    }
    Head head = Head.open(directory, options, headStart, true, status);
    handedOver = true;
    return Db.start(directory, options, lock, blocks, head);
  }

  @Override
  public ReplayProgress progress() {
    return status.progress();
  }

  @Override
  public void requireServed(long mint, long maxt) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    if (maxt >= headStart || status.mayBeOutOfOrder()) {
      throw new ReplayingException(status.progress().sentence());
    }
  }

  @Override
  public Querier querier(long mint, long maxt) {
    Db.checkRange(mint, maxt);
    requireServed(mint, maxt);
    OpenBlocks.Pinned pinned = blocks.pin(mint, maxt, start -> {});
    return new ViewQuerier(List.copyOf(pinned.blocks()), mint, maxt, pinned::release);
  }

  @Override
  public void close() throws IOException {
    if (!handedOver && !closed) {
      closed = true;
      try (lock) {
        blocks.close();
      }
    }
  }
}
