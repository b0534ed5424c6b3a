/// What the golden tests need of the classes of this package that are not public.
@NullMarked
package io.varve.block;

import org.jspecify.annotations.NullMarked;
