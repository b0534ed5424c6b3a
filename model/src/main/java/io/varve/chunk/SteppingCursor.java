package io.varve.chunk;

import io.varve.io.CorruptionException;
import io.varve.model.SampleCursor;

/// A cursor that decodes a chunk sample by sample, with start timestamps as {@link
/// StartTimestampFormat} says.
abstract class SteppingCursor extends BitReader implements SampleCursor {
  private int count;

  /// Samples decoded so far.
  private int read;

  /// Whether a sample is being decoded; stays so if that fails.
  private boolean reading;

  private boolean ended;

  /// Header of the start timestamps, 0 if there are none.
  private int startHeader;

  private long startTimestamp;
  private long distance;

  /// Time of the present sample, and then of the one before until its successor is decoded.
  long time;

  final void start(int count, int startHeader) {
    this.count = count;
    this.startHeader = startHeader;
    read = 0;
    reading = false;
    ended = false;
    startTimestamp = 0;
    distance = 0;
    time = 0;
  }

  /// Samples in the chunk, as its header says.
  final int sampleCount() {
    return count;
  }

  /// Samples decoded so far.
  final int read() {
    return read;
  }

  @Override
  public final boolean next() {
    if (reading) {
      throw damaged();
    }
    if (read == count) {
      ended = true;
      return false;
    }
    reading = true;
    long previous = time;
    if (read == 0) {
      readFirst();
    } else {
      readLater(read == 1);
    }
    if (startHeader != 0) {
      readStartTimestamp(previous);
    }
    reading = false;
    read++;
    return true;
  }

  /// Decodes sample 0; {@link #time} is to be set.
  abstract void readFirst();

  /// Decodes a later sample.
  abstract void readLater(boolean second);

  private void readStartTimestamp(long previous) {
    int from = startHeader & StartTimestampFormat.MAX_FROM;
    if (read == 0) {
      if ((startHeader & StartTimestampFormat.KNOWN) != 0) {
        startTimestamp = time - takeVarint();
      }
    } else if (from != 0 && read >= from) {
      long d = takeVarbit();
      distance = read == from ? d : distance + d;
      startTimestamp = previous - distance;
    }
  }

  @Override
  public final boolean seek(long timestamp) {
    if (ended || (read == 0 && !next())) {
      return false;
    }
    while (time < timestamp) {
      if (!next()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final long timestamp() {
    return time;
  }

  @Override
  public final long startTimestamp() {
    return startTimestamp;
  }

  @Override
  final CorruptionException damaged() {
    reading = true;
    return corrupt("sample " + (read + 1) + " of " + count + " is damaged or cut short");
  }
}
