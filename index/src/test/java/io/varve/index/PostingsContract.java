package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What holds for every kind of {@link Postings}.
abstract class PostingsContract {
  private static final long MAX_REF = 0xFFFF_FFFFL;

  /// Postings that hold exactly these references.
  abstract Postings postings(NavigableSet<Long> refs);

  @Test
  void walksAllReferencesInOrder() {
    var refs = new TreeSet<>(List.of(0L, 1L, 5L, 0x7FFF_FFFFL, 0x8000_0000L, MAX_REF));

    assertThat(IndexFixture.refs(postings(refs))).containsExactlyElementsOf(refs);
  }

  @Test
  void staysOverOnceOver() {
    Postings postings = postings(new TreeSet<>(List.of(3L)));

    assertThat(postings.seek(4)).isFalse();

    assertThat(postings.next()).isFalse();
    assertThat(postings.seek(0)).isFalse();
    assertThat(postings.seek(3)).isFalse();
  }

  @Test
  void staysOverAfterTheLastReference() {
    Postings postings = postings(new TreeSet<>(List.of(3L)));

    assertThat(postings.next()).isTrue();
    assertThat(postings.next()).isFalse();

    assertThat(postings.seek(0)).isFalse();
    assertThat(postings.next()).isFalse();
  }

  @Test
  void staysWhereItIsIfThatIsFarEnough() {
    Postings postings = postings(new TreeSet<>(List.of(3L, 7L, 9L)));

    assertThat(postings.seek(5)).isTrue();
    assertThat(postings.seek(2)).isTrue();
    assertThat(postings.seek(7)).isTrue();

    assertThat(postings.ref()).isEqualTo(7);
    assertThat(postings.next()).isTrue();
    assertThat(postings.ref()).isEqualTo(9);
  }

  @Test
  void isOverAtOnceIfEmpty() {
    Postings walked = postings(new TreeSet<>());
    Postings sought = postings(new TreeSet<>());

    assertThat(walked.next()).isFalse();
    assertThat(sought.seek(0)).isFalse();
  }

  @Test
  void seeksAndWalksAsASortedSetDoes() {
    Property.forAll(
        300,
        random -> {
          NavigableSet<Long> refs = randomRefs(random, random.nextInt(200));
          Postings postings = postings(refs);
          assertThat(postings.sizeHint()).isGreaterThanOrEqualTo(refs.size());
          var trace = new ArrayList<String>();
          Long expected = -1L;
          while (expected != null) {
            boolean found;
            if (random.nextInt(3) > 0) {
              expected = refs.higher(expected);
              found = postings.next();
              trace.add("next");
            } else {
              long target = randomTarget(random, refs, expected);
              expected = refs.ceiling(Math.max(target, expected));
              found = postings.seek(target);
              trace.add("seek " + target);
            }
            assertThat(found).describedAs("%s in %s", trace, refs).isEqualTo(expected != null);
            if (expected != null) {
              assertThat(postings.ref()).describedAs("%s in %s", trace, refs).isEqualTo(expected);
            }
          }
          assertThat(postings.next()).isFalse();
          assertThat(postings.seek(0)).isFalse();
        });
  }

  private static long randomTarget(RandomGenerator random, NavigableSet<Long> refs, long at) {
    if (refs.isEmpty() || random.nextInt(10) == 0) {
      return random.nextLong(MAX_REF + 2);
    }
    return Math.max(0, at) + random.nextLong(1 + (refs.last() - refs.first()) / 8 + 2);
  }

  /// References near one another, far apart, or both; unsigned 32-bit.
  static NavigableSet<Long> randomRefs(RandomGenerator random, int count) {
    var refs = new TreeSet<Long>();
    long range = 1L << (4 + random.nextInt(29));
    long base = random.nextBoolean() ? 0 : MAX_REF + 1 - range;
    while (refs.size() < Math.min(count, range / 2)) {
      refs.add(base + random.nextLong(range));
    }
    return refs;
  }
}
