/// Chunk encodings: how a run of samples of one series is packed into bytes.
///
/// - {@link io.varve.chunk.XorEncoder} and {@link io.varve.chunk.XorDecoder} write and read float
///   samples as Prometheus' encoding 1; the class `XorFormat` specifies it, {@link
///   io.varve.chunk.XorCursor} steps through it.
/// - {@link io.varve.chunk.FloatCutting} says when the head starts a new chunk.
/// - {@link io.varve.chunk.ChunkBuffer} is what chunks are copied to before they are decoded.
@NullMarked
package io.varve.chunk;

import org.jspecify.annotations.NullMarked;
