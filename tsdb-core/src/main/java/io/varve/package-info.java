/// Varve, an embedded time-series storage engine that keeps Prometheus' on-disk format.
///
/// Six types to learn: {@link io.varve.Varve}, {@link io.varve.VarveOptions}, {@link
/// io.varve.Appender}, {@link io.varve.Querier}, {@link io.varve.SeriesSet} and {@link
/// io.varve.model.SampleCursor}.
@NullMarked
package io.varve;

import org.jspecify.annotations.NullMarked;
