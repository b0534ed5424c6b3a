package io.varve;

import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// How a store is opened. Immutable; the `with` methods return changed copies.
///
/// @param retention samples this much older than the newest block are dropped, block by block; zero
///   keeps everything. Default 15 days.
/// @param walCompression how records of the write-ahead log are compressed. Default Snappy.
/// @param walSegmentBytes largest size of a log segment in bytes, a multiple of 32 KiB. Default 128
///   MiB.
/// @param blockRange span of a block cut off the head. Default 2 hours.
/// @param maintenance whether a background thread does the maintenance; without it {@link
///   Varve#maintain()} has to be called. Default true.
/// @param disk the file system
/// @param clock wall clock, milliseconds since the epoch; for the names of blocks and the log only
/// @param random for the names of blocks
public record VarveOptions(
    Duration retention,
    Compression walCompression,
    int walSegmentBytes,
    Duration blockRange,
    boolean maintenance,
    Disk disk,
    LongSupplier clock,
    RandomGenerator random) {
  private static final int WAL_PAGE = 32 << 10;

  public VarveOptions {
    if (retention.isNegative()) {
      throw new IllegalArgumentException("retention is negative: " + retention);
    }
    if (walSegmentBytes <= 0 || walSegmentBytes % WAL_PAGE != 0) {
      throw new IllegalArgumentException(
          "the WAL segment size is no multiple of 32 KiB: " + walSegmentBytes);
    }
    if (blockRange.toMillis() <= 0) {
      throw new IllegalArgumentException("the block range is not positive: " + blockRange);
    }
  }

  public static VarveOptions defaults() {
    return new VarveOptions(
        Duration.ofDays(15),
        Compression.SNAPPY,
        128 << 20,
        Duration.ofHours(2),
        true,
        new LocalDisk(),
        System::currentTimeMillis,
        new SecureRandom());
  }

  public VarveOptions withRetention(Duration retention) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withWalCompression(Compression walCompression) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withWalSegmentBytes(int walSegmentBytes) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withBlockRange(Duration blockRange) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withMaintenance(boolean maintenance) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withDisk(Disk disk) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withClock(LongSupplier clock) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }

  public VarveOptions withRandom(RandomGenerator random) {
    return new VarveOptions(
        retention, walCompression, walSegmentBytes, blockRange, maintenance, disk, clock, random);
  }
}
