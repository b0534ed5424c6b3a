package io.varve.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads durations as Prometheus writes them in flags and configuration: numbers with the units `y`
/// (365 d), `w`, `d`, `h`, `m`, `s`, `ms`, each at most once and in this order, as `15d` or
/// `2h30m`; or a plain `0`.
final class PrometheusDuration implements ITypeConverter<Duration> {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

  private static final Duration[] UNITS = {
    Duration.ofDays(365),
    Duration.ofDays(7),
    Duration.ofDays(1),
    Duration.ofHours(1),
    Duration.ofMinutes(1),
    Duration.ofSeconds(1),
    Duration.ofMillis(1)
  };

  /// What a Go `time.Duration` holds, and with it every Prometheus: 2^63 - 1 ns, some 292 years.
  private static final Duration LARGEST = Duration.ofNanos(Long.MAX_VALUE);

  @Override
  public Duration convert(String text) {
    return parse(text);
  }

  /// @throws TypeConversionException if the text is no duration or too long a one
  static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = SYNTAX.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration such as 15d, 2h30m or 90s");
    }
    try {
      // In whole numbers: Duration multiplies by way of BigDecimal, which takes long to load.
      long millis = 0;
      for (int i = 0; i < UNITS.length; i++) {
        String number = matcher.group(i + 1);
        if (number != null) {
          long part = Math.multiplyExact(UNITS[i].toMillis(), Long.parseLong(number));
          millis = Math.addExact(millis, part);
        }
      }
      var sum = Duration.ofMillis(millis);
      if (sum.compareTo(LARGEST) <= 0) {
        return sum;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // More than the arithmetic holds: too long, too.
    }
    throw new TypeConversionException("'" + text + "' is longer than 292 years");
  }
}
