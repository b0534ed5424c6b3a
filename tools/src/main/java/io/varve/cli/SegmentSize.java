package io.varve.cli;

import io.varve.VarveOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the size of a segment of the log, within the bounds that Prometheus sets.
final class SegmentSize implements ITypeConverter<Integer> {
  private static final long MIN = 10 << 20;
  private static final long MAX = 256 << 20;

  @Override
  public Integer convert(String text) {
    long size = Base2Bytes.parse(text);
    if (size < MIN || size > MAX) {
      throw new TypeConversionException("'" + text + "' is not between 10MB and 256MB");
    }
    try {
      return VarveOptions.defaults().withWalSegmentBytes((int) size).walSegmentBytes();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
