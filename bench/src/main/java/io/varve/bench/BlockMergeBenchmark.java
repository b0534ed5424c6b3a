package io.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.block.Block;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockWriter;
import io.varve.block.Ulid;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkRun;
import io.varve.chunk.XorEncoder;
import io.varve.compact.BlockMerge;
import io.varve.compact.BlockOutput;
import io.varve.compact.BlockRanges;
import io.varve.compact.CompactionListener;
import io.varve.compact.CompactionPlan;
import io.varve.compact.CompactionPlanner;
import io.varve.index.IndexLayout;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Merges three blocks of two hours, of 200,000 series with ten labels that were scraped every 15
/// s, into one. A whole program and not JMH, since what counts besides the time is the memory of
/// the process.
///
/// `java -cp 'bench/target/varve-bench-*.jar:bench/target/lib/*' io.varve.bench.BlockMergeBenchmark
/// make|merge DIRECTORY [SERIES]`; `bench/compare-compact` has Prometheus do the same. Results are
/// in `bench/results/`.
public final class BlockMergeBenchmark {
  private static final int SERIES = 200_000;
  private static final int METRICS = 400;
  private static final int CHUNKS = 4;
  private static final int POOL = 1000;
  private static final long INTERVAL = 15_000;
  private static final Duration BLOCK = Duration.ofHours(2);

  /// The start of a window of six hours.
  private static final long START = 1_700_006_400_000L;

  private BlockMergeBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path data = Path.of(args[1]);
    if (args[0].equals("make")) {
      make(data, args.length > 2 ? Integer.parseInt(args[2]) : SERIES);
    } else {
      merge(data);
    }
  }

  private static void merge(Path data) throws IOException {
    var disk = new LocalDisk();
    List<BlockMeta> metas =
        new BlockDirectory(disk, data)
            .list().blocks().stream().map(BlockDirectory.Entry::meta).toList();
    CompactionPlan plan =
        new CompactionPlanner(BlockRanges.of(BLOCK, Duration.ofDays(15))).plan(metas).orElseThrow();
    long start = System.nanoTime();
    List<Block> blocks = new ArrayList<>();
    for (BlockMeta meta : plan.blocks()) {
      blocks.add(Block.open(disk, data.resolve(meta.ulid().toString())));
    }
    var output =
        new BlockOutput(
            disk,
            data,
            new UlidFactory(System::currentTimeMillis, new SplittableRandom()),
            () -> new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM),
            IndexLayout.CURRENT);
    BlockMeta merged = new BlockMerge(output).merge(blocks, CompactionListener.NONE).orElseThrow();
    long nanos = System.nanoTime() - start;
    long bytes = blocks.stream().mapToLong(Block::sizeBytes).sum();
    blocks.forEach(Block::close);
    System.out.printf(
        "merged %d blocks of %d MB in %.2f s: %d series, %d chunks; peak of the process %d MB%n",
        blocks.size(),
        bytes >> 20,
        nanos / 1e9,
        merged.stats().numSeries(),
        merged.stats().numChunks(),
        peakKilobytes() >> 10);
  }

  /// Peak of the resident memory of this process.
  private static long peakKilobytes() throws IOException {
    byte[] status = new byte[1 << 13];
    try (DiskFile file = new LocalDisk().open(Path.of("/proc/self/status"))) {
      int length = file.read(status, 0, status.length, 0);
      return new String(status, 0, length, UTF_8)
          .lines()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /// Three blocks, and a fourth after them without which they would not be merged.
  private static void make(Path data, int series) throws IOException {
    Disk disk = new LocalDisk();
    disk.createDirectories(data);
    Labels[] all = new Labels[series];
    for (int i = 0; i < series; i++) {
      all[i] = labels(i);
    }
    Arrays.sort(all);
    for (int block = 0; block < 3; block++) {
      write(disk, data, block, all, CHUNKS);
    }
    write(disk, data, 3, new Labels[] {all[0]}, 1);
  }

  private static Labels labels(int series) {
    int target = series / METRICS;
    int metric = series % METRICS;
    return Labels.of(
        "__name__",
        "node_subsystem_metric_%03d_seconds_total".formatted(metric),
        "cluster",
        "production-" + target % 3,
        "device",
        "device-" + metric % 7,
        "environment",
        "production",
        "instance",
        "10.0.%d.%d:9100".formatted(target / 250, target % 250),
        "job",
        "node-" + target % 10,
        "mode",
        "mode-" + metric % 11,
        "namespace",
        "monitoring",
        "pod",
        "node-exporter-%05d".formatted(target),
        "region",
        "eu-central-" + target % 4);
  }

  private static void write(Disk disk, Path data, int number, Labels[] series, int chunks)
      throws IOException {
    var symbols = new TreeSet<byte[]>(Arrays::compareUnsigned);
    for (Labels labels : series) {
      labels.forEach((name, value) -> {
        symbols.add(name.getBytes(UTF_8));
        symbols.add(value.getBytes(UTF_8));
      });
    }
    long begin = START + number * BLOCK.toMillis();
    var ulid = new Ulid(begin << 16, number);
    try (BlockWriter writer = BlockWriter.create(disk, data, ulid)) {
      for (byte[] symbol : symbols) {
        writer.addSymbol(symbol);
      }
      var chunk = new ChunkMaker(number);
      for (Labels labels : series) {
        writer.startSeries(labels);
        chunk.write(writer, begin + Math.floorMod(labels.hash(), INTERVAL), chunks);
        writer.endSeries();
      }
      writer.finish(begin, begin + BLOCK.toMillis(), Compaction.ofHead(ulid));
    }
  }

  /// Encodes chunks: six of ten series are counters, three hardly change, one is noise.
  private static final class ChunkMaker {
    private static final int[] SHARES = {0, 0, 0, 1, 1, 1, 1, 1, 1, 2};

    private final double[][][] pools =
        Arrays.stream(FloatCorpus.values())
            .map(kind -> kind.chunks(POOL))
            .toArray(double[][][]::new);
    private final XorEncoder encoder = new XorEncoder();
    private final long[] times = new long[FloatCorpus.SAMPLES_PER_CHUNK];
    private final SplittableRandom random;

    ChunkMaker(long seed) {
      random = new SplittableRandom(seed);
    }

    void write(BlockWriter writer, long first, int chunks) throws IOException {
      double[][] pool = pools[SHARES[random.nextInt(SHARES.length)]];
      for (int i = 0; i < chunks; i++) {
        for (int j = 0; j < times.length; j++) {
          times[j] = first + (i * (long) times.length + j) * INTERVAL;
        }
        encoder.reset();
        encoder.append(times, pool[random.nextInt(POOL)], 0, times.length);
        writer.addChunk(
            encoder.minTime(),
            encoder.lastTime(),
            encoder.encoding(),
            encoder.bytes(),
            0,
            encoder.length(),
            encoder.sampleCount());
      }
    }
  }
}
