package io.varve.wal;

import static io.varve.wal.ChunkSnapshotFormat.TOMBSTONES_VERSION;
import static io.varve.wal.ChunkSnapshotFormat.UNUSED_BEFORE_VALUE;

import io.varve.chunk.ChunkEncoding;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.model.NativeHistogram;
import java.io.IOException;

/// Reads a snapshot of the head's open chunks, see {@link ChunkSnapshotFormat}. Safe on any bytes.
///
/// Whatever is wrong with a snapshot is a {@link CorruptionException}, be it damage or a type or an
/// encoding of later versions: everything in it is in the log too, so its reader forgets what it
/// was told, and reads the log from its start. Static and stateless.
public final class ChunkSnapshotReader {
  private ChunkSnapshotReader() {}

  /// Reads a whole snapshot.
  ///
  /// @throws CorruptionException if anything in it cannot be read, or the handler throws it; it
  ///   names the segment and where the record starts in it. The handler has been told what stands
  ///   before
  public static void read(Disk disk, ChunkSnapshotRef snapshot, ChunkSnapshotHandler handler)
      throws IOException {
    try (WalReader reader = WalReader.openComplete(disk, snapshot.directory())) {
      var labels = new LabelsReader();
      try {
        while (reader.next()) {
          decode(reader.record(), labels, handler);
        }
      } catch (CorruptionException e) {
        throw reader.located(e);
      }
    }
  }

  private static void decode(ByteReader in, LabelsReader labels, ChunkSnapshotHandler handler) {
    int type = in.readByte();
    switch (type) {
      case ChunkSnapshotFormat.SERIES -> series(in, labels, handler);
      case ChunkSnapshotFormat.TOMBSTONES -> tombstones(in, handler);
      case ChunkSnapshotFormat.EXEMPLARS ->
          RecordDecoder.exemplars(
              in, (ref, t, bits, packed) -> exemplar(in, handler, ref, t, bits, packed));
      default -> throw in.corrupt("a record of the unknown type " + type + " in a snapshot");
    }
    in.expectEnd();
  }

  private static void series(ByteReader in, LabelsReader labels, ChunkSnapshotHandler handler) {
    long ref = in.readLong();
    labels.read(in);
    requireWell(in, labels);
    if (labels.length() == 0) {
      throw in.corrupt("series " + ref + " has no labels");
    }
    handler.series(ref, labels.array(), labels.offset(), labels.length());
    in.skip(Long.BYTES);
    if (in.readUnsignedVarint() != 0) {
      chunk(in, ref, handler);
    }
  }

  private static void chunk(ByteReader in, long ref, ChunkSnapshotHandler handler) {
    long mint = in.readLong();
    long maxt = in.readLong();
    if (mint > maxt) {
      throw in.corrupt("a chunk from " + mint + " to " + maxt);
    }
    int encoding = in.readByte();
    int length = in.readLength(1);
    int offset = in.position();
    in.skip(length);
    byte[] buf = in.array();
    switch (encoding) {
      case ChunkEncoding.XOR, ChunkEncoding.XOR2 -> {
        in.skip(UNUSED_BEFORE_VALUE);
        handler.floatChunk(ref, encoding, mint, maxt, buf, offset, length, in.readLong());
      }
      case ChunkEncoding.HISTOGRAM, ChunkEncoding.HISTOGRAM_ST -> {
        NativeHistogram last = wellFormed(in, HistogramReader.read(in));
        handler.histogramChunk(ref, encoding, mint, maxt, buf, offset, length, last);
      }
      case ChunkEncoding.FLOAT_HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
        NativeHistogram last = wellFormed(in, HistogramReader.readFloat(in));
        handler.histogramChunk(ref, encoding, mint, maxt, buf, offset, length, last);
      }
      default -> throw in.corrupt("a chunk of the unknown encoding " + encoding);
    }
  }

  private static NativeHistogram wellFormed(ByteReader in, NativeHistogram histogram) {
    String problem = HistogramReader.problem(histogram);
    if (problem != null) {
      throw in.corrupt("the last histogram of a chunk: " + problem);
    }
    return histogram;
  }

  private static void tombstones(ByteReader in, ChunkSnapshotHandler handler) {
    int length = in.readLength(1);
    if (length != in.remaining()) {
      throw in.corrupt("tombstones of " + length + " bytes in " + in.remaining());
    }
    int version = in.readByte();
    if (version != TOMBSTONES_VERSION) {
      throw in.corrupt("tombstones of version " + version);
    }
    while (in.hasRemaining()) {
      long ref = in.readUnsignedVarint();
      long mint = in.readVarint();
      handler.tombstone(ref, mint, in.readVarint());
    }
  }

  private static void exemplar(
      ByteReader in,
      ChunkSnapshotHandler handler,
      long ref,
      long t,
      long valueBits,
      LabelsReader labels) {
    requireWell(in, labels);
    handler.exemplar(ref, t, valueBits, labels.array(), labels.offset(), labels.length());
  }

  private static void requireWell(ByteReader in, LabelsReader labels) {
    String problem = labels.problem();
    if (problem != null) {
      throw in.corrupt(problem);
    }
  }
}
