package io.varve.head;

import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkResumer;
import io.varve.chunk.HistogramCutting;
import io.varve.index.PostingsLoader;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.model.LabelsCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills an empty head from a snapshot, see {@link HeadSnapshotFormat}. Safe on any bytes: if it
/// throws, the head is not to be used. Used once. Confined to one thread.
final class HeadSnapshotReader {
  /// What a label, a chunk and a file take at least, in bytes.
  private static final int MIN_LABEL = 1;

  private static final int MIN_CHUNK = 3;
  private static final long[] NO_CHUNKS = {};

  private final Head head;
  private final SnapshotFrameReader in;
  private final Path path;
  private final PostingsLoader postings;
  private final ChunkResumer chunks = new ChunkResumer();
  private final SeriesById byRef = new SeriesById();
  private final Map<Long, Integer> kept = new HashMap<>();

  /// The packed labels met so far.
  private byte[][] labels = new byte[1024][];

  private int labelCount;
  private int[] own = new int[64];
  private byte[] packed = new byte[1024];
  private long maxTime;
  private long previousRef;
  private long previousChunk;
  private long series;

  /// What a head and its files were like.
  ///
  /// @param files all that it had
  record State(
      long minValidTime,
      long minTime,
      long maxTime,
      long lastRef,
      long range,
      int options,
      int maxExemplars,
      List<FilePrint> files) {}

  /// @param in after the state; not closed by this
  HeadSnapshotReader(Head head, SnapshotFrameReader in, Path path) {
    this.head = head;
    this.in = in;
    this.path = path;
    this.postings = head.series().postingsLoader();
  }

  /// Reads the first frame.
  static State readState(SnapshotFrameReader in) throws IOException {
    if (in.next() != HeadSnapshotFormat.STATE) {
      throw in.data().corrupt("the first frame is not of the state");
    }
    ByteReader data = in.data();
    long minValidTime = data.readLong();
    long minTime = data.readLong();
    long maxTime = data.readLong();
    long lastRef = data.readLong();
    long range = data.readLong();
    int options = data.readByte();
    int maxExemplars = data.readInt();
    var files = new ArrayList<FilePrint>();
    while (data.hasRemaining()) {
      files.add(new FilePrint(data.readString(), data.readUnsignedVarint(), data.readInt()));
    }
    return new State(
        minValidTime, minTime, maxTime, lastRef, range, options, maxExemplars, files);
  }

  /// Reads the rest.
  ///
  /// @return the references that the log keeps records of, and the segments up to which
  /// @throws CorruptionException if it is damaged
  Map<Long, Integer> read(State state) throws IOException {
    maxTime = state.maxTime;
    head.series().reserve(state.lastRef);
    var records = new SnapshotRecordReader(head, byRef);
    for (int kind = in.next(); kind != HeadSnapshotFormat.END; kind = in.next()) {
      ByteReader data = in.data();
      previousRef = 0;
      previousChunk = 0;
      switch (kind) {
        case HeadSnapshotFormat.SERIES -> readSeries(data);
        case HeadSnapshotFormat.RECORDS -> records.read(data);
        case HeadSnapshotFormat.KEPT -> readKept(data);
        default -> throw data.corrupt("a frame of the unknown kind " + kind);
      }
    }
    ByteReader end = in.data();
    long expected = end.readLong();
    end.expectEnd();
    in.expectEnd();
    if (expected != series || head.series().count() != series) {
      throw end.corrupt(series + " series in place of " + expected);
    }
    head.restoreTimes(state.minTime, state.maxTime);
    return kept;
  }

  private void readSeries(ByteReader data) {
    while (data.hasRemaining()) {
      long ref = previousRef + data.readVarint();
      previousRef = ref;
      int count = readLabels(data);
      MemSeries added = add(data, ref, count);
      long lastTime = maxTime + data.readVarint();
      long[] closed = readChunks(data, lastTime);
      long[] late = readChunks(data, lastTime);
      ChunkEncoder open = readOpen(data);
      long nextAt = open == null ? 0 : lastTime + data.readVarint();
      HistogramCutting cutting = open == null ? null : readCutting(data, open, nextAt, lastTime);
      if (open != null && open.lastTime() != lastTime) {
        throw data.corrupt("an open chunk ends at " + open.lastTime() + ", not at " + lastTime);
      }
      head.restore(
          added,
          new MemSeries.InOrder(
              lastTime, closed, closed.length, open, cutting == null ? nextAt : 0, cutting),
          late);
      series++;
    }
  }

  /// @return how many there are; their numbers are in {@link #own}
  private int readLabels(ByteReader data) {
    int count = data.readLength(MIN_LABEL);
    if (count > own.length) {
      own = new int[count];
    }
    for (int i = 0; i < count; i++) {
      long number = data.readUnsignedVarint();
      if (number == 0) {
        own[i] = readLabel(data);
      } else if (number > 0 && number <= labelCount) {
        own[i] = (int) number - 1;
      } else {
        throw data.corrupt("label " + number + " of " + labelCount);
      }
    }
    return count;
  }

  private int readLabel(ByteReader data) {
    byte[] array = data.array();
    int from = data.position();
    int nameLength = data.readLength(1);
    var name = new String(array, data.position(), nameLength, StandardCharsets.UTF_8);
    data.skip(nameLength);
    int valueLength = data.readLength(1);
    var value = new String(array, data.position(), valueLength, StandardCharsets.UTF_8);
    data.skip(valueLength);
    if (labelCount == labels.length) {
      labels = Arrays.copyOf(labels, 2 * labelCount);
    }
    labels[labelCount++] = Arrays.copyOfRange(array, from, data.position());
    return postings.addLabel(name, value);
  }

  private MemSeries add(ByteReader data, long ref, int count) {
    int length = 0;
    for (int i = 0; i < count; i++) {
      byte[] label = labels[own[i]];
      if (packed.length - length < label.length) {
        packed = Arrays.copyOf(packed, Math.max(length + label.length, 2 * packed.length));
      }
      System.arraycopy(label, 0, packed, length, label.length);
      length += label.length;
    }
    String problem = length == 0 ? "it has no labels" : LabelsCodec.problem(packed, 0, length);
    if (problem != null || byRef.contains(ref)) {
      throw data.corrupt("series " + ref + ": " + (problem == null ? "twice" : problem));
    }
    MemSeries added =
        head.series().restore(ref, Arrays.copyOf(packed, length), postings, own, count);
    byRef.put(ref, added);
    return added;
  }

  private long[] readChunks(ByteReader data, long lastTime) {
    int count = data.readLength(MIN_CHUNK);
    if (count == 0) {
      return NO_CHUNKS;
    }
    long[] read = new long[MemSeries.CLOSED_STRIDE * count];
    long before = lastTime;
    for (int i = 0; i < read.length; i += MemSeries.CLOSED_STRIDE) {
      previousChunk += data.readVarint();
      long mint = before + data.readVarint();
      before = mint + data.readUnsignedVarint();
      read[i] = previousChunk;
      read[i + 1] = mint;
      read[i + 2] = before;
    }
    return read;
  }

  private @Nullable ChunkEncoder readOpen(ByteReader data) {
    int encoding = data.readByte();
    if (encoding == 0) {
      return null;
    }
    int length = data.readLength(1);
    int offset = data.position();
    ChunkEncoder open =
        chunks.resume(
            (byte) encoding, data.array(), offset, length, path, data.originPosition());
    data.skip(length);
    return open;
  }

  private static @Nullable HistogramCutting readCutting(
      ByteReader data, ChunkEncoder open, long nextAt, long lastTime) {
    if (open.encoding() == ChunkEncoding.XOR || open.encoding() == ChunkEncoding.XOR2) {
      return null;
    }
    long rangeEnd = lastTime + data.readVarint();
    return HistogramCutting.resume(rangeEnd, nextAt, data.readByte() != 0);
  }

  private void readKept(ByteReader data) {
    long ref = 0;
    while (data.hasRemaining()) {
      ref += data.readVarint();
      long segment = data.readUnsignedVarint();
      kept.put(ref, Math.clamp(segment, 0, Integer.MAX_VALUE));
    }
  }
}
