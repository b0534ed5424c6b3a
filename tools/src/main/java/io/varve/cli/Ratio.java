package io.varve.cli;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a part of a whole: `0.25`.
final class Ratio implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      double value = new BigDecimal(text).doubleValue();
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TypeConversionException("'" + text + "' is not a ratio from 0 to 1");
  }
}
