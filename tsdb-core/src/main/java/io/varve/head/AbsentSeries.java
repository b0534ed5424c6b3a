package io.varve.head;

import io.varve.SeriesRef;
import io.varve.model.Labels;

/// A series that was refused when it was last asked for. Whoever keeps this in place of the series
/// has it made as soon as the limits allow. Immutable.
record AbsentSeries(Labels labels) implements SeriesRef {
  /// 0: it has none.
  @Override
  public long id() {
    return 0;
  }
}
