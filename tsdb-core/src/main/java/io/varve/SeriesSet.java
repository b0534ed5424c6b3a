package io.varve;

import io.varve.model.Labels;
import io.varve.model.SampleCursor;

/// Walks the series a query selected, in the order of their labels. Starts before the first.
/// Confined to one thread; valid until its {@link Querier} is closed.
public interface SeriesSet {
  boolean next();

  Labels labels();

  /// The samples of the present series within the range of the querier, merged from head and
  /// blocks, without deleted ones. Valid until {@link #next()} is called.
  SampleCursor samples();
}
