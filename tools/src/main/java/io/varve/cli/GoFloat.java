package io.varve.cli;

/// Prints numbers as Go's `%g` and `%v` do, which is how promtool prints samples: the fewest digits
/// that read back as the same number, with an exponent if that is below -4 or above 5: `123456`,
/// `1.234567e+06`, `0.0001`, `1e-05`, `-0`, `NaN`, `+Inf`, `-Inf`.
final class GoFloat {
  private static final int MIN_PLAIN_EXPONENT = -4;
  private static final int MAX_PLAIN_EXPONENT = 5;

  private GoFloat() {}

  static String format(double value) {
    var text = new StringBuilder(24);
    append(text, value);
    return text.toString();
  }

  static void append(StringBuilder out, double value) {
    if (Double.isNaN(value)) {
      out.append("NaN");
    } else if (Double.isInfinite(value)) {
      out.append(value > 0 ? "+Inf" : "-Inf");
    } else {
      if (Double.doubleToRawLongBits(value) < 0) {
        out.append('-');
      }
      appendMagnitude(out, Math.abs(value));
    }
  }

  private static void appendMagnitude(StringBuilder out, double value) {
    if (value == 0) {
      out.append('0');
      return;
    }
    Decimal decimal = Decimal.shortest(value);
    int exponent = decimal.exponent;
    if (exponent < MIN_PLAIN_EXPONENT || exponent > MAX_PLAIN_EXPONENT) {
      appendScientific(out, decimal.digits, exponent);
    } else {
      appendPlain(out, decimal.digits, exponent);
    }
  }

  private static void appendScientific(StringBuilder out, String digits, int exponent) {
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    if (magnitude < 10) {
      out.append('0');
    }
    out.append(magnitude);
  }

  private static void appendPlain(StringBuilder out, String digits, int exponent) {
    if (exponent < 0) {
      out.append("0.").repeat('0', -exponent - 1).append(digits);
      return;
    }
    int integerDigits = exponent + 1;
    if (digits.length() <= integerDigits) {
      out.append(digits).repeat('0', integerDigits - digits.length());
    } else {
      out.append(digits, 0, integerDigits)
          .append('.')
          .append(digits, integerDigits, digits.length());
    }
  }

  /// A positive number d.ddd * 10^exponent.
  ///
  /// @param digits significant digits, without zeros at either end
  private record Decimal(String digits, int exponent) {
    /// {@link Double#toString} finds the shortest digits too, but never fewer than two: it prefers
    /// `4.9E-324` to `5E-324`, where both are the same number.
    static Decimal shortest(double value) {
      Decimal decimal = parse(Double.toString(value));
      if (decimal.digits.length() == 2) {
        Decimal shorter = decimal.roundToOneDigit();
        if (Double.parseDouble(shorter.digits + 'E' + shorter.exponent) == value) {
          return shorter;
        }
      }
      return decimal;
    }

    private static Decimal parse(String text) {
      int e = text.indexOf('E');
      int exponent = e < 0 ? 0 : Integer.parseInt(text.substring(e + 1));
      String mantissa = e < 0 ? text : text.substring(0, e);
      int point = mantissa.indexOf('.');
      String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
      int first = 0;
      while (digits.charAt(first) == '0') {
        first++;
      }
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      return new Decimal(digits.substring(first, end), exponent + point - 1 - first);
    }

    private Decimal roundToOneDigit() {
      int rounded = (Integer.parseInt(digits) + 5) / 10;
      return rounded == 10
          ? new Decimal("1", exponent + 1)
          : new Decimal(Integer.toString(rounded), exponent);
    }
  }
}
