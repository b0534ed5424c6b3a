package io.varve.head;

import io.varve.CommitResult.Exemplars;
import io.varve.ExemplarOutcome;
import io.varve.io.HeapByteSink;
import io.varve.model.Exemplar;
import io.varve.model.Metadata;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a commit brings besides samples: exemplars and metadata. They are logged with it and
/// applied whatever becomes of its samples, as in Prometheus. Most commits have none, so nothing is
/// held for them beyond empty lists. Confined to one thread at a time.
final class Annotations {
  private static final int KEEP_CAPACITY = 4 << 10;

  private List<MemSeries> exemplarSeries = new ArrayList<>();
  private List<Exemplar> exemplars = new ArrayList<>();

  private List<MemSeries> metadataSeries = new ArrayList<>();
  private List<Metadata> metadata = new ArrayList<>();
  private Map<String, Metadata> families = new LinkedHashMap<>();

  /// The series that stand for families, as far as they have some.
  private Map<String, MemSeries> chosen = new HashMap<>();

  /// Exemplars that were not taken so far.
  private final Map<ExemplarOutcome, Long> refused = new EnumMap<>(ExemplarOutcome.class);

  private long duplicates;
  private long accepted;

  void add(MemSeries series, Exemplar exemplar) {
    exemplarSeries.add(series);
    exemplars.add(exemplar);
  }

  void add(MemSeries series, Metadata of) {
    metadataSeries.add(series);
    metadata.add(of);
  }

  void add(String family, Metadata of) {
    families.put(family, of);
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
    return exemplars.isEmpty()
        && metadata.isEmpty()
        && families.isEmpty()
        && refused.isEmpty()
        && duplicates == 0;
  }

  /// Chooses the series by which the metadata of families is logged, unless it is already.
  void chooseSeries(HeadSeries all, HeadMetadata known) {
    families.forEach((family, of) -> {
      MemSeries series = known.seriesOf(family, of);
      if (series == null) {
        series = any(all, of.type().seriesOf(family));
        if (series != null && !known.has(series, of) && known.hasRoom(of)) {
          add(series, of);
        }
      }
      if (series != null) {
        chosen.put(family, series);
      }
    });
  }

  private static @Nullable MemSeries any(HeadSeries all, List<String> metrics) {
    return metrics.stream().map(all::anyOf).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /// Replaces series that have left the head since, and drops what is of such as did not come back:
  /// the samples of this commit have made theirs anew.
  void resolve(HeadSeries present) {
    resolve(metadataSeries, metadata, present);
    int gone = resolve(exemplarSeries, exemplars, present);
    if (gone > 0) {
      refused.merge(ExemplarOutcome.UNKNOWN_SERIES, (long) gone, Long::sum);
    }
  }

  /// @return how many were dropped
  private static <T> int resolve(List<MemSeries> all, List<T> of, HeadSeries present) {
    int kept = 0;
    for (int i = 0; i < all.size(); i++) {
      MemSeries series = all.get(i);
      MemSeries found = series.removed ? present.findAgain(series) : series;
      if (found != null) {
        all.set(kept, found);
        of.set(kept++, of.get(i));
      }
    }
    int gone = all.size() - kept;
    all.subList(kept, kept + gone).clear();
    of.subList(kept, kept + gone).clear();
    return gone;
  }

  /// Whether the records of all series are logged.
  boolean seriesLogged() {
    return allLogged(metadataSeries) && allLogged(exemplarSeries);
  }

  private static boolean allLogged(List<MemSeries> all) {
    for (MemSeries series : all) {
      if (!series.logged) {
        return false;
      }
    }
    return true;
  }

  /// Calls {@code action} with the series of everything, some perhaps more than once.
  void forEachSeries(Consumer<MemSeries> action) {
    metadataSeries.forEach(action);
    exemplarSeries.forEach(action);
  }

  /// Puts the record of metadata, which comes before those of samples.
  void putMetadata(RecordBatch records) {
    if (metadata.isEmpty()) {
      return;
    }
    HeapByteSink record = records.begin();
    RecordEncoder.metadataStart(record);
    for (int i = 0; i < metadata.size(); i++) {
      Metadata of = metadata.get(i);
      int type = of.type().number();
      RecordEncoder.metadata(record, metadataSeries.get(i).id(), type, of.unit(), of.help());
    }
    records.end();
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

  /// Adds all to what there is. An exemplar that another commit, or an earlier one of this,
  /// overtook is refused now.
  void apply(ExemplarStorage storage, HeadMetadata known) {
    for (int i = 0; i < metadata.size(); i++) {
      known.put(metadataSeries.get(i), metadata.get(i));
    }
    families.forEach((family, of) -> known.putFamily(family, of, chosen.get(family)));
    addExemplars(storage);
  }

  private void addExemplars(ExemplarStorage storage) {
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
    if (exemplars.size() + metadata.size() > KEEP_CAPACITY) {
      exemplarSeries = new ArrayList<>();
      exemplars = new ArrayList<>();
      metadataSeries = new ArrayList<>();
      metadata = new ArrayList<>();
    } else {
      exemplarSeries.clear();
      exemplars.clear();
      metadataSeries.clear();
      metadata.clear();
    }
    if (families.size() > KEEP_CAPACITY) {
      families = new LinkedHashMap<>();
      chosen = new HashMap<>();
    } else {
      families.clear();
      chosen.clear();
    }
    refused.clear();
    accepted = 0;
    duplicates = 0;
  }
}
