package io.varve.wal;

/// A place in a log between two records.
///
/// @param segment number of a segment
/// @param offset in the segment's file, in bytes
public record WalPosition(int segment, long offset) {
  public WalPosition {
    if (segment < 0 || offset < 0) {
      throw new IllegalArgumentException("segment " + segment + ", offset " + offset);
    }
  }
}
