package io.varve.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a duration as {@link PrometheusDuration}, but not 0.
final class PositiveDuration implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    Duration duration = PrometheusDuration.parse(text);
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is not a duration above 0");
    }
    return duration;
  }
}
