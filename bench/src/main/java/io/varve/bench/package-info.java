/// Benchmarks by JMH. Each class names the command that runs it; results that were kept are in
/// `bench/results`.
@NullMarked
package io.varve.bench;

import org.jspecify.annotations.NullMarked;
