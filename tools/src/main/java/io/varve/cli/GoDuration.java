package io.varve.cli;

import java.time.Duration;

/// Prints durations as Go's `time.Duration` does: `1h59m59.001s`, `2h0m0s`, `1.5s`, `12.05672ms`,
/// `730ns`, `0s`.
final class GoDuration {
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private GoDuration() {}

  static String format(Duration duration) {
    var text = new StringBuilder(20);
    if (duration.isNegative()) {
      text.append('-');
    }
    Duration magnitude = duration.abs();
    if (magnitude.isZero()) {
      text.append("0s");
    } else if (magnitude.toSeconds() == 0) {
      appendBelowOneSecond(text, magnitude.toNanosPart());
    } else {
      appendFromOneSecond(text, magnitude);
    }
    return text.toString();
  }

  private static void appendBelowOneSecond(StringBuilder out, long nanos) {
    if (nanos < MICROSECOND) {
      out.append(nanos).append("ns");
    } else if (nanos < MILLISECOND) {
      appendDecimal(out, nanos, MICROSECOND);
      out.append("µs");
    } else {
      appendDecimal(out, nanos, MILLISECOND);
      out.append("ms");
    }
  }

  private static void appendFromOneSecond(StringBuilder out, Duration magnitude) {
    if (magnitude.toHours() > 0) {
      out.append(magnitude.toHours()).append('h');
    }
    if (magnitude.toMinutes() > 0) {
      out.append(magnitude.toMinutesPart()).append('m');
    }
    appendDecimal(out, magnitude.toSecondsPart() * SECOND + magnitude.toNanosPart(), SECOND);
    out.append('s');
  }

  /// A fraction in decimal, without zeros at its end.
  ///
  /// @param unit a power of ten
  private static void appendDecimal(StringBuilder out, long value, long unit) {
    out.append(value / unit);
    long rest = value % unit;
    if (rest > 0) {
      out.append('.');
      for (long digit = unit / 10; rest > 0; digit /= 10) {
        out.append(rest / digit);
        rest %= digit;
      }
    }
  }
}
