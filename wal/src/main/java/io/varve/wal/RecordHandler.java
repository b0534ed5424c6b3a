package io.varve.wal;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;

/// Takes what {@link RecordDecoder} finds in records, in their order. Called for each sample, so it
/// should be one class per program or few.
///
/// No method has a default: what a reader leaves out, it leaves out knowingly. Arrays are lent for
/// the time of the call; histograms may be kept.
public interface RecordHandler {
  /// A series and its labels in the canonical packed form of {@link io.varve.model.LabelsCodec},
  /// never empty.
  void series(long ref, byte[] buf, int offset, int length);

  /// A sample.
  ///
  /// @param t milliseconds since the epoch
  /// @param st when the counting of a cumulative value began, in milliseconds since the epoch; 0 if
  ///   that is not known
  /// @param valueBits the bits of the double
  void sample(long ref, long t, long st, long valueBits);

  /// A native histogram of a schema that {@link io.varve.model.HistogramSchema#isKnown}.
  /// Resolutions above what can be stored are not reduced here: the receiver does so.
  ///
  /// @param t milliseconds since the epoch
  /// @param st as for a {@link #sample}
  void histogram(long ref, long t, long st, Histogram histogram);

  /// As {@link #histogram}, with counts that need not be whole.
  void floatHistogram(long ref, long t, long st, FloatHistogram histogram);

  /// The samples of a series from {@code mint} to {@code maxt}, both included, are deleted. All
  /// times together mean that the series has left the head.
  void tombstone(long ref, long mint, long maxt);

  /// An exemplar of a series, with labels of its own in the canonical packed form, perhaps none.
  ///
  /// @param t milliseconds since the epoch
  /// @param valueBits the bits of the double
  void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length);

  /// The out-of-order samples of a series logged so far are in a head chunk.
  ///
  /// @param chunkRef number of the file and offset in it, 32 bits each; 0 if a chunk was begun and
  ///   is in no file
  void mmapMarker(long ref, long chunkRef);

  /// What is known of a metric.
  ///
  /// @param kind 0 unknown, 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary, 6 info,
  ///   7 state set; any byte
  void metadata(long ref, int kind, String unit, String help);

  /// A record of a type that is not read. Not an error: other programs write types that Varve does
  /// not know yet.
  ///
  /// @param type the first byte of the record
  /// @param length bytes of the whole record
  void unknown(int type, int length);

  /// A series that no index can take: a name occurs twice, is empty, or text is not UTF-8. Its
  /// samples follow all the same, with a ref that {@link #series} never told.
  ///
  /// @param problem one clause for a message
  void malformedSeries(long ref, String problem);

  /// A sample left out of a record that is otherwise well: a histogram of an unknown schema or with
  /// other buckets than its spans have, an exemplar whose labels are malformed.
  ///
  /// @param type the first byte of the record
  /// @param t milliseconds since the epoch
  /// @param problem one clause for a message
  void skipped(int type, long ref, long t, String problem);
}
