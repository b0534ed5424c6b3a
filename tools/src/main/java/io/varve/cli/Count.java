package io.varve.cli;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads whole numbers as Prometheus' flags take them: `50000000`, `5e7`.
final class Count implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    try {
      long value = new BigDecimal(text).longValueExact();
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // Said below.
    }
    throw new TypeConversionException("'" + text + "' is not a count such as 1000 or 5e7");
  }
}
