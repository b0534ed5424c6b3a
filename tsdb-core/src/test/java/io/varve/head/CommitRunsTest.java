package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.Intervals;
import io.varve.fixture.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One series that gets samples from commits, while queries begin and end.
class CommitRunsTest {
  private final Isolation isolation = new Isolation();
  private long @Nullable [] runs;
  private long commit;
  private long before = -1;
  private long lastTime = -1;

  /// The commit of each sample, at the times 0, 1, ...
  private final List<Long> model = new ArrayList<>();

  private void append(Commit of) {
    if (of.id() != commit) {
      runs = CommitRuns.add(runs, commit, before, of.before());
      commit = of.id();
      before = lastTime;
    }
    lastTime++;
    model.add(of.id());
  }

  private Set<Long> seen(Horizon horizon) {
    Intervals hidden = CommitRuns.hidden(runs, commit, before, horizon);
    var seen = new TreeSet<Long>();
    for (long t = 0; t <= lastTime; t++) {
      if (!hidden.contains(t)) {
        seen.add(t);
        assertThat(t).isLessThanOrEqualTo(CommitRuns.lastSeen(hidden));
      }
    }
    return seen;
  }

  private int runs() {
    return runs == null ? 0 : runs.length / 2;
  }

  private void commitOne() {
    try (Commit next = isolation.begin()) {
      append(next);
    }
  }

  @Test
  void nothingIsKeptOfCommitsThatEverybodySees() {
    for (int i = 0; i < 10; i++) {
      commitOne();
      assertThat(runs).isNull();
    }
  }

  @Test
  void queryThatStaysOpenCostsOneRunHoweverManyCommitsThereAre() {
    commitOne();
    Horizon open = isolation.open();
    for (int i = 0; i < 1000; i++) {
      commitOne();
      assertThat(runs()).isLessThanOrEqualTo(1);
    }

    assertThat(seen(open)).containsExactly(0L);

    isolation.close(open);
    commitOne();
    assertThat(runs).isNull();
  }

  @Test
  void seriesInWhichTwoCommitsTakeTurnsIsTidiedUpWhenTheyHaveEnded() {
    Commit one = isolation.begin();
    Commit other = isolation.begin();
    for (int i = 0; i < 3; i++) {
      append(one);
      append(other);
    }
    other.close();
    Horizon seesOther = isolation.open();
    one.close();

    assertThat(seen(seesOther)).containsExactly(1L, 3L, 5L);
    assertThat(seen(isolation.open())).hasSize(6);
    assertThat(runs()).isEqualTo(5);

    isolation.close(seesOther);
    commitOne();
    assertThat(runs).isNull();
  }

  /// Against a model that knows the commit of each sample and when each ended.
  @Test
  void everyQuerySeesWhatHadEndedWhenItBegan() {
    Property.forAll(300, CommitRunsTest::check);
  }

  private static void check(RandomGenerator random) {
    var test = new CommitRunsTest();
    var underWay = new ArrayList<Commit>();
    var ended = new TreeSet<Long>();
    Map<Horizon, Set<Long>> readers = new LinkedHashMap<>();
    int steps = 200;
    int mostReaders = 1 + random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(6)) {
        case 0 -> underWay.add(test.isolation.begin());
        case 1 -> {
          if (!underWay.isEmpty()) {
            Commit one = underWay.remove(random.nextInt(underWay.size()));
            one.close();
            ended.add(one.id());
          }
        }
        case 2 -> {
          if (readers.size() < mostReaders) {
            readers.put(test.isolation.open(), new TreeSet<>(ended));
          }
        }
        case 3 -> {
          if (!readers.isEmpty() && random.nextInt(3) == 0) {
            Horizon one = List.copyOf(readers.keySet()).get(random.nextInt(readers.size()));
            readers.remove(one);
            test.isolation.close(one);
          }
        }
        default -> {
          if (!underWay.isEmpty()) {
            test.append(underWay.get(random.nextInt(underWay.size())));
          }
        }
      }
      readers.forEach(test::requireToSee);
      test.requireToSee(test.isolation.state().now(), ended);
      test.requireToSee(
          Horizon.ALL, test.model.stream().collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private void requireToSee(Horizon horizon, Set<Long> commits) {
    var expected = new TreeSet<Long>();
    for (int t = 0; t < model.size(); t++) {
      if (commits.contains(model.get(t))) {
        expected.add((long) t);
      }
    }
    assertThat(seen(horizon)).isEqualTo(expected);
  }

  @Test
  void commitsThatFollowUponEachOtherCostAtMostOneRunForEachQuery() {
    Property.forAll(
        100,
        random -> {
          var test = new CommitRunsTest();
          var readers = new ArrayList<Horizon>();
          for (int i = 0; i < 300; i++) {
            if (random.nextInt(4) == 0 && readers.size() < 5) {
              readers.add(test.isolation.open());
            }
            if (random.nextInt(8) == 0 && !readers.isEmpty()) {
              test.isolation.close(readers.remove(random.nextInt(readers.size())));
            }
            test.commitOne();
            assertThat(test.runs()).isLessThanOrEqualTo(readers.size());
          }
        });
  }
}
