package io.varve.wal;

import io.varve.model.NativeHistogram;

/// Takes what {@link ChunkSnapshotReader} finds in a snapshot, in its order. Arrays are lent for
/// the time of the call; histograms may be kept.
public interface ChunkSnapshotHandler {
  /// A series and its labels in the canonical packed form of {@link io.varve.model.LabelsCodec},
  /// never empty. Its chunk follows at once, if it has one.
  void series(long ref, byte[] buf, int offset, int length);

  /// The open chunk of floats of the series told last.
  ///
  /// @param encoding see {@link io.varve.chunk.ChunkEncoding}
  /// @param mint time of the first sample, milliseconds since the epoch
  /// @param maxt time of the last sample
  /// @param lastValueBits the bits of the last sample's value
  void floatChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      long lastValueBits);

  /// The open chunk of native histograms of the series told last.
  ///
  /// @param last the last sample: whole or float as the chunk is, of any schema that {@link
  ///   io.varve.model.HistogramSchema#isKnown}
  void histogramChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      NativeHistogram last);

  /// The samples of a series from {@code mint} to {@code maxt}, both included, are deleted.
  void tombstone(long ref, long mint, long maxt);

  /// An exemplar of a series, with labels of its own in the canonical packed form, perhaps none.
  ///
  /// @param t milliseconds since the epoch
  /// @param valueBits the bits of the double
  void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length);
}
