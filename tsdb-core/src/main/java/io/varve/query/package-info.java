/// Queries over head and blocks together: series with the same labels become one, chunks of all
/// sources are put in order of time, and only where they overlap are samples merged.
@NullMarked
package io.varve.query;

import org.jspecify.annotations.NullMarked;
