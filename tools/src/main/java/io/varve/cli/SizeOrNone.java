package io.varve.cli;

import picocli.CommandLine.ITypeConverter;

/// Reads a size that sets a limit; 0 sets none.
final class SizeOrNone implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    return text.equals("0") ? 0 : Base2Bytes.parse(text);
  }
}
