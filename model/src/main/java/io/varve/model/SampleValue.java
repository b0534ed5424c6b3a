package io.varve.model;

/// Values with a meaning of their own.
public final class SampleValue {
  /// Bits of the NaN by which a series is marked as ended (a stale marker).
  public static final long STALE_NAN_BITS = 0x7ff0000000000002L;

  /// Bits of an ordinary NaN, as Go makes it.
  public static final long NORMAL_NAN_BITS = 0x7ff8000000000001L;

  private SampleValue() {}

  public static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE_NAN_BITS;
  }
}
