package io.varve.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// Upper bounds of the buckets of native histograms, the very doubles that Prometheus prints.
/// Static and stateless.
final class BucketBounds {
  private static final String RESOURCE = "exponential-bounds.txt";

  /// The schema of the table.
  private static final int FINEST = 8;

  private static final double[] FRACTIONS = load();

  /// Exponent of the first power of two that is no double.
  private static final int OVERFLOW_EXPONENT = 1024;

  private BucketBounds() {}

  private static double[] load() {
    try (InputStream in = BucketBounds.class.getResourceAsStream(RESOURCE)) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .mapToDouble(Double::parseDouble)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Upper bound of bucket {@code index} of an exponential schema, -4 to 8. The last one before
  /// that for infinity ends at the largest double.
  static double exponential(int schema, int index) {
    if (schema < 0) {
      return power(1, (long) index << -schema);
    }
    double fraction = FRACTIONS[(index & ((1 << schema) - 1)) << (FINEST - schema)];
    return power(fraction, (index >> schema) + 1L);
  }

  private static double power(double fraction, long exponent) {
    boolean last = exponent == OVERFLOW_EXPONENT + (fraction < 1 ? 1 : 0);
    if (last && (fraction == 1 || fraction == 0.5)) {
      return Double.MAX_VALUE;
    }
    int bounded = Math.clamp(exponent, -2 * OVERFLOW_EXPONENT, 2 * OVERFLOW_EXPONENT);
    return Math.scalb(fraction, bounded);
  }

  /// Upper bound of bucket {@code index} of a custom schema.
  static double custom(double[] bounds, int index) {
    if (index < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
  }
}
