package io.varve.head;

import io.varve.Limit;
import io.varve.SeriesRef;
import io.varve.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A series that a limit keeps out of the head, and why: nothing of it is in the head or in the
/// log. An appender has one, which is filled anew for each refusal, since in an explosion of series
/// there are as many refusals as samples. Confined to one thread.
final class RefusedSeries implements SeriesRef {
  private static final byte[] NOTHING = {};

  /// Values of more characters are cut when they are shown.
  private static final int SHOWN = 200;

  private byte[] packed = NOTHING;
  private int length;
  private Limit limit = Limit.SERIES;
  private long most;
  private long found;

  /// The label whose value has too many series, if that is it.
  private String label = Labels.METRIC_NAME;

  /// Tells what was refused and why.
  ///
  /// @param most what the limit allows
  /// @param found how much there is
  void set(byte[] labels, int offset, int length, Limit limit, long most, long found) {
    set(labels, offset, length, limit, most, found, Labels.METRIC_NAME);
  }

  /// @param label whose value has too many series, if that is it
  void set(
      byte[] labels, int offset, int length, Limit limit, long most, long found, String label) {
    if (packed.length < length) {
      packed = new byte[Math.max(length, 2 * packed.length)];
    }
    System.arraycopy(labels, offset, packed, 0, length);
    this.length = length;
    this.limit = limit;
    this.most = most;
    this.found = found;
    this.label = label;
  }

  /// 0: it has none.
  @Override
  public long id() {
    return 0;
  }

  @Override
  public Labels labels() {
    return Labels.ofCanonical(Arrays.copyOf(packed, length));
  }

  Limit limit() {
    return limit;
  }

  /// Names the limit, its value, and the metric.
  String reason() {
    Labels labels = labels();
    String of = "the limit " + limit + " of " + most;
    String metric = "metric " + shown(labels.get(Labels.METRIC_NAME));
    return switch (limit) {
      case LABELS -> of + " is below its " + found + " labels, " + metric;
      case LABEL_NAME_BYTES -> of + " is below the " + found + " bytes of a label name, " + metric;
      case LABEL_VALUE_BYTES ->
          of + " is below the " + found + " bytes of a label value, " + metric;
      case SERIES -> of + " is reached, " + metric;
      case SERIES_PER_METRIC -> of + " is reached by the " + metric;
      case SERIES_PER_LABEL_VALUE ->
          of + " is reached by " + label + '=' + shown(labels.get(label)) + ", " + metric;
    };
  }

  private static String shown(@Nullable String text) {
    if (text == null) {
      return "without a name";
    }
    return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + '"';
  }
}
