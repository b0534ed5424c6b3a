package io.varve.golden;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Compares texts, and says only where they differ. Static and stateless.
final class Lines {
  private static final int SHOWN = 5;

  private Lines() {}

  static void assertSame(List<String> actual, List<String> expected) {
    if (actual.equals(expected)) {
      return;
    }
    var missing = new LinkedHashSet<>(expected);
    actual.forEach(missing::remove);
    var unexpected = new LinkedHashSet<>(actual);
    expected.forEach(unexpected::remove);
    fail(
        actual.size()
            + " lines instead of "
            + expected.size()
            + (missing.isEmpty() && unexpected.isEmpty() ? ", in another order" : "")
            + "\nmissing: "
            + shown(missing)
            + "\nunexpected: "
            + shown(unexpected));
  }

  private static String shown(Set<String> lines) {
    var some = new ArrayList<>(lines.stream().limit(SHOWN).toList());
    some.addFirst(lines.size() + " lines");
    return String.join("\n  ", some);
  }
}
