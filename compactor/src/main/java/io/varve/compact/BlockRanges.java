package io.varve.compact;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The lengths of time that blocks come in: that of the blocks cut from the head, then each three
/// times the one before, up to a tenth of the retention or 31 days. As in Prometheus. Pure.
public final class BlockRanges {
  private static final int FACTOR = 3;
  private static final int MOST = 10;
  private static final Duration LONGEST = Duration.ofDays(31);
  private static final int SHARE_OF_RETENTION = 10;

  private BlockRanges() {}

  /// @param shortest of the blocks that are cut from the head
  /// @param retention zero if blocks are kept for ever
  /// @return milliseconds, ascending; at least the shortest
  public static List<Long> of(Duration shortest, Duration retention) {
    Duration share = retention.dividedBy(SHARE_OF_RETENTION);
    boolean shorter = !retention.isZero() && share.compareTo(LONGEST) < 0;
    return upTo(shortest, shorter ? share : LONGEST);
  }

  /// @param shortest of the blocks that are cut from the head
  /// @param longest that a block may be; not below the shortest, or else that counts
  /// @return milliseconds, ascending; at least the shortest
  public static List<Long> upTo(Duration shortest, Duration longest) {
    long range = shortest.toMillis();
    if (range <= 0) {
      throw new IllegalArgumentException("the shortest range is not positive: " + shortest);
    }
    long limit = longest.toMillis();
    var ranges = new ArrayList<Long>(List.of(range));
    while (ranges.size() < MOST && range <= limit / FACTOR) {
      range *= FACTOR;
      ranges.add(range);
    }
    return List.copyOf(ranges);
  }
}
