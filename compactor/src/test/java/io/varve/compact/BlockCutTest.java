package io.varve.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Stats;
import io.varve.block.ExtraFields;
import io.varve.block.SeriesCursor;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkRun;
import io.varve.chunk.Xor2Encoder;
import io.varve.fixture.BlockSamples;
import io.varve.fixture.FloatSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.index.IndexLayout;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCutTest {
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b");

  /// One sample each second from 0 to 299 s.
  private static final FloatSamples SECONDS = seconds(300);

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;
  private BlockCut cut;

  @BeforeEach
  void prepare() {
    cut = cut(ChunkEncoding.FLOAT_HISTOGRAM);
  }

  private BlockCut cut(byte newestEncoding) {
    return new BlockCut(
        new BlockOutput(
            disk,
            data,
            new UlidFactory(() -> 1000, new Random(1)),
            () -> new ChunkRun(false, newestEncoding),
            IndexLayout.CURRENT));
  }

  @Test
  void writesExactlyTheSamplesOfTheRange() {
    Property.forAll(
        10,
        random -> {
          MemoryBlock source = growingBlock(random);
          long mint = random.nextLong(source.minTime() - 1, source.maxTime());
          long maxt = random.nextLong(mint + 1, source.maxTime() + 2);

          BlockMeta meta = cut.write(source, mint, maxt).orElseThrow();

          try (Block block = open(meta)) {
            var samples = BlockSamples.all(block);
            assertThat(samples).isEqualTo(BlockSamples.select(source, mint, maxt - 1));
            assertThat(block.meta()).isEqualTo(meta);
            assertThat(meta.stats().numSamples())
                .isEqualTo(samples.values().stream().mapToLong(FloatSamples::size).sum());
          }
        });
  }

  /// Series with deletions, and with chunks that still grow.
  private static MemoryBlock growingBlock(RandomGenerator random) {
    MemoryBlock block = MemoryBlock.random(random, 50);
    for (Labels labels : block.series(List.of())) {
      if (random.nextInt(4) == 0) {
        long from = random.nextLong(block.minTime(), block.maxTime());
        block.delete(labels, from, from + random.nextInt(10_000_000));
      }
      if (random.nextBoolean()) {
        block.grow(labels);
      }
    }
    return block;
  }

  @Test
  void describesTheBlockAsPrometheusDoes() throws IOException {
    var source = new MemoryBlock().add(A, SECONDS);

    BlockMeta meta = cut.write(source, 0, 7_200_000).orElseThrow();

    assertThat(meta.minTime()).isEqualTo(0);
    assertThat(meta.maxTime()).isEqualTo(7_200_000);
    assertThat(meta.stats()).isEqualTo(new Stats(300, 300, 0, 1, 3, 0, ExtraFields.NONE));
    assertThat(meta.compaction().level()).isOne();
    assertThat(meta.compaction().sources()).containsExactly(meta.ulid());
    assertThat(meta.compaction().parents()).isEmpty();
    assertThat(disk.list(data)).containsExactly(meta.ulid().toString());
  }

  @Test
  void encodesAnewWhatIsNotToBeWritten() throws IOException {
    var xor2 = new Xor2Encoder();
    xor2.append(5, 10, 1.5);
    xor2.append(5, 20, 2.5);
    var source =
        new MemoryBlock()
            .addChunk(A, 10, 20, xor2.encoding(), Arrays.copyOf(xor2.bytes(), xor2.length()));

    BlockMeta meta = cut.write(source, 0, 100).orElseThrow();

    try (Block block = open(meta)) {
      var series = block.select(List.of(), 0, 99);
      var chunk = new ChunkBuffer();
      assertThat(series.next()).isTrue();
      series.readChunk(0, chunk);
      assertThat(chunk.encoding()).isEqualTo(ChunkEncoding.XOR);
      var samples = new ChunkCursor();
      samples.reset(chunk, "test", 0);
      assertThat(samples.next()).isTrue();
      assertThat(samples.value()).isEqualTo(1.5);
      assertThat(samples.next()).isTrue();
      assertThat(samples.timestamp()).isEqualTo(20);
      assertThat(samples.next()).isFalse();
    }
  }

  @Test
  void copiesChunksWithinTheRangeAsTheyAre() throws IOException {
    byte[] foreign = {0, 7, 1, 2, 3};
    var source =
        new MemoryBlock()
            .addChunk(A, 0, 10, (byte) 2, foreign)
            .addChunk(A, 11, 99, (byte) 3, foreign)
            .delete(A, 100, 200);

    BlockMeta meta = cut.write(source, 0, 100).orElseThrow();

    assertThat(meta.stats()).isEqualTo(new Stats(14, 0, 14, 1, 2, 0, ExtraFields.NONE));
    try (Block block = open(meta)) {
      var series = block.select(List.of(), 0, 99);
      var chunk = new ChunkBuffer();
      assertThat(series.next()).isTrue();
      series.readChunk(1, chunk);
      assertThat(chunk.encoding()).isEqualTo((byte) 3);
      assertThat(Arrays.copyOf(chunk.bytes(), chunk.length())).isEqualTo(foreign);
    }
  }

  @Test
  void countsSamplesByTheirKind() throws IOException {
    var source = new MemoryBlock();
    // Each has 7 samples; the upper two bits of the histograms with start timestamps are flags.
    for (byte encoding = 1; encoding <= 6; encoding++) {
      byte flags = (byte) (encoding >= 5 ? 0x80 : 0);
      source.addChunk(A, encoding, encoding, encoding, new byte[] {flags, 7, 0});
    }

    BlockMeta meta = cut(ChunkEncoding.FLOAT_HISTOGRAM_ST).write(source, 0, 100).orElseThrow();

    assertThat(meta.stats()).isEqualTo(new Stats(42, 14, 28, 1, 6, 0, ExtraFields.NONE));
  }

  @Test
  void copiesAGrowingChunkThatLiesWithinTheRangeAsItIs() throws IOException {
    var source = new MemoryBlock().addChunk(A, SECONDS, 0, 200).grow(A);

    BlockMeta meta = cut.write(source, 0, 200_000).orElseThrow();

    try (Block block = open(meta)) {
      assertThat(bounds(block)).containsExactly("0..199000");
      assertThat(BlockSamples.all(block)).isEqualTo(BlockSamples.all(source));
    }
  }

  @Test
  void cutsChunksThatReachBeyondTheRange() throws IOException {
    var source = new MemoryBlock().addChunk(A, SECONDS, 0, 290).grow(A);

    BlockMeta meta = cut.write(source, 20_000, 270_001).orElseThrow();

    try (Block block = open(meta)) {
      assertThat(bounds(block))
          .containsExactly("20000..139000", "140000..259000", "260000..270000");
    }
  }

  @Test
  void leavesOutDeletedSamples() throws IOException {
    var source = new MemoryBlock().add(A, SECONDS).add(B, SECONDS);
    source.delete(A, 130_000, 250_000).delete(B, Long.MIN_VALUE, Long.MAX_VALUE);

    BlockMeta meta = cut.write(source, 0, 1_000_000).orElseThrow();

    try (Block block = open(meta)) {
      assertThat(bounds(block)).containsExactly("0..119000", "120000..129000", "251000..299000");
      assertThat(block.series(List.of())).containsExactly(A);
    }
  }

  @Test
  void leavesOutSeriesWhoseGrowingChunkHasNoSampleInTheRange() throws IOException {
    var source = new MemoryBlock().addChunk(A, SECONDS, 0, 10).grow(A).addChunk(B, SECONDS, 0, 100);

    BlockMeta meta = cut.write(source, 50_000, 100_000).orElseThrow();

    try (Block block = open(meta)) {
      assertThat(block.series(List.of())).containsExactly(B);
    }
  }

  @Test
  void makesNoBlockWithoutSamples() throws IOException {
    var source = new MemoryBlock().addChunk(A, SECONDS, 0, 10).grow(A);

    assertThat(cut.write(source, 50_000, 100_000)).isEmpty();
    assertThat(cut.write(new MemoryBlock(), 0, 100_000)).isEmpty();
    assertThat(disk.list(data)).isEmpty();
  }

  @Test
  void leavesNothingBehindWhenTheSourceIsDamaged() throws IOException {
    var source =
        new MemoryBlock()
            .add(A, SECONDS)
            .addChunk(B, 0, 10, ChunkEncoding.XOR, new byte[] {0, 9, 1})
            .grow(B);

    assertThatThrownBy(() -> cut.write(source, 0, 100_000)).isInstanceOf(CorruptionException.class);

    assertThat(disk.list(data)).isEmpty();
  }

  @Test
  void refusesAnEmptyRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> cut.write(new MemoryBlock(), 5, 5));
  }

  private Block open(BlockMeta meta) throws IOException {
    return Block.open(disk, data.resolve(meta.ulid().toString()));
  }

  private static List<String> bounds(Block block) {
    var bounds = new ArrayList<String>();
    try (SeriesCursor series = block.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      while (series.next()) {
        for (int i = 0; i < series.chunkCount(); i++) {
          bounds.add(series.chunkMinTime(i) + ".." + series.chunkMaxTime(i));
        }
      }
    }
    return bounds;
  }

  private static FloatSamples seconds(int count) {
    long[] times = new long[count];
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = i * 1000L;
      values[i] = Double.doubleToRawLongBits(i * 0.5);
    }
    return new FloatSamples(times, values);
  }
}
