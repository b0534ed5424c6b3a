package io.varve.head;

import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkResumer;
import io.varve.chunk.HistogramCutting;
import io.varve.io.ByteReader;
import io.varve.model.LabelsCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the frames of a snapshot apart, see {@link HeadSnapshotFormat}. Safe on any bytes. Used by
/// one thread at a time; what it gives is the taker's own.
final class SnapshotParser {
  /// What a label and a chunk take at least, in bytes.
  private static final int MIN_LABEL = 1;

  private static final int MIN_CHUNK = 3;
  private static final long[] NO_CHUNKS = {};

  private final SnapshotFrameReader in;
  private final Path path;
  private final long maxTime;
  private final ChunkResumer chunks = new ChunkResumer();

  /// The packed labels met so far, and their names.
  private byte[][] labels = new byte[1024][];

  private byte[][] names = new byte[1024][];
  private int labelCount;
  private byte[] packed = new byte[1024];
  private long previousRef;
  private long previousChunk;

  /// @param labels their numbers, counting from 0
  /// @param late as in {@link OutOfOrderChunks}
  @SuppressWarnings("ArrayRecordComponent") // handed on
  record Series(long ref, byte[] packed, int[] labels, MemSeries.InOrder inOrder, long[] late) {}

  /// A frame.
  ///
  /// @param series of a frame of series
  /// @param newLabels name, value, name, value ... of labels that get the next numbers
  /// @param data of any other frame
  record Frame(int kind, List<Series> series, List<String> newLabels, ByteReader data) {}

  /// @param in after the state; not closed by this
  SnapshotParser(SnapshotFrameReader in, Path path, long maxTime) {
    this.in = in;
    this.path = path;
    this.maxTime = maxTime;
  }

  /// Reads the next frame.
  ///
  /// @throws io.varve.io.CorruptionException if it is damaged
  Frame next() throws IOException {
    int kind = in.next();
    ByteReader data = in.data();
    if (kind != HeadSnapshotFormat.SERIES) {
      int from = data.position();
      byte[] copy = Arrays.copyOfRange(data.array(), from, from + data.remaining());
      var own = new ByteReader(copy, 0, copy.length, path, data.originPosition());
      if (kind == HeadSnapshotFormat.END) {
        in.expectEnd();
      }
      return new Frame(kind, List.of(), List.of(), own);
    }
    previousRef = 0;
    previousChunk = 0;
    var series = new ArrayList<Series>();
    var newLabels = new ArrayList<String>();
    while (data.hasRemaining()) {
      series.add(readSeries(data, newLabels));
    }
    return new Frame(kind, series, newLabels, data);
  }

  private Series readSeries(ByteReader data, List<String> newLabels) {
    long ref = previousRef + data.readVarint();
    previousRef = ref;
    int[] numbers = readLabels(data, newLabels);
    byte[] own = pack(data, numbers);
    long lastTime = maxTime + data.readVarint();
    long[] closed = readChunks(data, lastTime);
    long[] late = readChunks(data, lastTime);
    int opening = data.readByte();
    boolean stale = (opening & HeadSnapshotFormat.STALE) != 0;
    ChunkEncoder open = readOpen(data, opening & ~HeadSnapshotFormat.STALE);
    long nextAt = open == null ? 0 : lastTime + data.readVarint();
    HistogramCutting cutting = open == null ? null : readCutting(data, open, nextAt, lastTime);
    if (open != null && open.lastTime() != lastTime) {
      throw data.corrupt("an open chunk ends at " + open.lastTime() + ", not at " + lastTime);
    }
    var inOrder =
        new MemSeries.InOrder(
            lastTime, stale, closed, closed.length, open, cutting == null ? nextAt : 0, cutting);
    return new Series(ref, own, numbers, inOrder, late);
  }

  private int[] readLabels(ByteReader data, List<String> newLabels) {
    int count = data.readLength(MIN_LABEL);
    if (count == 0) {
      throw data.corrupt("a series without labels");
    }
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      long number = data.readUnsignedVarint();
      if (number < 0 || number > labelCount) {
        throw data.corrupt("label " + number + " of " + labelCount);
      }
      numbers[i] = number == 0 ? readLabel(data, newLabels) : (int) number - 1;
    }
    return numbers;
  }

  private int readLabel(ByteReader data, List<String> newLabels) {
    byte[] array = data.array();
    int from = data.position();
    int nameLength = data.readLength(1);
    int nameAt = data.position();
    data.skip(nameLength);
    int valueLength = data.readLength(1);
    int valueAt = data.position();
    data.skip(valueLength);
    String problem = LabelsCodec.problem(array, from, data.position() - from);
    if (problem != null) {
      throw data.corrupt(problem);
    }
    if (labelCount == labels.length) {
      labels = Arrays.copyOf(labels, 2 * labelCount);
      names = Arrays.copyOf(names, 2 * labelCount);
    }
    newLabels.add(new String(array, nameAt, nameLength, StandardCharsets.UTF_8));
    newLabels.add(new String(array, valueAt, valueLength, StandardCharsets.UTF_8));
    labels[labelCount] = Arrays.copyOfRange(array, from, data.position());
    names[labelCount] = name(array, nameAt, nameLength);
    return labelCount++;
  }

  /// The name of the label before, if it is the same: mostly it is.
  private byte[] name(byte[] array, int from, int length) {
    byte[] before = labelCount == 0 ? new byte[0] : names[labelCount - 1];
    return Arrays.equals(before, 0, before.length, array, from, from + length)
        ? before
        : Arrays.copyOfRange(array, from, from + length);
  }

  private byte[] pack(ByteReader data, int[] numbers) {
    int length = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (i > 0 && Arrays.compareUnsigned(names[numbers[i - 1]], names[numbers[i]]) >= 0) {
        throw data.corrupt("labels are not sorted");
      }
      byte[] label = labels[numbers[i]];
      if (packed.length - length < label.length) {
        packed = Arrays.copyOf(packed, Math.max(length + label.length, 2 * packed.length));
      }
      System.arraycopy(label, 0, packed, length, label.length);
      length += label.length;
    }
    return Arrays.copyOf(packed, length);
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

  private @Nullable ChunkEncoder readOpen(ByteReader data, int encoding) {
    if (encoding == 0) {
      return null;
    }
    int length = data.readLength(1);
    int offset = data.position();
    data.skip(length);
    return chunks.resume(
        (byte) encoding, data.array(), offset, length, path, data.originPosition());
  }

  private static @Nullable HistogramCutting readCutting(
      ByteReader data, ChunkEncoder open, long nextAt, long lastTime) {
    if (open.encoding() == ChunkEncoding.XOR || open.encoding() == ChunkEncoding.XOR2) {
      return null;
    }
    long rangeEnd = lastTime + data.readVarint();
    return HistogramCutting.resume(rangeEnd, nextAt, data.readByte() != 0);
  }
}
