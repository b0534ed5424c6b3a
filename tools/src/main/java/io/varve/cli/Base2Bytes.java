package io.varve.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Byte counts as Prometheus' flags take them and promtool prints them. All units are powers of
/// 1024: `100MB` and `100MiB` are both 104857600.
final class Base2Bytes implements ITypeConverter<Long> {
  private static final List<String> UNITS = List.of("B", "K", "M", "G", "T", "P", "E");
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,18})(?:B|([KMGTPE])i?B)");

  @Override
  public Long convert(String text) {
    return parse(text);
  }

  /// @throws TypeConversionException if the text is not a number with a unit, or above 2^63 - 1
  ///   bytes
  static long parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is not a size such as 128MB or 64KB");
    }
    String unit = matcher.group(2);
    int shift = unit == null ? 0 : 10 * UNITS.indexOf(unit);
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return number << shift;
  }

  /// As promtool does for `--human-readable`: every unit that counts, `52KiB547B`; `0B` for
  /// nothing.
  ///
  /// @param bytes not negative
  static String format(long bytes) {
    if (bytes == 0) {
      return "0B";
    }
    var text = new StringBuilder();
    for (int i = UNITS.size() - 1; i >= 0; i--) {
      long count = bytes >>> (10 * i) & 1023;
      if (count > 0) {
        text.append(count).append(UNITS.get(i)).append(i == 0 ? "" : "iB");
      }
    }
    return text.toString();
  }
}
