/// Chunk encodings: how a run of samples of one series is packed into bytes.
@NullMarked
package io.varve.chunk;

import org.jspecify.annotations.NullMarked;
