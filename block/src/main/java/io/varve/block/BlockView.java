package io.varve.block;

import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.List;
import java.util.SortedSet;

/// Series with chunks over a span of time: a persisted block or the head. Queries and compactions
/// read through this view and do not know which one they have.
///
/// Thread-safe; valid as long as its owner keeps it open.
public interface BlockView {
  /// First instant that samples can have, milliseconds since the epoch, inclusive.
  long minTime();

  /// Last instant that samples can have, milliseconds since the epoch, inclusive.
  long maxTime();

  /// The series that fulfil all matchers and have a chunk that overlaps the range, in the order of
  /// their labels. No matcher means all series.
  ///
  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  SeriesCursor select(List<Matcher> matchers, long mint, long maxt);

  /// The labels of all series that fulfil all matchers, in order, whatever time they have samples
  /// at.
  List<Labels> series(List<Matcher> matchers);

  /// Label names of the series that fulfil all matchers, whatever time they have samples at, in
  /// UTF-8 byte order.
  SortedSet<String> labelNames(List<Matcher> matchers);

  /// Values that a label has in the series that fulfil all matchers, whatever time they have
  /// samples at, in UTF-8 byte order.
  SortedSet<String> labelValues(String name, List<Matcher> matchers);
}
