package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SeriesLoaderTest {
  private final HeadSeries series = new HeadSeries(VarveOptions.defaults(), new HeadCounters());
  private final SeriesLoader loader = new SeriesLoader(series);

  private MemSeries add(long ref, Labels labels) {
    byte[] own = labels.encoded();
    byte[] record = new byte[own.length + 5];
    System.arraycopy(own, 0, record, 3, own.length);
    return loader.add(ref, record, 3, own.length);
  }

  private List<Long> matching(String name, String value) {
    var ids = new TreeSet<Long>();
    series.forEachMatching(List.of(Matcher.equal(name, value)), found -> ids.add(found.id()));
    return new ArrayList<>(ids);
  }

  @Test
  void matchersFindSeriesByEachOfTheirLabels() {
    add(7, Labels.of("__name__", "up", "job", "a", "zone", "ä"));
    add(3, Labels.of("__name__", "up", "job", "b"));
    add(9, Labels.of("__name__", "down", "job", "a"));

    assertThat(matching("__name__", "up")).containsExactly(3L, 7L);
    assertThat(matching("job", "a")).containsExactly(7L, 9L);
    assertThat(matching("zone", "ä")).containsExactly(7L);
    assertThat(matching("job", "up")).isEmpty();
    assertThat(series.labelValues("job", List.of())).containsExactly("a", "b");
  }

  @Test
  void labelsWhoseBytesAreAlikeAreNotTheSame() {
    add(1, Labels.of("a", "bc"));
    add(2, Labels.of("ab", "c"));
    add(3, Labels.of("a", "b"));

    assertThat(matching("a", "bc")).containsExactly(1L);
    assertThat(matching("ab", "c")).containsExactly(2L);
    assertThat(matching("a", "b")).containsExactly(3L);
  }

  @Test
  void seriesWithManyLabelsIsFoundByAll() {
    String[] labels = new String[200];
    for (int i = 0; i < labels.length; i += 2) {
      labels[i] = "name%03d".formatted(i);
      labels[i + 1] = "value";
    }
    add(1, Labels.of("name000", "value"));
    add(2, Labels.of(labels));

    assertThat(matching("name000", "value")).containsExactly(1L, 2L);
    assertThat(matching("name198", "value")).containsExactly(2L);
  }

  @Test
  void seriesUnderTwoReferencesIsOneAndKeepsTheFirst() {
    MemSeries first = add(5, Labels.of("a", "b"));
    MemSeries second = add(8, Labels.of("a", "b"));

    assertThat(second).isSameAs(first);
    assertThat(first.id()).isEqualTo(5);
    assertThat(first.logged).isTrue();
    assertThat(matching("a", "b")).containsExactly(5L);
    assertThat(series.lastRef()).isEqualTo(8);
  }

  @Test
  void labelsThatOthersHadBeforeAreTheSame() {
    byte[] labels = Labels.of("a", "b").encoded();
    MemSeries before = series.getOrCreate(labels, 0, labels.length);
    add(5, Labels.of("a", "b", "c", "d"));

    assertThat(matching("a", "b")).containsExactly(before.id(), 5L);
  }
}
