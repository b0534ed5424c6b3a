package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PostingsSetsTest {
  @Test
  void intersectsAsSetsDo() {
    Property.forAll(
        300,
        random -> {
          List<NavigableSet<Long>> sets = randomSets(random, 1 + random.nextInt(5));
          var expected = new TreeSet<>(sets.getFirst());
          sets.forEach(expected::retainAll);

          Postings actual = PostingsSets.intersect(postings(random, sets));

          assertThat(actual.sizeHint()).isGreaterThanOrEqualTo(expected.size());
          assertThat(IndexFixture.refs(actual)).containsExactlyElementsOf(expected);
        });
  }

  @Test
  void unitesAsSetsDo() {
    Property.forAll(
        300,
        random -> {
          List<NavigableSet<Long>> sets = randomSets(random, random.nextInt(40));
          var expected = new TreeSet<Long>();
          sets.forEach(expected::addAll);

          Postings actual = PostingsSets.union(postings(random, sets));

          assertThat(actual.sizeHint()).isGreaterThanOrEqualTo(expected.size());
          assertThat(IndexFixture.refs(actual)).containsExactlyElementsOf(expected);
        });
  }

  @Test
  void subtractsAsSetsDo() {
    Property.forAll(
        300,
        random -> {
          List<NavigableSet<Long>> sets = randomSets(random, 2);
          var expected = new TreeSet<>(sets.get(0));
          expected.removeAll(sets.get(1));
          List<Postings> lists = postings(random, sets);

          Postings actual = PostingsSets.without(lists.get(0), lists.get(1));

          assertThat(actual.sizeHint()).isGreaterThanOrEqualTo(expected.size());
          assertThat(IndexFixture.refs(actual)).containsExactlyElementsOf(expected);
        });
  }

  @Test
  void nestsOperations() {
    Property.forAll(
        100,
        random -> {
          List<NavigableSet<Long>> sets = randomSets(random, 6);
          var expected = new TreeSet<>(sets.get(0));
          expected.addAll(sets.get(1));
          var other = new TreeSet<>(sets.get(2));
          other.addAll(sets.get(3));
          expected.retainAll(other);
          var minus = new TreeSet<>(sets.get(4));
          minus.retainAll(sets.get(5));
          expected.removeAll(minus);
          List<Postings> lists = postings(random, sets);

          Postings actual =
              PostingsSets.without(
                  PostingsSets.intersect(
                      List.of(
                          PostingsSets.union(lists.subList(0, 2)),
                          PostingsSets.union(lists.subList(2, 4)))),
                  PostingsSets.intersect(lists.subList(4, 6)));

          assertThat(IndexFixture.refs(actual)).containsExactlyElementsOf(expected);
        });
  }

  @Test
  void refusesToIntersectNothing() {
    assertThatThrownBy(() -> PostingsSets.intersect(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Sets over a common range, so that they meet.
  private static List<NavigableSet<Long>> randomSets(RandomGenerator random, int count) {
    var sets = new ArrayList<NavigableSet<Long>>();
    long range = 1L << (2 + random.nextInt(10));
    long base = random.nextBoolean() ? 0 : 0x1_0000_0000L - range;
    for (int i = 0; i < count; i++) {
      var set = new TreeSet<Long>();
      for (long size = random.nextLong(range); size > 0; size--) {
        set.add(base + random.nextLong(range));
      }
      sets.add(set);
    }
    return sets;
  }

  private static List<Postings> postings(RandomGenerator random, List<NavigableSet<Long>> sets) {
    boolean bitmapsOnly = random.nextInt(4) == 0;
    var lists = new ArrayList<Postings>();
    for (NavigableSet<Long> set : sets) {
      lists.add(
          switch (bitmapsOnly ? 0 : random.nextInt(3)) {
            case 0 -> PostingsTest.bitmap(set);
            case 1 -> PostingsTest.delta(set);
            default -> PostingsTest.mapped(set);
          });
    }
    return lists;
  }
}
