/// What becomes of blocks: how they are cut from memory, how long they stay.
@NullMarked
package io.varve.compact;

import org.jspecify.annotations.NullMarked;
