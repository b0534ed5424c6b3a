package io.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.block.Block;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockWriter;
import io.varve.block.SeriesCursor;
import io.varve.block.Ulid;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.XorEncoder;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// Opens a block of a million series, each with a value of its own, so that there are over a
/// million distinct pairs of name and value; asks it one query; and measures the heap that the open
/// block keeps. A whole program and not JMH, since what counts besides the time is what stays.
///
/// `java -cp 'bench/target/varve-bench-*.jar:bench/target/lib/*' io.varve.bench.BlockOpenBenchmark
/// DIRECTORY` makes the block in the directory at the first run. Results are in `bench/results/`.
public final class BlockOpenBenchmark {
  private static final int SERIES = 1_000_000;
  private static final int NAMES = 1000;
  private static final int ROUNDS = 40;
  private static final Ulid ULID = new Ulid(1L << 40, 1);
  private static final long START = 1_600_000_000_000L;

  private BlockOpenBenchmark() {}

  public static void main(String[] args) throws IOException {
    Disk disk = new LocalDisk();
    Path data = Path.of(args[0]);
    Path block = data.resolve(ULID.toString());
    if (disk.stat(block).isEmpty()) {
      write(disk, data);
    }
    System.out.printf("first open in this JVM: %.1f ms%n", open(disk, block) / 1e6);
    report("open", ROUNDS, () -> open(disk, block));
    report("open and first query", ROUNDS, () -> openAndQuery(disk, block));
    heap(disk, block);
  }

  /// What takes a time to be measured, in nanoseconds.
  private interface Round {
    long run() throws IOException;
  }

  private static void report(String what, int rounds, Round round) throws IOException {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      nanos[i] = round.run();
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%s: median %.1f ms, best %.1f ms, worst %.1f ms of %d%n",
        what, nanos[rounds / 2] / 1e6, nanos[0] / 1e6, nanos[rounds - 1] / 1e6, rounds);
  }

  private static long open(Disk disk, Path directory) throws IOException {
    long start = System.nanoTime();
    try (Block block = Block.open(disk, directory)) {
      long end = System.nanoTime();
      check(block.meta().stats().numSeries() == SERIES);
      return end - start;
    }
  }

  private static long openAndQuery(Disk disk, Path directory) throws IOException {
    long start = System.nanoTime();
    try (Block block = Block.open(disk, directory)) {
      query(block);
      return System.nanoTime() - start;
    }
  }

  private static void query(Block block) {
    try (SeriesCursor series =
        block.select(List.of(Matcher.equal("id", id(4711))), Long.MIN_VALUE, Long.MAX_VALUE)) {
      check(series.next() && id(4711).equals(series.labels().get("id")));
    }
  }

  private static void heap(Disk disk, Path directory) throws IOException {
    long before = used();
    try (Block block = Block.open(disk, directory)) {
      long opened = used();
      query(block);
      System.out.printf(
          "heap kept: %.2f MB by an open block, %.2f MB after the first query%n",
          (opened - before) / 1e6, (used() - before) / 1e6);
      check(block.tryAcquire());
      block.release();
    }
  }

  private static long used() {
    var memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < 4; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static void check(boolean right) {
    if (!right) {
      throw new IllegalStateException("the block is not the one that was written");
    }
  }

  private static void write(Disk disk, Path data) throws IOException {
    disk.createDirectories(data);
    Labels[] series = new Labels[SERIES];
    var symbols = new TreeSet<byte[]>(Arrays::compareUnsigned);
    for (int i = 0; i < SERIES; i++) {
      series[i] = Labels.of("__name__", "metric_" + i % NAMES, "id", id(i), "job", "job-" + i % 10);
      series[i].forEach((name, value) -> {
        symbols.add(name.getBytes(UTF_8));
        symbols.add(value.getBytes(UTF_8));
      });
    }
    Arrays.sort(series);
    var encoder = new XorEncoder();
    encoder.append(START, 1);
    var chunk = new ChunkBuffer();
    encoder.copyTo(chunk);
    try (BlockWriter writer = BlockWriter.create(disk, data, ULID)) {
      for (byte[] symbol : symbols) {
        writer.addSymbol(symbol);
      }
      for (Labels labels : series) {
        writer.startSeries(labels);
        writer.addChunk(START, START, chunk.encoding(), chunk.bytes(), 0, chunk.length(), 1);
        writer.endSeries();
      }
      writer.finish(START, START + 1, Compaction.ofHead(ULID));
    }
  }

  private static String id(int series) {
    return "instance-%07d".formatted(series);
  }
}
