package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ColumnsTest {
  @Test
  void columnsAreThirteenWideAndTwoMoreThanTheirLongestCell() {
    var columns = new Columns();

    columns.add("BLOCK ULID", "MIN TIME", "SIZE");
    columns.add("01M7YVMSBHPYYNRAB1HZ7TTCR6", "1000000", "53795");

    assertThat(columns)
        .hasToString(
            """
            BLOCK ULID                  MIN TIME     SIZE
            01M7YVMSBHPYYNRAB1HZ7TTCR6  1000000      53795
            """);
  }

  @Test
  void noRowIsNoText() {
    assertThat(new Columns()).hasToString("");
  }
}
