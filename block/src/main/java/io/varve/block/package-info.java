/// One block on disk, and the narrow views through which queries and compactions read both blocks
/// and the head.
@NullMarked
package io.varve.block;

import org.jspecify.annotations.NullMarked;
