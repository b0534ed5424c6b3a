package io.varve.chunk;

import static io.varve.chunk.StartTimestampFormat.HEADER_POSITION;
import static io.varve.chunk.StartTimestampFormat.KNOWN;
import static io.varve.chunk.StartTimestampFormat.MAX_FROM;

import io.varve.io.Varint;

/// A writer of chunks that have start timestamps, see {@link StartTimestampFormat}.
abstract class StartTimestampWriter extends BitWriter {
  private long startTimestamp;
  private long distance;

  StartTimestampWriter(int capacity) {
    super(capacity);
  }

  final void resetStartTimestamp() {
    bytes[HEADER_POSITION] = 0;
    startTimestamp = 0;
    distance = 0;
  }

  /// Puts the field of a sample behind it.
  ///
  /// @param index of the sample, from 0
  /// @param previous time of the sample before
  final void putStartTimestamp(int index, long t, long previous, long st) {
    int header = bytes[HEADER_POSITION];
    if (index == 0) {
      if (st != 0) {
        putVarint(Varint.zigZag(t - st));
        bytes[HEADER_POSITION] = (byte) KNOWN;
      }
    } else if ((header & MAX_FROM) != 0) {
      putVarbit(previous - st - distance);
      distance = previous - st;
    } else if (st != startTimestamp || index == MAX_FROM) {
      bytes[HEADER_POSITION] = (byte) (header | index);
      putVarbit(previous - st);
      distance = previous - st;
    }
    startTimestamp = st;
  }
}
