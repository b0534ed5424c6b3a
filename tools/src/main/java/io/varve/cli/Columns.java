package io.varve.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows of cells printed in columns as promtool's are: each column but the last at least 13 wide,
/// and two wider than its longest cell. Confined to one thread.
final class Columns {
  private static final int MIN_WIDTH = 13;
  private static final int PADDING = 2;

  private final List<String[]> rows = new ArrayList<>();

  /// Adds a row; all have the same number of cells.
  void add(String... cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    int[] widths = widths();
    for (String[] row : rows) {
      for (int i = 0; i < row.length - 1; i++) {
        text.append(row[i]).repeat(' ', widths[i] - row[i].length());
      }
      text.append(row[row.length - 1]).append('\n');
    }
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[rows.isEmpty() ? 0 : rows.getFirst().length];
    Arrays.fill(widths, MIN_WIDTH);
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length() + PADDING);
      }
    }
    return widths;
  }
}
