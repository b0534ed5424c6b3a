package io.varve.head;

import io.varve.index.PostingsLoader;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Fills an empty head from a snapshot, see {@link HeadSnapshotFormat}. Safe on any bytes: if it
/// throws, the head is not to be used. While it adds the series of a frame to table and postings,
/// another thread takes the next frame apart. Used once. Confined to one thread.
final class HeadSnapshotReader {
  private final Head head;
  private final SnapshotParser parser;
  private final PostingsLoader postings;
  private final Map<Long, HeadLog.Kept> kept = new HashMap<>();
  private @Nullable SnapshotRecordReader records;
  private long series;

  /// What a head and its files were like.
  ///
  /// @param outOfOrder whether it has samples out of order
  /// @param files all that it had
  record State(
      long minValidTime,
      long endOfBlocks,
      long minTime,
      long maxTime,
      long lastRef,
      long range,
      int options,
      int maxExemplars,
      boolean outOfOrder,
      List<FilePrint> files) {}

  HeadSnapshotReader(Head head, SnapshotParser parser) {
    this.head = head;
    this.parser = parser;
    this.postings = head.series().postingsLoader();
  }

  /// Reads the first frame.
  static State readState(SnapshotFrameReader in) throws IOException {
    if (in.next() != HeadSnapshotFormat.STATE) {
      throw in.data().corrupt("the first frame is not of the state");
    }
    ByteReader data = in.data();
    long minValidTime = data.readLong();
    long endOfBlocks = data.readLong();
    long minTime = data.readLong();
    long maxTime = data.readLong();
    long lastRef = data.readLong();
    long range = data.readLong();
    int options = data.readByte();
    int maxExemplars = data.readInt();
    boolean outOfOrder = data.readByte() != 0;
    var files = new ArrayList<FilePrint>();
    while (data.hasRemaining()) {
      files.add(new FilePrint(data.readString(), data.readUnsignedVarint(), data.readInt()));
    }
    return new State(
        minValidTime,
        endOfBlocks,
        minTime,
        maxTime,
        lastRef,
        range,
        options,
        maxExemplars,
        outOfOrder,
        files);
  }

  /// Reads the rest.
  ///
  /// @return what the log keeps records of, by reference
  /// @throws CorruptionException if it is damaged
  Map<Long, HeadLog.Kept> read(State state) throws IOException {
    head.series().reserve(state.lastRef);
    ByteReader end = readFrames(state.maxTime);
    long expected = end.readLong();
    end.expectEnd();
    if (expected != series || head.series().count() != series) {
      throw end.corrupt(series + " series in place of " + expected);
    }
    head.extendTimes(state.minTime, state.maxTime);
    return kept;
  }

  /// @return the last one
  private ByteReader readFrames(long maxTime) throws IOException {
    try (ExecutorService ahead =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("varve-snapshot-reader").factory())) {
      Future<SnapshotParser.Frame> next = ahead.submit(parser::next);
      while (true) {
        SnapshotParser.Frame frame = await(next);
        if (frame.kind() == HeadSnapshotFormat.END) {
          return frame.data();
        }
        next = ahead.submit(parser::next);
        take(frame, maxTime);
      }
    }
  }

  private static SnapshotParser.Frame await(Future<SnapshotParser.Frame> frame) throws IOException {
    try {
      return frame.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a snapshot");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case CorruptionException cause -> throw cause;
        case null, default -> throw new IllegalStateException("the snapshot cannot be read", e);
      }
    }
  }

  private void take(SnapshotParser.Frame frame, long maxTime) {
    switch (frame.kind()) {
      case HeadSnapshotFormat.SERIES -> add(frame);
      case HeadSnapshotFormat.RECORDS -> records().read(frame.data());
      case HeadSnapshotFormat.KEPT -> readKept(frame.data(), maxTime);
      case HeadSnapshotFormat.ENDED -> readEnded(frame.data(), maxTime);
      default -> throw frame.data().corrupt("a frame of the unknown kind " + frame.kind());
    }
  }

  private void add(SnapshotParser.Frame frame) {
    List<String> labels = frame.newLabels();
    for (int i = 0; i < labels.size(); i += 2) {
      var ignored = postings.addLabel(labels.get(i), labels.get(i + 1));
    }
    for (SnapshotParser.Series each : frame.series()) {
      MemSeries added = head.series().restore(each.ref(), each.packed(), postings, each.labels());
      restore(added, each.inOrder(), each.late());
      series++;
    }
  }

  /// Gives a series what it had.
  ///
  /// @param late its chunks of samples out of order, as in {@link OutOfOrderChunks}
  private void restore(MemSeries owner, MemSeries.InOrder inOrder, long[] late) {
    owner.logged = true;
    owner.restore(inOrder, head.chunking());
    int closed = inOrder.closedLength() / MemSeries.CLOSED_STRIDE;
    int chunks = closed + (inOrder.open() == null ? 0 : 1);
    for (int i = 0; i < chunks; i++) {
      head.chunking().files().countStarted();
    }
    for (int i = 0; i < late.length; i += MemSeries.CLOSED_STRIDE) {
      head.outOfOrder().adopt(owner, late[i], late[i + 1], late[i + 2]);
    }
  }

  /// Made when all series are there.
  private SnapshotRecordReader records() {
    SnapshotRecordReader reader = records;
    if (reader == null) {
      var byRef = new SeriesById();
      head.series().forEachBySlot(each -> byRef.put(each.id(), each));
      reader = new SnapshotRecordReader(head, byRef);
      records = reader;
    }
    return reader;
  }

  private void readKept(ByteReader data, long maxTime) {
    long ref = 0;
    while (data.hasRemaining()) {
      ref += data.readVarint();
      int segment = Math.clamp(data.readUnsignedVarint(), 0, Integer.MAX_VALUE);
      kept.put(ref, new HeadLog.Kept(segment, maxTime + data.readVarint()));
    }
  }

  private void readEnded(ByteReader data, long maxTime) {
    while (data.hasRemaining()) {
      long hash = data.readLong();
      head.series().ended().put(hash, maxTime + data.readVarint());
    }
  }
}
