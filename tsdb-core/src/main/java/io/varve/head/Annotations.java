package io.varve.head;

import io.varve.CommitResult.Exemplars;
import io.varve.ExemplarOutcome;
import io.varve.model.Exemplar;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What a commit brings besides samples: exemplars. They are logged with it and applied whatever
/// becomes of its samples, as in Prometheus. Most commits have none, so nothing is held for them
/// beyond empty lists. Confined to one thread at a time.
final class Annotations {
  private static final int KEEP_CAPACITY = 4 << 10;

  private List<MemSeries> exemplarSeries = new ArrayList<>();
  private List<Exemplar> exemplars = new ArrayList<>();

  /// Exemplars that were not taken so far.
  private final Map<ExemplarOutcome, Long> refused = new EnumMap<>(ExemplarOutcome.class);

  private long duplicates;
  private long accepted;

  void add(MemSeries series, Exemplar exemplar) {
    exemplarSeries.add(series);
    exemplars.add(exemplar);
  }

  /// Counts an exemplar that was not accepted.
  void refuse(ExemplarOutcome outcome) {
    if (outcome.stored()) {
      duplicates++;
    } else {
      refused.merge(outcome, 1L, Long::sum);
    }
  }

  /// Whether there is nothing to commit, and nothing to tell.
  boolean isEmpty() {
    return exemplars.isEmpty() && refused.isEmpty() && duplicates == 0;
  }

  /// Replaces series that have left the head since.
  ///
  /// @return whether the records of all series are logged
  boolean resolve(UnaryOperator<MemSeries> replacement) {
    boolean logged = true;
    for (int i = 0; i < exemplarSeries.size(); i++) {
      if (exemplarSeries.get(i).removed) {
        exemplarSeries.set(i, replacement.apply(exemplarSeries.get(i)));
      }
      logged &= exemplarSeries.get(i).logged;
    }
    return logged;
  }

  /// Calls {@code action} with the series of everything, some perhaps more than once.
  void forEachSeries(Consumer<MemSeries> action) {
    exemplarSeries.forEach(action);
  }

  /// Puts the record of exemplars, which comes after those of samples.
  void putExemplars(RecordBatch records) {
    int size = exemplars.size();
    if (size == 0) {
      return;
    }
    long[] refs = new long[size];
    long[] times = new long[size];
    long[] valueBits = new long[size];
    byte[][] labels = new byte[size][];
    for (int i = 0; i < size; i++) {
      Exemplar exemplar = exemplars.get(i);
      refs[i] = exemplarSeries.get(i).id();
      times[i] = exemplar.timestamp();
      valueBits[i] = Double.doubleToRawLongBits(exemplar.value());
      labels[i] = exemplar.labels().encoded();
    }
    RecordEncoder.exemplars(records.begin(), refs, times, valueBits, labels, 0, size);
    records.end();
  }

  /// Adds the exemplars to those there are. One that another commit, or an earlier one of this,
  /// overtook is refused now.
  void apply(ExemplarStorage storage) {
    for (int i = 0; i < exemplars.size(); i++) {
      ExemplarOutcome outcome = storage.add(exemplarSeries.get(i).labels(), exemplars.get(i));
      if (outcome == ExemplarOutcome.ACCEPTED) {
        accepted++;
      } else {
        refuse(outcome);
      }
    }
    if (!refused.isEmpty()) {
      storage.countRefused(refused);
    }
  }

  /// What became of the exemplars, once they are applied.
  Exemplars result() {
    return new Exemplars(accepted + duplicates, refused);
  }

  void clear() {
    if (exemplars.size() > KEEP_CAPACITY) {
      exemplarSeries = new ArrayList<>();
      exemplars = new ArrayList<>();
    } else {
      exemplarSeries.clear();
      exemplars.clear();
    }
    refused.clear();
    accepted = 0;
    duplicates = 0;
  }
}
