package io.varve.interop;

import io.varve.model.GoQuote;
import java.math.BigDecimal;
import java.math.MathContext;

/// Text as promtool prints it.
final class GoText {
  private GoText() {}

  static String quote(String text) {
    var quoted = new StringBuilder();
    GoQuote.append(quoted, text);
    return quoted.toString();
  }

  /// A number as Go's `%g` prints it: the fewest digits that give the number back, with an exponent
  /// from a million on and below 0.0001.
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (exponent >= -4 && exponent < 6) {
      return sign + shortest.toPlainString();
    }
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return sign
        + digits.charAt(0)
        + fraction
        + String.format("e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  /// Java, too, gives the fewest digits, save that it prefers two that are nearer to one that will
  /// do.
  private static BigDecimal shortest(double value) {
    var digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal one = digits.round(new MathContext(1));
    return one.doubleValue() == value ? one.stripTrailingZeros() : digits;
  }
}
