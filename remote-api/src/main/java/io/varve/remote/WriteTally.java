package io.varve.remote;

import io.varve.AppendOutcome;
import io.varve.CommitResult;
import io.varve.SeriesRef;
import io.varve.model.LabelsCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts what is not stored of one remote write request, and keeps the words for the first of it.
/// Confined to one thread.
final class WriteTally {
  static final String INVALID_LABELS = "invalid labels";
  static final String UNKNOWN_SERIES = "unknown series";
  static final String TOO_FAR_AHEAD = "too far in the future";

  /// Labels of a message are cut to this many characters.
  private static final int MAX_LABELS_TEXT = 500;

  private final long maxTime;
  private final Map<String, Long> rejected = new LinkedHashMap<>();
  private @Nullable String first;
  private final Map<String, Long> refusedExemplars = new LinkedHashMap<>();
  private long metadata;
  private long refusedMetadata;

  /// @param maxTime samples after it are too far in the future, milliseconds since the epoch
  WriteTally(long maxTime) {
    this.maxTime = maxTime;
  }

  long maxTime() {
    return maxTime;
  }

  /// Counts an exemplar that does not get as far as the store.
  void refusedExemplar(String reason) {
    refusedExemplars.merge(reason, 1L, Long::sum);
  }

  void metadata(boolean kept) {
    metadata += kept ? 1 : 0;
    refusedMetadata += kept ? 0 : 1;
  }

  void invalidLabels(LabelPacker labels, String problem) {
    reject(INVALID_LABELS, 1, () -> problem + ", in the series " + text(labels));
  }

  void invalidHistogram(LabelPacker labels, String problem) {
    reject(
        AppendOutcome.INVALID_HISTOGRAM.toString(),
        1,
        () -> "invalid histogram: " + problem + ", in the series " + text(labels));
  }

  void tooFarAhead(LabelPacker labels, long timestamp) {
    reject(
        TOO_FAR_AHEAD,
        1,
        () ->
            "out of bounds, more than 10 minutes in the future, of the series "
                + text(labels)
                + " at "
                + timestamp);
  }

  /// Keeps the words only: the commit counts what the store refused. It also has better words where
  /// a limit was in the way.
  void refused(AppendOutcome outcome, SeriesRef series, long timestamp) {
    if (first == null && outcome != AppendOutcome.OVER_LIMIT) {
      first = words(outcome.toString(), series.labels().toString(), timestamp);
    }
  }

  WriteResult result(CommitResult commit) {
    for (CommitResult.Rejection rejection : commit.rejections()) {
      reject(rejection.outcome().toString(), rejection.count(), () -> words(rejection));
    }
    commit
        .exemplars()
        .refused()
        .forEach((outcome, count) -> refusedExemplars.merge(outcome.toString(), count, Long::sum));
    return new WriteResult(
        commit.accepted(),
        rejected,
        first,
        commit.exemplars().accepted(),
        refusedExemplars,
        metadata,
        refusedMetadata);
  }

  private static String words(CommitResult.Rejection rejection) {
    String outcome = rejection.outcome().toString();
    String reason = rejection.reason().equals(outcome) ? "" : " (" + rejection.reason() + ")";
    return words(outcome + reason, rejection.first().toString(), rejection.firstTimestamp());
  }

  private void reject(String reason, long count, Supplier<String> words) {
    rejected.merge(reason, count, Long::sum);
    if (first == null) {
      first = words.get();
    }
  }

  private static String words(String outcome, String labels, long timestamp) {
    return outcome + " of the series " + cut(labels) + " at " + timestamp;
  }

  /// Packed labels that need not be canonical, for reading.
  private static String text(LabelPacker packer) {
    byte[] labels = packer.packed();
    int length = packer.length();
    var text = new StringBuilder("{");
    for (int at = 0; at < length && text.length() < MAX_LABELS_TEXT; ) {
      long name = LabelsCodec.field(labels, at, length);
      long value = LabelsCodec.field(labels, end(name), length);
      text.append(text.length() > 1 ? ", " : "")
          .append(string(labels, name))
          .append("=\"")
          .append(string(labels, value))
          .append('"');
      at = end(value);
    }
    return cut(text.append('}').toString());
  }

  private static int end(long field) {
    return LabelsCodec.start(field) + LabelsCodec.length(field);
  }

  private static String string(byte[] bytes, long field) {
    int length = Math.min(LabelsCodec.length(field), MAX_LABELS_TEXT);
    return new String(bytes, LabelsCodec.start(field), length, StandardCharsets.UTF_8);
  }

  private static String cut(String labels) {
    return labels.length() <= MAX_LABELS_TEXT
        ? labels
        : labels.substring(0, MAX_LABELS_TEXT) + "...";
  }
}
