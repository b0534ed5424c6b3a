/// The store as a whole: head, blocks, and the maintenance that turns the one into the others.
@NullMarked
package io.varve.db;

import org.jspecify.annotations.NullMarked;
