/// Chunk encodings: how a run of samples of one series is packed into bytes.
///
/// - {@link io.varve.chunk.ChunkCursor} steps through a chunk of any encoding; {@link
///   io.varve.chunk.XorDecoder} reads many float samples of encoding 1 at a time.
/// - {@link io.varve.chunk.ChunkEncoder} is a chunk that grows: {@link io.varve.chunk.XorEncoder},
///   {@link io.varve.chunk.Xor2Encoder}, {@link io.varve.chunk.HistogramEncoder}, {@link
///   io.varve.chunk.FloatHistogramEncoder}.
/// - The classes `XorFormat` (encoding 1), `Xor2Format` (4) and `HistogramFormat` (2, 3, 5, 6)
///   specify the encodings, `Varbit` and `StartTimestampFormat` what some of them have in common.
/// - {@link io.varve.chunk.FloatCutting} and {@link io.varve.chunk.HistogramCutting} say when the
///   head starts a new chunk, {@link io.varve.chunk.ChunkRun} encodes samples anew.
/// - {@link io.varve.chunk.ChunkBuffer} is what chunks are copied to before they are decoded.
@NullMarked
package io.varve.chunk;

import org.jspecify.annotations.NullMarked;
