package io.varve.wal;

/// Takes what {@link RecordDecoder} finds in records, in their order. Called for each sample, so it
/// should be one class per program or few.
public interface RecordHandler {
  /// A series and its labels in the canonical packed form of {@link io.varve.model.LabelsCodec},
  /// never empty. The bytes are lent for the time of the call.
  void series(long ref, byte[] buf, int offset, int length);

  /// A sample.
  ///
  /// @param t milliseconds since the epoch
  /// @param valueBits the bits of the double
  void sample(long ref, long t, long valueBits);

  /// The samples of a series from {@code mint} to {@code maxt}, both included, are deleted.
  void tombstone(long ref, long mint, long maxt);

  /// A record of a type that is not read. Not an error: other programs write types that Varve does
  /// not know yet.
  ///
  /// @param type the first byte of the record
  /// @param length bytes of the whole record
  default void unknown(int type, int length) {}

  /// A series that no index can take: a name occurs twice, is empty, or text is not UTF-8. Its
  /// samples follow all the same, with a ref that {@link #series} never told.
  ///
  /// @param problem one clause for a message
  default void malformedSeries(long ref, String problem) {}
}
