package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.Relay;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Reads a log ahead: while its user takes records, another thread reads the files, compares the
/// checksums and decompresses. What it tells is what {@link WalReader} would have told, one record
/// after another: damage comes after all records before it.
///
/// Memory is bounded: a few blocks. The thread starts with the second block; for a log that fits
/// into one there is no need for it. All waiting is without regard to interrupts: whoever opens a
/// store goes on with it.
///
/// For one thread that takes the records, which calls all methods. Whoever opens it closes it.
public final class WalReadAhead implements AutoCloseable {
  private static final byte[] NOTHING = {};

  /// A thread that has to wait for a processor is not to hold up the other soon.
  private static final int BLOCKS = 8;

  private final WalReader in;
  private final Relay<RecordBlock> relay;

  /// The block that is taken.
  private RecordBlock taking = new RecordBlock();

  private boolean begun;
  private int at = -1;
  private final Object origin = new Origin();
  private final ByteReader record = new ByteReader(NOTHING, 0, 0, origin, 0);

  /// @param in not to be used by anybody else until this is closed; not closed by this
  public WalReadAhead(WalReader in) {
    this.in = in;
    List<RecordBlock> blocks = Stream.generate(RecordBlock::new).limit(BLOCKS).toList();
    this.relay = new Relay<>("varve-replay-reader", this::fillAll, blocks);
  }

  /// Goes to the next record.
  ///
  /// @return false after the last one
  public boolean next() throws IOException {
    while (at + 1 >= taking.count()) {
      if (taking.isLast()) {
        at = taking.count();
        taking.rethrow();
        return false;
      }
      takeNextBlock();
      at = -1;
    }
    at++;
    taking.read(at, record, origin);
    return true;
  }

  private void takeNextBlock() {
    if (!begun) {
      begun = true;
      taking.fill(in);
      return;
    }
    if (relay.isStarted()) {
      relay.giveBack(taking);
    }
    relay.start();
    taking = Objects.requireNonNull(relay.nextFull(), "the last one says so");
  }

  private void fillAll() {
    for (RecordBlock block = relay.nextEmpty(); block != null; block = relay.nextEmpty()) {
      block.fill(in);
      relay.give(block);
      if (block.isLast()) {
        return;
      }
    }
  }

  /// The record at hand, uncompressed; lent until the next call of {@link #next}. What it says of
  /// positions is relative to the start of the record.
  public ByteReader record() {
    return record;
  }

  /// Number of the segment that holds the record, or that the reading ended in; -1 before the
  /// first.
  public int segment() {
    return at < 0 ? -1 : at < taking.count() ? taking.segment(at) : in.segment();
  }

  /// Offset in bytes in the segment file at which the record starts, or what could not be read as
  /// one.
  public long offset() {
    return at < 0 ? 0 : at < taking.count() ? taking.offset(at) : in.offset();
  }

  /// Ends the thread.
  @Override
  public void close() {
    relay.close();
  }

  /// Names the record at hand in messages; made to text only when there is one.
  private final class Origin {
    @Override
    public String toString() {
      return in.path(segment()) + ", record at " + offset();
    }
  }
}
