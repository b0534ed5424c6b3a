package io.varve.block;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What `meta.json` says of a block. The file's format is {@link MetaFormat}. Immutable.
///
/// @param minTime first instant samples can have, milliseconds since the epoch, inclusive
/// @param maxTime end of the block's time, milliseconds since the epoch, exclusive
/// @param extra fields of other programs, written back as they were
public record BlockMeta(
    Ulid ulid, long minTime, long maxTime, Stats stats, Compaction compaction, ExtraFields extra) {
  public BlockMeta {
    requireNonNull(ulid, "ulid");
    requireNonNull(stats, "stats");
    requireNonNull(compaction, "compaction");
    requireNonNull(extra, "extra");
  }

  public BlockMeta(Ulid ulid, long minTime, long maxTime, Stats stats, Compaction compaction) {
    this(ulid, minTime, maxTime, stats, compaction, ExtraFields.NONE);
  }

  /// Whether the block has an instant in `[mint, maxt]`, both inclusive.
  public boolean overlaps(long mint, long maxt) {
    return minTime <= maxt && mint < maxTime;
  }

  private Parent asParent() {
    return new Parent(ulid, minTime, maxTime, ExtraFields.NONE);
  }

  public BlockMeta withStats(Stats stats) {
    return new BlockMeta(ulid, minTime, maxTime, stats, compaction, extra);
  }

  public BlockMeta withCompaction(Compaction compaction) {
    return new BlockMeta(ulid, minTime, maxTime, stats, compaction, extra);
  }

  /// How much is in a block.
  ///
  /// @param numSamples samples of all kinds
  /// @param numFloatSamples 0 in blocks written before Prometheus counted kinds
  /// @param numHistogramSamples 0 in blocks written before Prometheus counted kinds
  /// @param numTombstones deleted spans
  public record Stats(
      long numSamples,
      long numFloatSamples,
      long numHistogramSamples,
      long numSeries,
      long numChunks,
      long numTombstones,
      ExtraFields extra) {
    public static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, ExtraFields.NONE);

    public Stats {
      requireNonNull(extra, "extra");
    }

    public Stats withNumTombstones(long numTombstones) {
      return new Stats(
          numSamples,
          numFloatSamples,
          numHistogramSamples,
          numSeries,
          numChunks,
          numTombstones,
          extra);
    }
  }

  /// Where a block comes from.
  ///
  /// @param level 1 for a block cut from memory, one more than the highest of its parents otherwise
  /// @param sources the blocks of level 1 whose samples it holds, itself if it is one
  /// @param deletable a compaction found no sample left in it
  /// @param parents the blocks it was directly made from
  /// @param failed a compaction of it failed; it is not planned for another
  /// @param hints how it came to be, if in an unusual way; sorted
  public record Compaction(
      int level,
      List<Ulid> sources,
      boolean deletable,
      List<Parent> parents,
      boolean failed,
      List<String> hints,
      ExtraFields extra) {
    /// Cut from samples in memory that had arrived out of order.
    public static final String FROM_OUT_OF_ORDER = "from-out-of-order";

    /// Cut early from series in memory that had ended.
    public static final String FROM_STALE_SERIES = "from-stale-series";

    /// Cut from series in memory that a caller chose.
    public static final String FROM_SELECTED_SERIES = "from-selected-series";

    private static final Set<String> NOT_A_PREFIX_OF_THE_HEAD =
        Set.of(FROM_OUT_OF_ORDER, FROM_STALE_SERIES, FROM_SELECTED_SERIES);

    public Compaction {
      sources = List.copyOf(sources);
      parents = List.copyOf(parents);
      hints = List.copyOf(hints);
      requireNonNull(extra, "extra");
    }

    /// That of a block cut from memory, which is its own source.
    public static Compaction ofHead(Ulid own) {
      return new Compaction(1, List.of(own), false, List.of(), false, List.of(), ExtraFields.NONE);
    }

    /// That of a block cut from samples in memory that came out of order, as Prometheus has it:
    /// with the head as a parent.
    public static Compaction ofOutOfOrder(Ulid own) {
      return ofPartOfHead(own, List.of(FROM_OUT_OF_ORDER));
    }

    /// That of a block cut early from series in memory that had ended, as Prometheus 3.10 has it.
    public static Compaction ofStaleSeries(Ulid own) {
      return ofPartOfHead(own, List.of(FROM_STALE_SERIES));
    }

    /// Likewise, for a Prometheus that does not know such blocks: by the other hint it, too, knows
    /// that the head goes on beside the block.
    public static Compaction ofStaleSeriesAsOutOfOrder(Ulid own) {
      return ofPartOfHead(own, List.of(FROM_OUT_OF_ORDER, FROM_STALE_SERIES));
    }

    /// That of a block made of others. It is out of order only if all of them are, since it ends
    /// the head as soon as one does; that it has a part of the series only, it says if one has.
    public static Compaction ofMerged(List<BlockMeta> parents) {
      int level = parents.stream().mapToInt(parent -> parent.compaction.level).max().orElseThrow();
      return new Compaction(
          level + 1,
          parents.stream()
              .flatMap(parent -> parent.compaction.sources.stream())
              .distinct()
              .sorted()
              .toList(),
          false,
          parents.stream().map(BlockMeta::asParent).toList(),
          false,
          mergedHints(parents),
          ExtraFields.NONE);
    }

    private static List<String> mergedHints(List<BlockMeta> parents) {
      boolean outOfOrder =
          parents.stream().allMatch(parent -> parent.compaction.hints.contains(FROM_OUT_OF_ORDER));
      return Stream.of(FROM_OUT_OF_ORDER, FROM_SELECTED_SERIES, FROM_STALE_SERIES)
          .filter(hint ->
              hint.equals(FROM_OUT_OF_ORDER)
                  ? outOfOrder
                  : parents.stream().anyMatch(parent -> parent.compaction.hints.contains(hint)))
          .toList();
    }

    private static Compaction ofPartOfHead(Ulid own, List<String> hints) {
      var head = new Parent(Ulid.ZERO, 0, 0, ExtraFields.NONE);
      return new Compaction(1, List.of(own), false, List.of(head), false, hints, ExtraFields.NONE);
    }

    /// Whether it was cut early from series that had ended.
    public boolean isOfStaleSeries() {
      return hints.contains(FROM_STALE_SERIES);
    }

    /// Whether the block holds all that memory held up to its end, so that the head goes on from
    /// there; not so if it was cut from out-of-order, stale or chosen series.
    public boolean endsHead() {
      return hints.stream().noneMatch(NOT_A_PREFIX_OF_THE_HEAD::contains);
    }

    public Compaction withDeletable(boolean deletable) {
      return new Compaction(level, sources, deletable, parents, failed, hints, extra);
    }

    public Compaction withFailed(boolean failed) {
      return new Compaction(level, sources, deletable, parents, failed, hints, extra);
    }
  }

  /// A block that another was made from; {@link Ulid#ZERO} stands for the head.
  public record Parent(Ulid ulid, long minTime, long maxTime, ExtraFields extra) {
    public Parent {
      requireNonNull(ulid, "ulid");
      requireNonNull(extra, "extra");
    }
  }
}
