package io.varve.head;

import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.FloatHistogramEncoder;
import io.varve.chunk.HistogramEncoder;
import io.varve.chunk.Xor2Encoder;
import io.varve.chunk.XorEncoder;
import io.varve.model.SampleKind;
import java.util.concurrent.atomic.LongAdder;

/// How the head makes chunks, and where full ones go. Immutable but for the files and the count.
///
/// @param range span of a block, which no chunk crosses the end of, milliseconds
/// @param xor2 whether chunks of floats are XOR2
/// @param histogramStarts whether chunks of histograms hold start timestamps
/// @param files takes full chunks
/// @param stale how many series have ended
record Chunking(
    long range, boolean xor2, boolean histogramStarts, HeadChunks files, LongAdder stale) {
  static Chunking of(VarveOptions options, HeadChunks files) {
    Compatibility peer = options.compatibility();
    return new Chunking(
        options.blockRange().toMillis(),
        options.floatEncoding() == FloatEncoding.XOR2,
        options.startTimestamps() && peer.histogramChunksWithStart(),
        files,
        new LongAdder());
  }

  /// An empty chunk for samples of a kind.
  ChunkEncoder encoder(SampleKind kind) {
    return switch (kind) {
      case FLOAT -> xor2 ? new Xor2Encoder() : new XorEncoder();
      case HISTOGRAM -> new HistogramEncoder(histogramStarts);
      case FLOAT_HISTOGRAM -> new FloatHistogramEncoder(histogramStarts);
    };
  }
}
