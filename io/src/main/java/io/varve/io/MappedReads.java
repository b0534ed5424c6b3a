package io.varve.io;

import java.util.function.Supplier;

/// Turns the {@link InternalError} by which the JVM reports a lost page of a mapped file into a
/// {@link CorruptionException}.
///
/// HotSpot raises that error at the next safepoint poll after the faulting load, so it can come up
/// in a caller of the code that touched the mapping. Whoever drives reads of mapped files from
/// outside wraps them in {@link #guard}.
public final class MappedReads {
  private MappedReads() {}

  /// Runs {@code read}; an `InternalError` about a memory access becomes a corruption of {@code
  /// what}.
  ///
  /// @param what names what is being read, for the message (a block directory, say)
  public static <T> T guard(Object what, Supplier<T> read) {
    try {
      return read.get();
    } catch (InternalError e) {
      throw lostPage(what, -1, e);
    }
  }

  /// The exception for a page that is gone.
  ///
  /// @throws InternalError {@code e} itself, if it is not about a memory access
  public static CorruptionException lostPage(Object what, long offset, InternalError e) {
    String message = e.getMessage();
    if (message == null || !message.contains("unsafe memory access")) {
      throw e;
    }
    return new CorruptionException(
        what,
        offset,
        "a mapped page could not be read: the file was cut short or the disk failed",
        e);
  }
}
