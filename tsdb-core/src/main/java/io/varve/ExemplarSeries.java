package io.varve;

import io.varve.model.Exemplar;
import io.varve.model.Labels;
import java.util.List;

/// Exemplars of one series.
///
/// @param exemplars at least one, by time
public record ExemplarSeries(Labels series, List<Exemplar> exemplars) {
  public ExemplarSeries {
    exemplars = List.copyOf(exemplars);
  }
}
