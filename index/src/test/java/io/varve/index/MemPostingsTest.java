package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class MemPostingsTest extends PostingsSourceContract {
  @Override
  Filled fill(Collection<Labels> series) {
    var postings = new MemPostings();
    var slots = new HashMap<Long, Labels>();
    var random = new SplittableRandom(series.size());
    for (Labels labels : series) {
      int slot = random.nextInt();
      while (slots.putIfAbsent(Integer.toUnsignedLong(slot), labels) != null) {
        slot++;
      }
      postings.add(slot, labels);
    }
    return new Filled() {
      @Override
      public PostingsSource source() {
        return postings;
      }

      @Override
      public Labels labels(long ref) {
        return slots.get(ref);
      }
    };
  }

  @Test
  void doesNotChangeWhatAReaderHolds() {
    var postings = new MemPostings();
    postings.add(1, Labels.of("a", "x"));
    postings.add(2, Labels.of("a", "y"));
    Postings all = postings.all();
    Postings one = postings.postings("a", "x");
    Postings both = postings.withName("a");

    postings.add(3, Labels.of("a", "x"));
    postings.remove(RoaringBitmap.bitmapOf(1), List.of(Labels.of("a", "x")));

    assertThat(IndexFixture.refs(all)).containsExactly(1L, 2L);
    assertThat(IndexFixture.refs(one)).containsExactly(1L);
    assertThat(IndexFixture.refs(both)).containsExactly(1L, 2L);
    assertThat(IndexFixture.refs(postings.postings("a", "x"))).containsExactly(3L);
  }

  @Test
  void forgetsNamesAndValuesOfRemovedSeries() {
    var postings = new MemPostings();
    postings.add(1, Labels.of("a", "x", "b", "y"));
    postings.add(2, Labels.of("a", "z"));

    postings.remove(RoaringBitmap.bitmapOf(1), List.of(Labels.of("a", "x", "b", "y")));

    assertThat(postings.labelNames()).containsExactly("a");
    assertThat(postings.labelValues("a")).containsExactly("z");
    assertThat(IndexFixture.refs(postings.all())).containsExactly(2L);
  }

  @Test
  void takesSlotsAgainAfterAllWereRemoved() {
    var postings = new MemPostings();
    Labels labels = Labels.of("a", "x");
    for (int round = 0; round < 2; round++) {
      postings.add(1, labels);
      postings.add(2, labels);
      assertThat(IndexFixture.refs(postings.all())).containsExactly(1L, 2L);
      assertThat(IndexFixture.refs(postings.postings("a", "x"))).containsExactly(1L, 2L);

      postings.remove(RoaringBitmap.bitmapOf(1, 2), List.of(labels));

      assertThat(postings.all().next()).isFalse();
      assertThat(postings.postings("a", "x").next()).isFalse();
    }
    postings.add(-1, labels);
    postings.add(-1, labels);
    assertThat(IndexFixture.refs(postings.postings("a", "x"))).containsExactly(0xFFFF_FFFFL);
  }

  @Test
  void removesAsIfTheSeriesHadNeverBeenAdded() {
    Property.forAll(
        50,
        random -> {
          var postings = new MemPostings();
          var expected = new MemPostings();
          var dead = new RoaringBitmap();
          var affected = new ArrayList<Labels>();
          for (int slot = random.nextInt(2000); slot > 0; slot--) {
            Labels labels =
                IndexFixture.randomLabels(random).toBuilder()
                    .set("unique", Integer.toString(slot))
                    .build();
            postings.add(slot, labels);
            if (random.nextBoolean()) {
              dead.add(slot);
              affected.add(labels);
            } else {
              expected.add(slot, labels);
            }
          }

          postings.remove(dead, affected);

          assertThat(contents(postings)).isEqualTo(contents(expected));
        });
  }

  private static Map<String, List<Long>> contents(MemPostings postings) {
    var contents = new HashMap<String, List<Long>>();
    contents.put("", IndexFixture.refs(postings.all()));
    for (String name : postings.labelNames()) {
      for (String value : postings.labelValues(name)) {
        contents.put(name + "=" + value, IndexFixture.refs(postings.postings(name, value)));
      }
    }
    return contents;
  }

  /// While series come and go, whoever asks for `{kind="x", n!="3"}` never gets one with `n="3"`,
  /// and always gets those that were there all the time.
  @Test
  void answersReadersConsistentlyWhileSeriesComeAndGo() throws Exception {
    var postings = new MemPostings();
    int stable = 2000;
    for (int slot = 0; slot < stable; slot++) {
      postings.add(slot, labelsOf(slot));
    }
    var done = new AtomicBoolean();
    Callable<Void> reader =
        () -> {
          List<Matcher> matchers =
              List.of(Matcher.equal("kind", "x"), Matcher.notRegex("n", "3|3.3"));
          while (!done.get()) {
            List<Long> refs = IndexFixture.refs(MatcherPostings.select(postings, matchers));
            assertThat(refs.stream().filter(ref -> ref < stable)).hasSize(stable - stable / 10);
            assertThat(refs).noneMatch(ref -> ref % 10 == 3 && ref < 1_000_000);
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(2)) {
      var reading = threads.submit(reader);
      for (int round = 0; round < 20; round++) {
        var dead = new RoaringBitmap();
        var affected = new ArrayList<Labels>();
        for (int slot = 1_000_000; slot < 1_001_000; slot++) {
          postings.add(slot, labelsOf(slot));
          postings.add(slot - 1_000_000 + stable + round * 1000, labelsOf(slot));
          dead.add(slot);
          affected.add(labelsOf(slot));
        }
        postings.remove(dead, affected);
      }
      done.set(true);
      reading.get();
    }
    assertThat(IndexFixture.refs(postings.all())).hasSize(stable + 20 * 1000);
  }

  private static Labels labelsOf(int slot) {
    return Labels.of("kind", "x", "n", Integer.toString(slot % 10), "slot", Integer.toString(slot));
  }
}
