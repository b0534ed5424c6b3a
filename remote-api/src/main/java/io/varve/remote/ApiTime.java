package io.varve.remote;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/// Times as the query API takes them: seconds since the epoch, with a fraction, or RFC 3339.
/// Stateless.
final class ApiTime {
  /// The first instant of the API, which stands for "from the beginning", in milliseconds.
  static final long MIN = (Long.MIN_VALUE / 1000 + 62_135_596_801L) * 1000;

  /// The last instant of the API, which stands for "to the end", in milliseconds.
  static final long MAX = (Long.MAX_VALUE / 1000 - 62_135_596_801L) * 1000 + 999;

  /// {@link #MIN} and {@link #MAX} as clients write them; beyond what a date can be in Go.
  private static final String MIN_TEXT = "-292273086-05-16T16:47:06Z";

  private static final String MAX_TEXT = "292277025-08-18T07:12:54.999999999Z";

  /// Beyond this, milliseconds do not fit in a long.
  private static final double MAX_SECONDS = Long.MAX_VALUE / 1000.0 - 1;

  private ApiTime() {}

  /// @return milliseconds since the epoch
  /// @throws IllegalArgumentException if the text is no time
  static long parse(String text) {
    if (text.equals(MIN_TEXT)) {
      return MIN;
    }
    if (text.equals(MAX_TEXT)) {
      return MAX;
    }
    return isNumber(text) ? seconds(text) : date(text);
  }

  /// Java's own parser takes more: white space, hexadecimal digits, a suffix.
  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
  }

  private static long seconds(String text) {
    double seconds;
    try {
      seconds = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    if (Math.abs(seconds) > MAX_SECONDS) {
      throw wrong(text);
    }
    long whole = (long) seconds;
    return whole * 1000 + Math.round((seconds - whole) * 1000);
  }

  private static long date(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException("cannot parse \"" + text + "\" to a valid timestamp");
  }
}
