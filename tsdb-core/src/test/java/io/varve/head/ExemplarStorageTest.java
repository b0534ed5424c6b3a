package io.varve.head;

import static io.varve.ExemplarOutcome.ACCEPTED;
import static io.varve.ExemplarOutcome.DISABLED;
import static io.varve.ExemplarOutcome.DUPLICATE;
import static io.varve.ExemplarOutcome.LABELS_TOO_LONG;
import static io.varve.ExemplarOutcome.OUT_OF_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.ExemplarOutcome;
import io.varve.ExemplarSeries;
import io.varve.fixture.Property;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ExemplarStorageTest {
  private static final Labels A = Labels.of("__name__", "a", "job", "x");
  private static final Labels B = Labels.of("__name__", "b", "job", "x");
  private static final Labels C = Labels.of("__name__", "c", "job", "y");

  private static Exemplar at(long timestamp) {
    return at(timestamp, 1);
  }

  private static Exemplar at(long timestamp, double value) {
    return new Exemplar(Labels.of("trace", "t" + timestamp), value, timestamp);
  }

  private static List<ExemplarSeries> all(ExemplarStorage storage) {
    return storage.select(Long.MIN_VALUE, Long.MAX_VALUE, List.of(List.of()));
  }

  private static List<Long> times(ExemplarStorage storage, Labels series) {
    return all(storage).stream()
        .filter(found -> found.series().equals(series))
        .flatMap(found -> found.exemplars().stream())
        .map(Exemplar::timestamp)
        .toList();
  }

  @Test
  void keepsTheNewestOfAllSeriesTogether() {
    var storage = new ExemplarStorage(3);

    storage.add(A, at(1));
    storage.add(B, at(9));
    storage.add(A, at(2));
    storage.add(A, at(3));
    assertThat(times(storage, A)).containsExactly(2L, 3L);
    assertThat(times(storage, B)).containsExactly(9L);

    storage.add(A, at(4));
    assertThat(all(storage)).containsExactly(new ExemplarSeries(A, List.of(at(2), at(3), at(4))));
    assertThat(storage.stats().series()).isEqualTo(1);
    assertThat(storage.stats().stored()).isEqualTo(3);
    assertThat(storage.stats().appended()).isEqualTo(5);
    assertThat(storage.stats().oldestTime()).isEqualTo(2);
  }

  @Test
  void replacesTheOnlyExemplarOfTheSameSeries() {
    var storage = new ExemplarStorage(1);

    for (int t = 1; t < 4; t++) {
      assertThat(storage.add(A, at(t))).isEqualTo(ACCEPTED);
    }

    assertThat(times(storage, A)).containsExactly(3L);
    assertThat(storage.stats().series()).isEqualTo(1);
  }

  @Test
  void exemplarsOfASeriesComeInTheOrderOfTimeThenValue() {
    var storage = new ExemplarStorage(10);
    assertThat(storage.add(A, at(5, 2))).isEqualTo(ACCEPTED);

    assertThat(storage.add(A, at(4, 2))).isEqualTo(OUT_OF_ORDER);
    assertThat(storage.add(A, at(5, 1))).isEqualTo(OUT_OF_ORDER);
    assertThat(storage.add(A, at(5, 3))).isEqualTo(ACCEPTED);
    assertThat(storage.add(B, at(1, 1))).isEqualTo(ACCEPTED);
    assertThat(times(storage, A)).containsExactly(5L, 5L);
  }

  @Test
  void repetitionsOfTheNewestTimeAreDuplicates() {
    var storage = new ExemplarStorage(10);
    var other = new Exemplar(Labels.of("trace", "other"), 2, 5);
    storage.add(A, at(5, 1));
    storage.add(A, at(5, 2));
    assertThat(storage.add(A, other)).isEqualTo(ACCEPTED);

    assertThat(storage.add(A, at(5, 1))).isEqualTo(DUPLICATE);
    assertThat(storage.add(A, at(5, 2))).isEqualTo(DUPLICATE);
    assertThat(storage.check(A, other)).isEqualTo(DUPLICATE);
    assertThat(storage.stats().appended()).isEqualTo(3);
  }

  @Test
  void longLabelsAreRefused() {
    var storage = new ExemplarStorage(10);
    var longer = new Exemplar(Labels.of("trace", "x".repeat(124)), 1, 1);

    assertThat(storage.check(A, longer)).isEqualTo(LABELS_TOO_LONG);
    assertThat(storage.add(A, longer)).isEqualTo(LABELS_TOO_LONG);
    assertThat(all(storage)).isEmpty();
  }

  @Test
  void growsAndShrinksWhileInUse() {
    var storage = new ExemplarStorage(0);
    assertThat(storage.add(A, at(1))).isEqualTo(DISABLED);

    storage.resize(4);
    for (int t = 1; t <= 3; t++) {
      storage.add(A, at(t));
      storage.add(B, at(t));
    }
    storage.resize(3);
    assertThat(times(storage, A)).containsExactly(3L);
    assertThat(times(storage, B)).containsExactly(2L, 3L);

    storage.resize(5);
    storage.add(A, at(4));
    storage.add(A, at(5));
    storage.add(A, at(6));
    assertThat(times(storage, A)).containsExactly(3L, 4L, 5L, 6L);
    assertThat(times(storage, B)).containsExactly(3L);

    storage.resize(0);
    assertThat(all(storage)).isEmpty();
    assertThat(storage.check(A, at(9))).isEqualTo(DISABLED);
    assertThat(storage.stats().max()).isZero();
  }

  @Test
  void selectsByAnyOfSeveralSelectorsAndTime() {
    var storage = new ExemplarStorage(10);
    for (int t = 1; t <= 3; t++) {
      storage.add(C, at(t));
      storage.add(B, at(t));
      storage.add(A, at(t));
    }

    assertThat(storage.select(2, 2, List.of(List.of(Matcher.equal("job", "x")))))
        .containsExactly(
            new ExemplarSeries(A, List.of(at(2))), new ExemplarSeries(B, List.of(at(2))));
    assertThat(
            storage.select(
                1,
                3,
                List.of(
                    List.of(Matcher.equal("__name__", "a"), Matcher.equal("job", "y")),
                    List.of(Matcher.equal("__name__", "c"), Matcher.equal("none", "")))))
        .extracting(ExemplarSeries::series)
        .containsExactly(C);
    assertThat(storage.select(4, 9, List.of(List.of()))).isEmpty();
    assertThat(storage.select(1, 9, List.of())).isEmpty();
  }

  @Test
  void agreesWithASimpleModel() {
    Property.forAll(
        200,
        random -> {
          int max = 1 + random.nextInt(8);
          var storage = new ExemplarStorage(max);
          var model = new Model(max);
          for (int i = 0; i < 100; i++) {
            if (random.nextInt(20) == 0) {
              int size = random.nextInt(9);
              storage.resize(size);
              model.resize(size);
            }
            Labels series = List.of(A, B, C).get(random.nextInt(3));
            Exemplar exemplar = exemplar(random);
            assertThat(storage.check(series, exemplar)).isEqualTo(model.judge(series, exemplar));
            assertThat(storage.add(series, exemplar)).isEqualTo(model.add(series, exemplar));
            assertThat(all(storage)).isEqualTo(model.all());
          }
        });
  }

  /// Matching may take long, and a commit waits for the lock with the head's gate half open.
  @Test
  void exemplarsCanBeAddedWhileSelectorsAreMatched() {
    var storage = new ExemplarStorage(10);
    storage.add(A, at(1));
    var added = new ArrayList<ExemplarOutcome>();
    var selectors =
        new AbstractList<List<Matcher>>() {
          @Override
          public List<Matcher> get(int index) {
            var adding = CompletableFuture.supplyAsync(() -> storage.add(B, at(2)));
            added.add(adding.orTimeout(10, TimeUnit.SECONDS).join());
            return List.of();
          }

          @Override
          public int size() {
            return 1;
          }
        };

    List<ExemplarSeries> selected = storage.select(0, 10, selectors);

    assertThat(added).containsExactly(ACCEPTED);
    assertThat(selected).containsExactly(new ExemplarSeries(A, List.of(at(1))));
    assertThat(all(storage)).hasSize(2);
  }

  @Test
  void ofOneTimeTheLastSixteenAreComparedWithANewOne() {
    var storage = new ExemplarStorage(100);
    for (int i = 0; i < 17; i++) {
      assertThat(storage.add(A, traced(i))).isEqualTo(ACCEPTED);
    }

    assertThat(storage.add(A, traced(1))).isEqualTo(DUPLICATE);
    assertThat(storage.add(A, traced(0))).isEqualTo(ACCEPTED);
    assertThat(storage.add(A, traced(1))).isEqualTo(ACCEPTED);
    assertThat(storage.add(A, traced(3))).isEqualTo(DUPLICATE);
  }

  private static Exemplar traced(int id) {
    return new Exemplar(Labels.of("trace", "" + id), 1, 1);
  }

  private static Exemplar exemplar(RandomGenerator random) {
    return new Exemplar(
        Labels.of("trace", "" + random.nextInt(2)), random.nextInt(2), random.nextInt(30));
  }

  /// A list in the order of arrival.
  private static final class Model {
    private record Held(Labels series, Exemplar exemplar) {}

    private final List<Held> held = new ArrayList<>();
    private int max;

    Model(int max) {
      this.max = max;
    }

    private List<Exemplar> of(Labels series) {
      return held.stream().filter(h -> h.series.equals(series)).map(Held::exemplar).toList();
    }

    ExemplarOutcome judge(Labels series, Exemplar exemplar) {
      if (max == 0) {
        return DISABLED;
      }
      List<Exemplar> own = of(series);
      if (own.contains(exemplar) && own.getLast().timestamp() == exemplar.timestamp()) {
        return DUPLICATE;
      }
      boolean inOrder =
          own.isEmpty()
              || exemplar.timestamp() > own.getLast().timestamp()
              || (exemplar.timestamp() == own.getLast().timestamp()
                  && exemplar.value() >= own.getLast().value());
      return inOrder ? ACCEPTED : OUT_OF_ORDER;
    }

    ExemplarOutcome add(Labels series, Exemplar exemplar) {
      ExemplarOutcome outcome = judge(series, exemplar);
      if (outcome == ACCEPTED) {
        held.add(new Held(series, exemplar));
        resize(max);
      }
      return outcome;
    }

    void resize(int size) {
      max = size;
      while (held.size() > max) {
        held.removeFirst();
      }
    }

    List<ExemplarSeries> all() {
      var series = new TreeMap<Labels, List<Exemplar>>();
      held.forEach(h -> series.put(h.series, of(h.series)));
      return series.entrySet().stream()
          .map(entry -> new ExemplarSeries(entry.getKey(), entry.getValue()))
          .toList();
    }
  }
}
