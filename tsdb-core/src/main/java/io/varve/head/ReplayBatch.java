package io.varve.head;

import io.varve.head.HeadChunkLoader.HeadChunkRef;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the log says of some series, as columns, in the order of the log. Confined to one thread at
/// a time.
final class ReplayBatch {
  /// Most bytes in histograms, roughly.
  private static final long MAX_EVENT_BYTES = 4 << 20;

  /// What an event takes besides its buckets, in bytes, roughly.
  private static final int EVENT_BYTES = 200;

  private static final long[] NO_STARTS = {};
  private static final Event[] NO_EVENTS = {};

  /// What happens to a series other than that it gets a float.
  sealed interface Event {
    record Sample(NativeHistogram value) implements Event {}

    /// It gets a chunk of the chunk files.
    record Chunk(HeadChunkRef chunk) implements Event {}

    /// A closed span is deleted.
    record Deletion(long mint, long maxt) implements Event {}
  }

  int[] slots = {};
  long[] times = {};
  double[] values = {};

  /// Start timestamps, 0 where not known; not as long as needed unless a sample has one.
  private long[] starts = NO_STARTS;

  /// In the places of those that are no floats; not as long as needed unless there is one.
  private @Nullable Event[] events = NO_EVENTS;

  int size;
  private long eventBytes;
  private boolean plain = true;

  /// @param capacity how many entries it takes
  ReplayBatch(int capacity) {
    reserve(capacity);
  }

  /// Makes room for so many entries, only while it is empty.
  void reserve(int capacity) {
    if (slots.length < capacity) {
      slots = new int[capacity];
      times = new long[capacity];
      values = new double[capacity];
    }
  }

  /// Adds a float; only if it is not {@link #isFull}.
  void add(int slot, long t, double v) {
    int at = size;
    slots[at] = slot;
    times[at] = t;
    values[at] = v;
    size = at + 1;
  }

  /// @param start start timestamp of what was added last, milliseconds
  void setStart(long start) {
    if (starts.length < size) {
      starts = Arrays.copyOf(starts, slots.length);
    }
    starts[size - 1] = start;
    plain = false;
  }

  /// @param t milliseconds, where it matters
  void add(int slot, long t, Event event) {
    add(slot, t, 0);
    if (events.length < size) {
      events = Arrays.copyOf(events, slots.length);
    }
    events[size - 1] = event;
    plain = false;
    eventBytes += EVENT_BYTES + (event instanceof Event.Sample sample ? bytes(sample.value) : 0);
  }

  private static long bytes(NativeHistogram h) {
    int buckets =
        switch (h) {
          case Histogram whole -> whole.positiveBuckets().length + whole.negativeBuckets().length;
          case FloatHistogram floats ->
              floats.positiveBuckets().length + floats.negativeBuckets().length;
        };
    return (long) Long.BYTES * 2 * buckets;
  }

  /// Whether it is to be applied before more is added.
  boolean isFull() {
    return size == slots.length || eventBytes >= MAX_EVENT_BYTES;
  }

  /// Whether all in it are floats without start timestamps.
  boolean isPlain() {
    return plain;
  }

  /// Start timestamp, milliseconds; 0 if not known.
  long start(int index) {
    return index < starts.length ? starts[index] : 0;
  }

  /// What is there in place of a float, or null.
  @Nullable Event event(int index) {
    return index < events.length ? events[index] : null;
  }

  void clear() {
    if (!plain) {
      Arrays.fill(starts, 0, Math.min(size, starts.length), 0);
      Arrays.fill(events, 0, Math.min(size, events.length), null);
      plain = true;
    }
    size = 0;
    eventBytes = 0;
  }
}
