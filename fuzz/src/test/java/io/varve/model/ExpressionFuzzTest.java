package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A PromQL expression: its selectors are found, or it is refused in words.
final class ExpressionFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            "histogram_quantile(0.9, sum by (le) (rate(x_bucket{a=~\"b|c\"}[5m])))",
            "a * on(job) group_left(mode) b offset -5m @ end() # comment",
            "label_replace(up{a='}'}, \"x\", `$1`, \"y\", \"(.*)\") unless {__name__=\"z\"}",
            "x[1h:5m] == bool 0x1F ^ -Inf or time()")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void findsSelectorsOrRefuses(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    List<List<Matcher>> selectors;
    try {
      selectors = SelectorExtractor.extract(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    assertThat(selectors).allMatch(matchers -> !matchers.stream().allMatch(Matcher::matchesEmpty));
    // What is found stands in the text, so it is no longer than it.
    assertThat(selectors.size()).isLessThanOrEqualTo(text.length());
  }
}
