package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PostingsLoaderTest {
  private static List<Long> list(Postings postings) {
    var refs = new ArrayList<Long>();
    while (postings.next()) {
      refs.add(postings.ref());
    }
    return refs;
  }

  /// More pairs than are gathered at a time, slots in any order, and labels of one series and of
  /// all.
  @Test
  void fillsPostingsAsSeriesBySeriesDoes() {
    Property.forAll(3, this::compare);
  }

  private void compare(RandomGenerator random) {
    var expected = new MemPostings();
    var loaded = new MemPostings();
    var loader = new PostingsLoader(loaded);
    int labels = 1 + random.nextInt(3000);
    int series = random.nextInt(30_000);
    for (int i = 0; i < labels; i++) {
      assertThat(loader.addLabel("name" + i % 7, "value" + i)).isEqualTo(i);
    }
    for (int i = 0; i < series; i++) {
      int slot = random.nextInt(1 << 20);
      int[] numbers = random.ints(1 + random.nextInt(5), 0, labels).distinct().toArray();
      loader.add(slot, numbers);
      for (int number : numbers) {
        expected.add(slot, Labels.of("name" + number % 7, "value" + number));
      }
    }
    loader.flush();

    assertThat(list(loaded.all())).isEqualTo(list(expected.all()));
    for (int i = 0; i < labels; i++) {
      String name = "name" + i % 7;
      assertThat(list(loaded.postings(name, "value" + i)))
          .isEqualTo(list(expected.postings(name, "value" + i)));
    }
  }

  @Test
  void seriesWithMoreLabelsThanAreGatheredAtATimeIsInAll() {
    var postings = new MemPostings();
    var loader = new PostingsLoader(postings);
    int labels = 70_000;
    int[] numbers = new int[labels];
    for (int i = 0; i < labels; i++) {
      numbers[i] = loader.addLabel("name", "value" + i);
    }
    loader.add(1, new int[] {3});
    loader.add(2, numbers);
    loader.flush();
    loader.flush();

    assertThat(list(postings.all())).containsExactly(1L, 2L);
    assertThat(list(postings.postings("name", "value3"))).containsExactly(1L, 2L);
    assertThat(list(postings.postings("name", "value69999"))).containsExactly(2L);
  }
}
