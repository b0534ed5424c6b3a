package io.varve;

import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.NativeHistogram;
import org.jspecify.annotations.Nullable;

/// A batch of samples, exemplars and metadata that is logged as one, and whose samples a query sees
/// together or not at all, see {@link Querier}. Exemplars and metadata are seen one by one while
/// they are committed, and series as soon as they are created. Obtained from {@link
/// Varve#appender()}; confined to one thread.
///
/// After {@link #commit()} or {@link #rollback()} the appender is empty and can be used again.
/// Closing rolls back what was not committed.
public interface Appender extends AutoCloseable {
  /// Adds a sample, creating the series if need be.
  ///
  /// @param timestamp milliseconds since the epoch
  /// @throws IllegalArgumentException if {@code labels} is empty
  default AppendResult append(Labels labels, long timestamp, double value) {
    SeriesRef series = series(labels);
    return new AppendResult(append(series, timestamp, value), series);
  }

  /// Adds a sample to a known series.
  ///
  /// @param timestamp milliseconds since the epoch
  AppendOutcome append(SeriesRef series, long timestamp, double value);

  /// Adds a sample to a known series, together with when what it counts began to be counted.
  /// Answers {@link AppendOutcome#INCOMPATIBLE} unless the store keeps start timestamps, see {@link
  /// VarveOptions#startTimestamps()}.
  ///
  /// @param start milliseconds since the epoch; 0 if not known
  /// @param timestamp milliseconds since the epoch
  AppendOutcome append(SeriesRef series, long start, long timestamp, double value);

  /// Adds a native histogram, creating the series if need be. It is not copied: its arrays must not
  /// change.
  ///
  /// @param timestamp milliseconds since the epoch
  /// @throws IllegalArgumentException if {@code labels} is empty
  default AppendResult append(Labels labels, long timestamp, NativeHistogram histogram) {
    SeriesRef series = series(labels);
    return new AppendResult(append(series, timestamp, histogram), series);
  }

  /// Adds a native histogram to a known series.
  ///
  /// @param timestamp milliseconds since the epoch
  default AppendOutcome append(SeriesRef series, long timestamp, NativeHistogram histogram) {
    return append(series, 0, timestamp, histogram);
  }

  /// As {@link #append(SeriesRef, long, long, double)}, for a native histogram.
  AppendOutcome append(SeriesRef series, long start, long timestamp, NativeHistogram histogram);

  /// Finds a series by its labels, creating it if need be. Where a limit keeps it from being
  /// created, appends by the reference answer {@link AppendOutcome#OVER_LIMIT}, and create it as
  /// soon as there is room.
  ///
  /// @throws IllegalArgumentException if {@code labels} is empty
  default SeriesRef series(Labels labels) {
    return series(labels.encoded(), 0, labels.encoded().length);
  }

  /// Adds an exemplar to a known series. It is stored whatever becomes of the samples, and samples
  /// whatever becomes of it. Those of a series come in the order of time; those of the same time,
  /// by ascending value.
  ExemplarOutcome appendExemplar(SeriesRef series, Exemplar exemplar);

  /// Says what is known of a series. Kept as long as the series is in the head, the newest only;
  /// not if the texts are longer than 16 Ki characters, or than 16 Mi with those of all others.
  void updateMetadata(SeriesRef series, Metadata metadata);

  /// Says what is known of a family of metrics, such as `http_requests_total`, or `latency` with
  /// the series `latency_count`, `latency_sum` and `latency_bucket`. It need not have series yet;
  /// if it has, this is logged with one of them, and so outlives a restart.
  ///
  /// @return false if it is not kept: the name is empty or the texts are longer than 16 Ki
  ///   characters
  boolean updateMetadata(String family, Metadata metadata);

  /// Finds a series by the packed form of its labels, creating it if need be; makes no garbage when
  /// it exists. Where a limit keeps it from being created, appends by the reference answer {@link
  /// AppendOutcome#OVER_LIMIT}; such a reference has the {@linkplain SeriesRef#id() id} 0 and is
  /// good until this appender is used for another series, as refusing is to make no garbage either.
  ///
  /// @param labels canonical packed labels, see {@link io.varve.model.LabelsCodec}; copied when
  ///   kept
  /// @throws IllegalArgumentException if the series is new and the labels are empty or not
  ///   canonical
  SeriesRef series(byte[] labels, int offset, int length);

  /// As {@link #series(byte[], int, int)}, but creates nothing.
  ///
  /// @return null if the head has no such series, as it has none of empty labels or such as are not
  ///   canonical
  @Nullable SeriesRef existingSeries(byte[] labels, int offset, int length);

  /// Logs and applies all that was added. When it returns, they are in the write-ahead log, as safe
  /// as {@link VarveOptions#walSync()} says, and queriers that are opened from then on see them;
  /// some see them before they are safe.
  ///
  /// @return what was stored and what was not; also samples refused when they were added count
  /// @throws java.io.UncheckedIOException if they could not be logged. Then none was applied,
  ///   unless it was only samples out of order that could not: what else there is was then, and
  ///   they may have been. It does no harm to bring all of them again
  /// @throws WritesSuspendedException if that is so because no samples are taken for now
  /// @throws NotDurableException if they were logged and applied, but are not safe
  /// @throws IllegalStateException if this is closed
  CommitResult commit();

  /// Forgets what was added. Series created for them stay.
  void rollback();

  @Override
  void close();
}
