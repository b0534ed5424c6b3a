package io.varve.remote;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as Prometheus' query API writes them. Stateless.
final class ApiNumber {
  private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_UP);
  private static final double MIN_PLAIN = 1e-6;
  private static final double MAX_PLAIN = 1e21;

  private ApiNumber() {}

  /// A value: the fewest digits that read back as the same number, with an exponent if it is below
  /// 1e-6 or from 1e21 on.
  static String value(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    double magnitude = Math.abs(value);
    BigDecimal decimal = shortest(magnitude);
    boolean plain = magnitude == 0 || (magnitude >= MIN_PLAIN && magnitude < MAX_PLAIN);
    return sign + (plain ? decimal.toPlainString() : scientific(decimal));
  }

  /// {@link Double#toString} finds the shortest digits too, but never fewer than two: it prefers
  /// `4.9E-324` to `5E-324`, where both are the same number.
  private static BigDecimal shortest(double magnitude) {
    var decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      BigDecimal shorter = decimal.round(ONE_DIGIT).stripTrailingZeros();
      return shorter.doubleValue() == magnitude ? shorter : decimal;
    }
    return decimal;
  }

  private static String scientific(BigDecimal decimal) {
    String digits = decimal.unscaledValue().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String exponentSign = exponent < 0 ? "-" : "+";
    String padding = Math.abs(exponent) < 10 ? "0" : "";
    return digits.charAt(0) + fraction + "e" + exponentSign + padding + Math.abs(exponent);
  }

  /// A time in seconds, with all three digits of the milliseconds if there are any.
  ///
  /// @param millis since the epoch
  static String seconds(long millis) {
    var seconds = BigDecimal.valueOf(millis, 3);
    return (millis % 1000 == 0 ? seconds.setScale(0) : seconds).toPlainString();
  }
}
