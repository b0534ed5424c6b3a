package io.varve;

import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.List;
import java.util.SortedSet;

/// Reads one range of time from head and blocks together. Pins what it reads until closed, so
/// blocks replaced meanwhile stay readable. Obtained from {@link Varve#querier}; thread-safe, but
/// the sets it hands out are each confined to one thread.
///
/// As long as it is open it sees the same samples, in order and out of order alike: all of the
/// commits that had returned when it was opened, and none of a commit that was under way then or
/// began later. One that had ended but not quite returned it sees as a whole or not at all. Of a
/// commit that failed it sees what {@link Appender#commit()} says was applied.
///
/// Neither does a querier wait for commits, nor do they for it.
///
/// Reading damaged files throws {@link io.varve.io.CorruptionException}.
public interface Querier extends AutoCloseable {
  /// Series that fulfil all matchers, with their samples. Series without a sample in the range may
  /// be among them. At least one matcher is wanted.
  SeriesSet select(Matcher... matchers);

  /// Series that fulfil all matchers and have samples in the range, with their chunks.
  ChunkSeriesSet selectChunks(Matcher... matchers);

  /// Labels of the series that fulfil all matchers, in order, from the head and the blocks that
  /// overlap the range; series without a sample in the range may be among them, also such as have
  /// just been created and have none yet. So it is with names and values of labels.
  List<Labels> series(Matcher... matchers);

  /// Label names of the series that fulfil all matchers, in UTF-8 byte order; all without a
  /// matcher.
  SortedSet<String> labelNames(Matcher... matchers);

  /// Values of a label in the series that fulfil all matchers, in UTF-8 byte order; all without a
  /// matcher.
  SortedSet<String> labelValues(String name, Matcher... matchers);

  @Override
  void close();
}
