package io.varve;

import io.varve.chunk.ChunkEncoding;

/// The oldest Prometheus that must be able to read what is written. Older ones pass over log
/// records that they do not know without a word, so what they would lose is not written.
///
/// Reading does not depend on it: everything that any of these versions wrote is read.
public enum Compatibility {
  /// The oldest: XOR chunks, native histograms with exponential buckets, Snappy.
  V2_42("2.42"),
  /// And histograms with custom buckets, and log records compressed with Zstandard.
  V3_5("3.5"),
  /// And XOR2 chunks, and start timestamps: in the log for all samples, in chunks for floats.
  V3_13("3.13"),
  /// And chunks of histograms with start timestamps.
  V3_14("3.14");

  private final String version;

  Compatibility(String version) {
    this.version = version;
  }

  /// The version with this number, as in `3.5`.
  ///
  /// @throws IllegalArgumentException if it is none of them
  public static Compatibility of(String version) {
    for (Compatibility one : values()) {
      if (one.version.equals(version)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "'" + version + "' is no version to be compatible with: 2.42, 3.5, 3.13 or 3.14");
  }

  public boolean customBuckets() {
    return atLeast(V3_5);
  }

  public boolean zstd() {
    return atLeast(V3_5);
  }

  public boolean xor2() {
    return atLeast(V3_13);
  }

  public boolean startTimestamps() {
    return atLeast(V3_13);
  }

  /// Whether it knows blocks of series that have ended and left the head early, and the log records
  /// that say so. One that does not takes such a block for all that the head had up to its end.
  public boolean staleSeriesBlocks() {
    return atLeast(V3_13);
  }

  public boolean histogramChunksWithStart() {
    return atLeast(V3_14);
  }

  /// The highest number of a chunk encoding that may be written, see {@link ChunkEncoding}.
  public byte newestChunkEncoding() {
    if (histogramChunksWithStart()) {
      return ChunkEncoding.FLOAT_HISTOGRAM_ST;
    }
    return xor2() ? ChunkEncoding.XOR2 : ChunkEncoding.FLOAT_HISTOGRAM;
  }

  private boolean atLeast(Compatibility other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return version;
  }
}
