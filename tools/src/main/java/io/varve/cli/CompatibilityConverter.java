package io.varve.cli;

import io.varve.Compatibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a Prometheus version.
final class CompatibilityConverter implements ITypeConverter<Compatibility> {
  @Override
  public Compatibility convert(String text) {
    try {
      return Compatibility.of(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
