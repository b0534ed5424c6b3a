package io.varve.chunk;

/// Start timestamps in chunks of the encodings 4, 5 and 6 of Prometheus 3.13: when what a sample
/// counts began to be counted. They cost nothing where there are none, and a bit per sample where
/// samples start at the time of the one before, as those of a delta counter do.
///
/// ```
/// header = 8 bits at byte 2: known:1 from:7
/// field  = varint(t - st)           at sample 0, if known
///        | varbit(d)                at sample `from`, if that is not 0
///        | varbit(d - d')           at later ones, if `from` is not 0
/// ```
///
/// `varint` is a zig-zag LEB128 number, {@link Varbit} specifies `varbit`. `t` is the time of the
/// sample, `st` its start timestamp, both milliseconds since the epoch; `d` is the time of the
/// sample before less `st`, and `d'` the `d` of the sample before. A sample without field has the
/// start timestamp of the one before, sample 0 has none, which is 0.
///
/// A writer sets `known` if sample 0 has a start timestamp, and `from` to the index, from 0, of the
/// first sample whose start timestamp is not that of the one before; but to 127 at sample 127 if
/// there was none, as greater indices cannot be said. So a chunk of 128 samples or more always has
/// a field at its end, of a bit if all goes on as it was.
final class StartTimestampFormat {
  /// Position of the header in the chunk, in bytes.
  static final int HEADER_POSITION = Short.BYTES;

  /// Set if sample 0 has a start timestamp.
  static final int KNOWN = 0x80;

  /// Greatest index that `from` can be.
  static final int MAX_FROM = 0x7f;

  private StartTimestampFormat() {}
}
