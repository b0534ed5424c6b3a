package io.varve.io;

import org.jspecify.annotations.Nullable;

/// Bytes that break their format. Names the file (or the place a buffer came from), the byte offset
/// in it and what is wrong there, so that a person can go and look.
///
/// Unchecked, because mapped bytes are read far from where a file was opened. Not thrown for faults
/// of the operating system: those are {@link java.io.IOException}.
public final class CorruptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String what;

  /// @param file the file, or where the bytes came from
  /// @param offset position of the fault in bytes from the start of {@code file}; -1 if it concerns
  ///   the whole
  public CorruptionException(Object file, long offset, String what) {
    this(file, offset, what, null);
  }

  public CorruptionException(Object file, long offset, String what, @Nullable Throwable cause) {
    super(file + (offset < 0 ? "" : " at offset " + offset) + ": " + what, cause);
    this.file = file.toString();
    this.offset = offset;
    this.what = what;
  }

  public String file() {
    return file;
  }

  /// Byte offset of the fault in {@link #file()}, or -1.
  public long offset() {
    return offset;
  }

  public String what() {
    return what;
  }
}
