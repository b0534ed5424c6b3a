package io.varve.block;

import static java.lang.Long.MAX_VALUE;
import static java.lang.Long.MIN_VALUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.BlockMeta.Compaction;
import io.varve.chunk.ChunkBuffer;
import io.varve.fixture.BlockSamples;
import io.varve.fixture.FloatSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.index.IndexReader;
import io.varve.index.Postings;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b", "zone", "\uff21");
  private static final Labels C = Labels.of("__name__", "down", "zone", "\ud835\udcb3");

  /// Samples of {@link FloatSamples#regular} at 1000, 16000, 31000, 46000.
  private static final FloatSamples FOUR = FloatSamples.regular(1, 2, 3, 4);

  private static final MemoryBlock THREE_SERIES =
      new MemoryBlock()
          .addChunk(A, FOUR, 0, 2)
          .addChunk(A, FOUR, 2, 4)
          .addChunk(B, FOUR, 0, 2)
          .addChunk(C, FOUR, 2, 4);

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;

  @Test
  void returnsEverySampleThatWasWritten() {
    Property.forAll(
        5,
        random -> {
          MemoryBlock memory = MemoryBlock.random(random, 100);
          try (Block block = write(memory)) {
            assertThat(BlockSamples.all(block)).isEqualTo(BlockSamples.all(memory));
            for (int i = 0; i < 20; i++) {
              long mint = random.nextLong(memory.minTime(), memory.maxTime());
              long maxt = random.nextLong(mint, memory.maxTime() + 1);
              Matcher matcher = Matcher.regex("instance", "i[0-9]?" + random.nextInt(10));
              assertThat(BlockSamples.select(block, mint, maxt, matcher))
                  .isEqualTo(BlockSamples.select(memory, mint, maxt, matcher));
            }
            disk.deleteRecursively(block.directory());
          }
        });
  }

  @Test
  void countsWhatIsInIt() throws IOException {
    try (Block block = write(THREE_SERIES)) {
      BlockMeta meta = block.meta();

      assertThat(meta.stats()).isEqualTo(new BlockMeta.Stats(8, 8, 0, 3, 4, 0, ExtraFields.NONE));
      assertThat(meta.compaction().level()).isOne();
      assertThat(meta.compaction().sources()).containsExactly(BlockFiles.ULID);
      assertThat(block.minTime()).isEqualTo(1000);
      assertThat(block.maxTime()).isEqualTo(46000);
      assertThat(block.symbolTableBytes()).isPositive();
      assertThat(block.sizeBytes()).isEqualTo(size(block.directory()));
    }
  }

  @Test
  void hasTheFilesOfABlockAndNothingElse() throws IOException {
    try (Block block = write(THREE_SERIES)) {
      assertThat(disk.list(data)).containsExactly(BlockFiles.ULID.toString());
      assertThat(disk.list(block.directory()))
          .containsExactly("chunks", "index", "meta.json", "tombstones");
      assertThat(disk.list(block.directory().resolve("chunks"))).containsExactly("000001");
      assertThat(disk.readAll(block.directory().resolve("tombstones"), 100))
          .asHexString()
          .isEqualToIgnoringCase("0130ba300100000000");
    }
  }

  @Test
  void showsOnlyChunksThatOverlapTheRange() throws IOException {
    try (Block block = write(THREE_SERIES)) {
      SeriesCursor series = block.select(List.of(), 16000, 30999);

      assertThat(series.next()).isTrue();
      assertThat(series.labels()).isEqualTo(A);
      assertThat(series.chunkCount()).isOne();
      assertThat(series.chunkMinTime(0)).isEqualTo(1000);
      assertThat(series.chunkMaxTime(0)).isEqualTo(16000);
      assertThat(series.deleted()).isEqualTo(Intervals.EMPTY);
      assertThat(series.next()).isTrue();
      assertThat(series.labels()).isEqualTo(B);
      assertThat(series.next()).isFalse();
      assertThat(series.next()).isFalse();
    }
  }

  @Test
  void findsNothingOutsideOfItsTime() throws IOException {
    try (Block block = write(THREE_SERIES)) {
      assertThat(block.select(List.of(), 0, 999).next()).isFalse();
      assertThat(block.select(List.of(), 46001, MAX_VALUE).next()).isFalse();
      assertThat(block.select(List.of(), 17000, 30000).next()).isFalse();
    }
  }

  @Test
  void answersForLabels() throws IOException {
    try (Block block = write(THREE_SERIES)) {
      List<Matcher> zone = List.of(Matcher.notEqual("zone", ""));

      assertThat(block.series(List.of())).containsExactly(C, A, B);
      assertThat(block.series(zone)).containsExactly(C, B);
      assertThat(block.labelNames(List.of())).containsExactly("__name__", "job", "zone");
      assertThat(block.labelNames(List.of(Matcher.equal("job", "a"))))
          .containsExactly("__name__", "job");
      assertThat(block.labelValues("zone", List.of())).containsExactly("\uff21", "\ud835\udcb3");
      assertThat(block.labelValues("zone", zone)).containsExactly("\uff21", "\ud835\udcb3");
      assertThat(block.labelValues("job", zone)).containsExactly("b");
      assertThat(block.labelValues("none", List.of())).isEmpty();
    }
  }

  @Test
  void tellsWhatIsDeletedAndPassesOverWhatIsAllDeleted() throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    SortedMap<Labels, FloatSamples> expected = BlockSamples.all(THREE_SERIES);
    expected.put(A, new FloatSamples(new long[] {46000}, new long[] {FOUR.valueBits()[3]}));
    expected.remove(C);
    long a = ref(directory, "job", "a");
    long c = ref(directory, "__name__", "down");

    TombstonesFile.write(
        disk, directory, Tombstones.builder().add(a, 0, 31000).add(c, 31000, 46000).build());

    try (Block block = Block.open(disk, directory)) {
      assertThat(BlockSamples.all(block)).isEqualTo(expected);
      SeriesCursor series = block.select(List.of(), MIN_VALUE, MAX_VALUE);
      assertThat(series.next()).isTrue();
      assertThat(series.labels()).isEqualTo(A);
      assertThat(series.chunkCount()).isOne();
      assertThat(series.deleted()).isEqualTo(Intervals.of(0, 31000));
    }
  }

  @Test
  void staysReadableUntilTheLastPinIsReleased() throws IOException {
    Block block = write(THREE_SERIES);
    SortedMap<Labels, FloatSamples> expected = BlockSamples.all(THREE_SERIES);
    assertThat(block.tryAcquire()).isTrue();

    block.close();
    new BlockDirectory(disk, data).delete(block.directory());

    assertThat(BlockSamples.all(block)).isEqualTo(expected);
    assertThat(block.tryAcquire()).isFalse();
    SeriesCursor cursor = block.select(List.of(), MIN_VALUE, MAX_VALUE);
    assertThat(cursor.next()).isTrue();
    block.release();
    assertThatIllegalStateException().isThrownBy(() -> cursor.readChunk(0, new ChunkBuffer()));
    assertThatIllegalStateException().isThrownBy(() -> BlockSamples.all(block));
    block.close();
  }

  @Test
  void toleratesThatTombstonesAreMissing() throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    disk.delete(directory.resolve("tombstones"));

    try (Block block = Block.open(disk, directory)) {
      assertThat(BlockSamples.all(block)).isEqualTo(BlockSamples.all(THREE_SERIES));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta.json", "index", "chunks"})
  void reportsAMissingFile(String name) throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    disk.deleteRecursively(directory.resolve(name));

    assertThatThrownBy(() -> Block.open(disk, directory))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta.json", "index", "tombstones", "chunks/000001"})
  void namesTheFileThatWasCutShort(String name) throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    Path file = directory.resolve(name);
    byte[] whole = disk.readAll(file, 1 << 20);
    for (int length = 0; length < whole.length; length++) {
      BlockFiles.replace(disk, file, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> readAll(directory))
          .as("%d bytes", length)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(file.toString());
    }
  }

  /// A flip of one bit is noticed, but for the bytes named here, and there it changes nothing that
  /// is read: version 3 of an index means the same as 2; the rest is padding, which {@link
  /// BlockVerifier} looks at.
  @ParameterizedTest
  @CsvSource({
    "index, '4, 56-63, 81-95, 117-127, 146-147'",
    "tombstones, ''",
    "chunks/000001, '5-7'"
  })
  void noticesEveryFlippedBitThatMatters(String name, String unprotected) throws IOException {
    assertThat(unnoticed(name)).isEqualTo(bytes(unprotected));
  }

  /// Nothing protects `meta.json`. A flip there is refused where it breaks the form, and otherwise
  /// gives the block another time, other counts or another descent; never other samples.
  @Test
  void neverReturnsOtherSamplesAfterAFlipInMetaData() throws IOException {
    assertThat(unnoticed("meta.json")).isNotEmpty();
  }

  /// @return the bytes in which a flip of some bit is not noticed, and changes nothing
  private Set<Integer> unnoticed(String name) throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    Path file = directory.resolve(name);
    byte[] whole = disk.readAll(file, 1 << 20);
    SortedMap<Labels, FloatSamples> expected = BlockSamples.all(THREE_SERIES);
    var unnoticed = new TreeSet<Integer>();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      BlockFiles.replace(disk, file, flipped);
      try {
        assertThat(readAll(directory)).as("bit %d", bit).isEqualTo(expected);
        unnoticed.add(bit / 8);
      } catch (CorruptionException e) {
        assertThat(e).as("bit %d", bit).hasMessageContaining(file.toString());
      }
    }
    return unnoticed;
  }

  /// The numbers in a list such as `1, 3-5`.
  private static Set<Integer> bytes(String ranges) {
    var bytes = new TreeSet<Integer>();
    for (String range : ranges.isEmpty() ? new String[0] : ranges.split(", ", -1)) {
      String[] ends = range.split("-", 2);
      for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
        bytes.add(i);
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "chunks/000001"})
  void survivesThatAFileIsCutShortWhileItIsMapped(String name) throws IOException {
    Path directory = BlockFiles.write(disk, data, THREE_SERIES);
    try (Block block = Block.open(disk, directory)) {
      assertThat(BlockSamples.all(block)).hasSize(3);

      try (DiskFile file = disk.openForWrite(directory.resolve(name))) {
        file.truncate(0);
      }

      assertThatThrownBy(() -> BlockSamples.all(block))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(directory.toString());
    }
  }

  @Test
  void leavesOutSeriesWithoutChunks() throws IOException {
    try (BlockWriter writer = BlockWriter.create(disk, data, BlockFiles.ULID)) {
      for (String symbol : List.of("__name__", "a", "b", "job", "up", "zone", "\uff21")) {
        writer.addSymbol(symbol.getBytes(UTF_8));
      }
      writer.startSeries(A);
      writer.endSeries();
      writer.startSeries(B);
      writer.addChunk(5, 5, (byte) 1, new byte[] {0, 1, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 11, 1);
      writer.endSeries();
      writer.finish(0, 10, Compaction.ofHead(BlockFiles.ULID));
    }

    try (Block block = Block.open(disk, data.resolve(BlockFiles.ULID.toString()))) {
      assertThat(block.series(List.of())).containsExactly(B);
      assertThat(block.meta().stats().numSeries()).isOne();
    }
  }

  @Test
  void makesNoBlockWithoutSamples() throws IOException {
    try (BlockWriter writer = BlockWriter.create(disk, data, BlockFiles.ULID)) {
      BlockFiles.writeSeries(new MemoryBlock(), writer);

      assertThat(writer.finish(0, 10, Compaction.ofHead(BlockFiles.ULID))).isEmpty();
    }

    assertThat(disk.list(data)).isEmpty();
  }

  @Test
  void leavesNothingBehindWhenGivenUp() throws IOException {
    try (BlockWriter writer = BlockWriter.create(disk, data, BlockFiles.ULID)) {
      BlockFiles.writeSeries(THREE_SERIES, writer);
      assertThat(disk.list(data)).containsExactly(BlockFiles.ULID + ".tmp-for-creation");
    }

    assertThat(disk.list(data)).isEmpty();
  }

  @Test
  void refusesChunksOutOfOrder() throws IOException {
    try (BlockWriter writer = BlockWriter.create(disk, data, BlockFiles.ULID)) {
      byte[] chunk = {0, 0};
      writer.startSeries(A);
      writer.addChunk(5, 7, (byte) 1, chunk, 0, 2, 0);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.addChunk(7, 8, (byte) 1, chunk, 0, 2, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.addChunk(9, 8, (byte) 1, chunk, 0, 2, 0));
      assertThatIllegalStateException().isThrownBy(() -> writer.startSeries(B));
    }
  }

  private Block write(MemoryBlock memory) throws IOException {
    return Block.open(disk, BlockFiles.write(disk, data, memory));
  }

  private SortedMap<Labels, FloatSamples> readAll(Path directory) throws IOException {
    try (Block block = Block.open(disk, directory)) {
      for (String name : block.labelNames(List.of())) {
        for (String value : block.labelValues(name, List.of())) {
          assertThat(block.series(List.of(Matcher.equal(name, value))))
              .isNotEmpty()
              .allMatch(labels -> value.equals(labels.get(name)));
        }
      }
      return BlockSamples.all(block);
    }
  }

  /// The reference of the one series that has a label.
  private long ref(Path directory, String name, String value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Postings postings =
          new IndexReader(disk.map(directory.resolve("index"), arena)).postings(name, value);
      assertThat(postings.next()).isTrue();
      return postings.ref();
    }
  }

  private long size(Path path) throws IOException {
    long size = disk.stat(path).orElseThrow().size();
    if (disk.stat(path).orElseThrow().directory()) {
      for (String name : disk.list(path)) {
        size += size(path.resolve(name));
      }
    }
    return size;
  }
}
