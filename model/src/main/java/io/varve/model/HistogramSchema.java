package io.varve.model;

/// The numbers that say where the buckets of a native histogram end.
///
/// Of an exponential schema `n`, one bucket ends at 1 and each at `2^(2^-n)` times the end of the
/// one before it. Of the custom schema, buckets end where the histogram says.
public final class HistogramSchema {
  /// Bucket bounds given by the histogram itself, known as NHCB.
  public static final int CUSTOM = -53;

  public static final int MIN_EXPONENTIAL = -4;
  public static final int MAX_EXPONENTIAL = 8;

  /// Ends of the range that is set aside for exponential schemas. Readers take those above {@link
  /// #MAX_EXPONENTIAL} and reduce the resolution.
  public static final int MIN_RESERVED = -9;

  public static final int MAX_RESERVED = 52;

  private HistogramSchema() {}

  public static boolean isExponential(int schema) {
    return schema >= MIN_EXPONENTIAL && schema <= MAX_EXPONENTIAL;
  }

  public static boolean isCustom(int schema) {
    return schema == CUSTOM;
  }

  /// Whether histograms of this schema can be stored as they are.
  public static boolean isValid(int schema) {
    return isExponential(schema) || isCustom(schema);
  }

  /// Whether a log may hold histograms of this schema; other ones are skipped with a warning.
  public static boolean isKnown(int schema) {
    return (schema >= MIN_RESERVED && schema <= MAX_RESERVED) || isCustom(schema);
  }
}
