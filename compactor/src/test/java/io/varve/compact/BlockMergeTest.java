package io.varve.compact;

import static io.varve.compact.Blocks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Stats;
import io.varve.block.ExtraFields;
import io.varve.chunk.ChunkEncoding;
import io.varve.fixture.MemoryBlock;
import io.varve.io.LocalDisk;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockMergeTest {
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b");
  private static final Labels C = Labels.of("__name__", "up", "job", "c", "zone", "z");

  private final LocalDisk disk = new LocalDisk();
  @TempDir private Path data;
  private Blocks blocks;
  private BlockMerge merge;

  @BeforeEach
  void prepare() {
    blocks = new Blocks(disk, data);
    merge = new BlockMerge(blocks.output(ChunkEncoding.FLOAT_HISTOGRAM));
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  @Test
  void copiesChunksThatLieApartAsTheyAre() throws IOException {
    Block first = blocks.write(block(A, floats(0, 100), B, floats(5, 90)), 0, 100);
    Block second = blocks.write(block(A, floats(100, 200), C, floats(100, 150)), 100, 200);

    Block merged = merged(first, second);

    assertThat(Blocks.chunks(merged).get(A))
        .isEqualTo(concat(Blocks.chunks(first).get(A), Blocks.chunks(second).get(A)));
    assertThat(Blocks.chunks(merged).get(B)).isEqualTo(Blocks.chunks(first).get(B));
    assertThat(Blocks.chunks(merged).get(C)).isEqualTo(Blocks.chunks(second).get(C));
  }

  @Test
  void saysWhatItIsMadeOf() throws IOException {
    Block first = blocks.write(block(A, floats(0, 100)), 0, 100);
    Block second =
        blocks.write(block(A, floats(100, 200), B, List.of(histogram(150, 1))), 100, 200);

    BlockMeta meta = merged(first, second).meta();

    assertThat(meta.minTime()).isEqualTo(0);
    assertThat(meta.maxTime()).isEqualTo(200);
    assertThat(meta.stats()).isEqualTo(new Stats(201, 200, 1, 2, 21, 0, ExtraFields.NONE));
    assertThat(meta.compaction())
        .isEqualTo(Compaction.ofMerged(List.of(first.meta(), second.meta())));
    assertThat(disk.list(data)).hasSize(3).contains(meta.ulid().toString());
  }

  @Test
  void mergesTheSamplesOfChunksThatOverlap() throws IOException {
    Block even = blocks.write(block(A, every(2, 0, 100)), 0, 100);
    Block odd = blocks.write(block(A, every(2, 1, 100)), 0, 100);

    assertThat(samples(merged(even, odd)).get(A))
        .extracting(Sample::t)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(t -> (long) t).toList());
  }

  @Test
  void takesChunksThatAreTheSameOnce() throws IOException {
    MemoryBlock content = block(A, floats(0, 100), B, List.of(histogram(3, 7)));
    Block first = blocks.write(content, 0, 100);
    Block second = blocks.write(content, 0, 100);
    Block third = blocks.write(content, 0, 100);

    assertThat(Blocks.chunks(merged(first, second, third))).isEqualTo(Blocks.chunks(first));
  }

  @Test
  void keepsWhatOnlyOneOfEqualChunksHasLost() throws IOException {
    MemoryBlock content = block(A, floats(0, 10));
    Block whole = blocks.write(content, 0, 10);
    Block deleted =
        blocks.delete(blocks.write(content, 0, 10), List.of(new Blocks.Deletion(A, 3, 5)));

    assertThat(samples(merged(deleted, whole))).isEqualTo(samples(whole));
  }

  /// In Prometheus the sample of the chunk that begins later is met first.
  @Test
  void decidesBetweenSamplesOfTheSameTimeAsPrometheus() throws IOException {
    Block early = blocks.write(block(A, List.of(Sample.of(1, 1), Sample.of(5, 1))), 0, 10);
    Block late = blocks.write(block(A, List.of(Sample.of(5, 2), Sample.of(6, 2))), 0, 10);

    List<Sample> expected = List.of(Sample.of(1, 1), Sample.of(5, 2), Sample.of(6, 2));

    assertThat(samples(merged(early, late)).get(A)).isEqualTo(expected);
    assertThat(samples(merged(late, early)).get(A)).isEqualTo(expected);
  }

  @Test
  void forgetsWhatIsSaidOfResetsWhereItGoesFromOneChunkToAnother() throws IOException {
    Block first = blocks.write(block(A, List.of(histogram(1, 1), histogram(4, 4))), 0, 10);
    Block second =
        blocks.write(block(A, List.of(histogram(2, 2), histogram(3, 3), histogram(6, 6))), 0, 10);

    assertThat(samples(merged(first, second)).get(A))
        .extracting(sample -> ((Histogram) sample.value()).counterReset())
        .containsExactly(
            CounterReset.UNKNOWN,
            CounterReset.NOT_RESET,
            CounterReset.NOT_RESET,
            CounterReset.NOT_RESET,
            CounterReset.NOT_RESET);
    assertThat(Blocks.chunks(merged(first, second)).get(A)).hasSize(1);
  }

  @Test
  void leavesOutWhatIsDeleted() throws IOException {
    Block block =
        blocks.write(block(A, floats(0, 100), B, floats(0, 100), C, floats(0, 9)), 0, 100);
    Block deleted =
        blocks.delete(
            block,
            List.of(
                new Blocks.Deletion(A, 15, 24),
                new Blocks.Deletion(B, 0, 99),
                new Blocks.Deletion(C, 0, 4),
                new Blocks.Deletion(C, 6, 8)));

    Block merged = merged(deleted);

    assertThat(samples(merged)).isEqualTo(samples(deleted));
    assertThat(merged.tombstones().isEmpty()).isTrue();
    assertThat(merged.series(List.of())).containsExactly(A, C);
    List<String> before = Blocks.chunks(block).get(A);
    assertThat(Blocks.chunks(merged).get(A))
        .contains(before.getFirst())
        .containsAll(before.subList(3, before.size()))
        .doesNotContain(before.get(1));
  }

  /// Though its chunks are not within what is deleted.
  @Test
  void leavesOutSeriesAllOfWhoseSamplesAreDeleted() throws IOException {
    Block block = blocks.write(block(A, floats(0, 9), C, every(2, 0, 9)), 0, 10);
    Stream<Blocks.Deletion> each =
        LongStream.range(0, 5).mapToObj(i -> new Blocks.Deletion(C, 2 * i, 2 * i));

    Block merged = merged(blocks.delete(block, each.toList()));

    assertThat(merged.series(List.of())).containsExactly(A);
    assertThat(merged.symbolCount()).isEqualTo(4);
  }

  @Test
  void makesNoBlockWhenAllIsDeleted() throws IOException {
    Block first = blocks.write(block(A, floats(0, 10)), 0, 10);
    Block second = blocks.write(block(B, every(2, 10, 13)), 10, 20);
    List<Block> deleted =
        List.of(
            blocks.delete(first, List.of(new Blocks.Deletion(A, -5, 15))),
            blocks.delete(
                second, List.of(new Blocks.Deletion(B, 10, 10), new Blocks.Deletion(B, 12, 12))));

    assertThat(merge.merge(deleted, CompactionListener.NONE)).isEmpty();

    assertThat(disk.list(data)).hasSize(2);
  }

  @Test
  void encodesAnewWhatIsNotToBeWritten() throws IOException {
    List<Sample> stamped =
        List.of(new Sample(10, 5, floatBits(1)), new Sample(20, 5, floatBits(2)));
    Block block = blocks.write(block(A, stamped), 0, 100);
    assertThat(Blocks.chunks(block).get(A)).allMatch(chunk -> chunk.startsWith("10..20 4 "));

    Block merged = merged(block);

    assertThat(Blocks.chunks(merged).get(A)).allMatch(chunk -> chunk.startsWith("10..20 1 "));
    assertThat(samples(merged).get(A))
        .containsExactlyElementsOf(stamped.stream().map(Sample::withoutStart).toList());
    var keeping = new BlockMerge(blocks.output(ChunkEncoding.XOR2));
    BlockMeta kept = keeping.merge(List.of(block), CompactionListener.NONE).orElseThrow();
    assertThat(Blocks.chunks(blocks.open(kept))).isEqualTo(Blocks.chunks(block));
  }

  @Test
  void tellsHowFarItIs() throws IOException {
    Block first = blocks.write(block(A, floats(0, 10), B, floats(0, 10)), 0, 10);
    Block second = blocks.write(block(A, floats(10, 20)), 10, 20);
    var steps = new ArrayList<String>();
    var written = new ArrayList<Long>();

    merge.merge(
        List.of(first, second),
        (step, done, total, bytesWritten) -> {
          steps.add(step + " " + done + " of " + total);
          written.add(bytesWritten);
        });

    assertThat(steps)
        .containsExactly(
            "LABELS 1 of 3",
            "LABELS 2 of 3",
            "LABELS 3 of 3",
            "SERIES 1 of 3",
            "SERIES 2 of 3",
            "SERIES 3 of 3",
            "POSTINGS 0 of 3",
            "POSTINGS 1 of 3",
            "POSTINGS 2 of 3",
            "POSTINGS 3 of 3");
    assertThat(written).startsWith(0L, 0L, 0L).isSorted();
    assertThat(written.get(6)).isPositive();
    assertThat(written.getLast()).isGreaterThan(written.get(6));
  }

  @Test
  void leavesNothingWhenItIsEnded() throws IOException {
    Block first = blocks.write(block(A, floats(0, 10), B, floats(0, 10)), 0, 10);
    Block second = blocks.write(block(A, floats(10, 20)), 10, 20);
    for (int i = 1; i <= 10; i++) {
      int last = i;

      assertThatThrownBy(() -> merge.merge(List.of(first, second), endingAt(last)))
          .isInstanceOf(CancellationException.class);

      assertThat(disk.list(data)).hasSize(2);
    }
    assertThat(merge.merge(List.of(first, second), endingAt(11))).isPresent();
  }

  private static CompactionListener endingAt(int last) {
    var calls = new AtomicInteger();
    return (step, done, total, bytesWritten) -> {
      if (calls.incrementAndGet() == last) {
        throw new CancellationException("enough");
      }
    };
  }

  @Test
  void refusesToMergeNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> merge.merge(List.of(), CompactionListener.NONE));
  }

  private Block merged(Block... sources) throws IOException {
    return blocks.open(merge.merge(List.of(sources), CompactionListener.NONE).orElseThrow());
  }

  /// Chunks of ten samples.
  private static MemoryBlock block(Object... labelsAndSamples) {
    var block = new MemoryBlock();
    for (int i = 0; i < labelsAndSamples.length; i += 2) {
      Blocks.add(block, (Labels) labelsAndSamples[i], samplesOf(labelsAndSamples[i + 1]), 10);
    }
    return block;
  }

  private static List<Sample> samplesOf(Object samples) {
    return ((List<?>) samples).stream().map(Sample.class::cast).toList();
  }

  private static List<Sample> floats(int from, int to) {
    return every(1, from, to);
  }

  private static List<Sample> every(int step, int from, int to) {
    return IntStream.iterate(from, t -> t < to, t -> t + step)
        .mapToObj(t -> Sample.of(t, t * 0.5))
        .toList();
  }

  private static Long floatBits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /// One bucket of a counter.
  private static Sample histogram(long t, long count) {
    var spans = new Spans(new int[] {0}, new int[] {1});
    long[] buckets = {count};
    return new Sample(
        t,
        0,
        new Histogram(
            CounterReset.UNKNOWN,
            0,
            0,
            0,
            count,
            count,
            spans,
            Spans.NONE,
            buckets,
            new long[0],
            new double[0]));
  }

  private static List<String> concat(List<String> a, List<String> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }
}
