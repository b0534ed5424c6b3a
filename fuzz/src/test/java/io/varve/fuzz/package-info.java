/// Fuzz targets, and what they have in common. Each target is a class `XxxFuzzTest` in the package
/// of its decoder, with one method: by itself it runs that on its seeds, and with `fuzz/run` Jazzer
/// makes more inputs of these. A target fails on any exception that its decoder does not promise,
/// on an input that takes longer than ten seconds or more than the 256 MB of heap that there are.
@NullMarked
package io.varve.fuzz;

import org.jspecify.annotations.NullMarked;
