/// JMH and whole-process benchmarks. Each names its command in its description; results are under
/// `bench/results/`.
///
/// Not null-marked: JMH fills the fields of a benchmark after it was constructed.
package io.varve.bench;
