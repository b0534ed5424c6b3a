package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExemplarTest {
  private static Exemplar exemplar(String... labels) {
    return new Exemplar(Labels.of(labels), 1, 1);
  }

  @Test
  void labelsMayHave128Characters() {
    assertThat(exemplar("trace", "x".repeat(123)).labelsTooLong()).isFalse();
    assertThat(exemplar("trace", "x".repeat(124)).labelsTooLong()).isTrue();
    assertThat(exemplar("a", "x".repeat(63), "b", "y".repeat(63)).labelsTooLong()).isFalse();
    assertThat(exemplar("a", "x".repeat(63), "bc", "y".repeat(63)).labelsTooLong()).isTrue();
    assertThat(exemplar().labelsTooLong()).isFalse();
  }

  @Test
  void charactersAreCodePointsAndNotBytes() {
    assertThat(exemplar("ä", "\u20ac\ud83d\ude00".repeat(63)).labelsTooLong()).isFalse();
    assertThat(exemplar("ä", "\u20ac\ud83d\ude00".repeat(64)).labelsTooLong()).isTrue();
  }
}
