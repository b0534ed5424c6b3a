package io.varve.chunk;

/// The XOR2 chunk: float samples with start timestamps, as Prometheus 3.13 writes them as chunk
/// encoding 4 where its configuration asks for it. Denser than {@link XorFormat}: one bit says that
/// both the distance in time and the value are as before, stale markers take no value, and the
/// longer distances fill whole bytes.
///
/// ```
/// chunk   = count start sample*       as many samples as count says
/// count   = 16 bits
/// start   = 8 bits                    see StartTimestampFormat
/// sample  = (first | second | later) [st]
/// first   = varint(t) value:64
/// second  = uvarint(t - t') change
///
/// later   = 0                         dod is 0, the value is as before
///         | 10 moved                  dod is 0
///         | 110   d:13 change         in -4096 .. 4095
///         | 1110  d:20 change         in -524288 .. 524287
///         | 11110 d:64 change         anything else
///         | 11111                     dod is 0, stale
///
/// change  = 0                         the value is as before
///         | 10 x:significant          within the window of an earlier sample
///         | 110 window                sets the window
///         | 111                       stale
/// moved   = 0 x:significant
///         | 1 window
/// window  = leading:5 significant:6 x:significant
/// ```
///
/// `varint`, `uvarint`, `dod`, `x` and the window are those of {@link XorFormat}, but `d` is plain
/// two's complement. `st` is the field of {@link StartTimestampFormat}. The value before is that of
/// the newest sample that was not a stale marker ({@link
/// io.varve.model.SampleValue#STALE_NAN_BITS}), 0 if there is none; so a series that comes back
/// goes on with the value it had. Stale markers have these forms in all but sample 0, where the
/// value is written as it is.
///
/// Prometheus calls this encoding experimental.
final class Xor2Format {
  /// Bytes of the sample count and the header of the start timestamps.
  static final int HEADER_LENGTH = StartTimestampFormat.HEADER_POSITION + 1;

  static final int MAX_SAMPLES = 0xffff;

  /// Ones in front of a changed value at the same distance in time.
  static final int MOVED_ONES = 1;

  static final int SMALL_DOD_ONES = 2;
  static final int SMALL_DOD_BITS = 13;
  static final int MEDIUM_DOD_ONES = 3;
  static final int MEDIUM_DOD_BITS = 20;

  /// Ones in front of a dod of 64 bits.
  static final int LONG_DOD_ONES = 4;

  /// Ones of a stale marker at the same distance in time; no zero follows.
  static final int STALE_ONES = 5;

  /// Ones of a stale marker as a change; no zero follows.
  static final int STALE_CHANGE_ONES = 3;

  private Xor2Format() {}

  /// Whether a dod can be written in {@code bits} bits.
  static boolean fits(long dod, int bits) {
    return dod == dod << (Long.SIZE - bits) >> (Long.SIZE - bits);
  }
}
