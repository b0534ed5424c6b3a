package io.varve.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.Block;
import io.varve.block.BlockDirectory;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.XorEncoder;
import io.varve.fixture.FaultyDisk;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.index.IndexReader;
import io.varve.index.Postings;
import io.varve.io.Crc32c;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Merging blocks one of which is damaged, and on a disk that fails.
class BlockMergeDamageTest {
  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b");

  private final FaultyDisk disk = new FaultyDisk(new LocalDisk());
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
  void namesABlockWithADamagedChunk() throws IOException {
    Block whole = blocks.write(block(0, 10), 0, 10);
    Block damaged = blocks.write(block(10, 20), 10, 20);
    flip(damaged.directory().resolve(Blocks.CHUNKS), 15);

    assertNames(damaged, whole, damaged);
    assertNames(damaged, damaged, whole);
  }

  @Test
  void namesABlockWithADamagedSeries() throws IOException {
    Block whole = blocks.write(block(0, 10), 0, 10);
    Block damaged = blocks.write(block(10, 20), 10, 20);
    Path index = damaged.directory().resolve("index");
    flip(index, (int) firstSeries(index) + 3);

    assertNames(damaged, whole, damaged);
  }

  @Test
  void namesABlockWhoseSamplesAreNotInOrder() throws IOException {
    Block whole = blocks.write(block(0, 10), 0, 10);
    var unordered = new XorEncoder();
    unordered.append(new long[] {15, 12, 17}, new double[] {1, 2, 3}, 0, 3);
    Block damaged = blocks.write(chunk(unordered, 3, 17), 0, 20);

    assertNames(damaged, whole, damaged);
  }

  @Test
  void namesABlockWhoseSamplesReachBeyondTheirChunk() throws IOException {
    Block whole = blocks.write(block(0, 10), 0, 10);
    var beyond = new XorEncoder();
    beyond.append(new long[] {9, 17}, new double[] {1, 2}, 0, 2);
    var content = chunk(beyond, 9, 10);
    Blocks.add(content, A, List.of(Sample.of(15, 1)), 1);
    Block damaged = blocks.write(content, 0, 20);

    assertNames(damaged, whole, damaged);
  }

  @Test
  void namesABlockWithAnUnknownEncoding() throws IOException {
    Block whole = blocks.write(block(0, 10), 0, 10);
    var content = new MemoryBlock().addChunk(A, 12, 13, (byte) 1, new byte[] {0, 1, 1, 1, 1});
    Block damaged = blocks.write(content, 10, 20);
    Path chunks = damaged.directory().resolve(Blocks.CHUNKS);
    byte[] unknown = {(byte) 0x80, 0, 1, 1, 1, 1};
    overwrite(chunks, 9, unknown);
    int checksum = Crc32c.of(unknown, 0, unknown.length);
    overwrite(chunks, 15, ByteBuffer.allocate(4).putInt(checksum).array());

    assertNames(damaged, whole, damaged);
  }

  @Test
  void endsWithABlockOrATypedFailureWhateverIsDamaged() {
    Property.forAll(
        40,
        random -> {
          try (var own = new Blocks(new LocalDisk(), data)) {
            Block whole = own.write(block(0, 40), 0, 100);
            Block damaged = own.write(block(20, 60), 0, 100);
            damageAny(random, damaged);
            Map<String, Long> before = files();
            try {
              new BlockMerge(own.output(ChunkEncoding.FLOAT_HISTOGRAM))
                  .merge(List.of(whole, damaged), CompactionListener.NONE)
                  .ifPresent(meta -> delete(data.resolve(meta.ulid().toString())));
            } catch (DamagedBlockException e) {
              assertThat(e.block()).isEqualTo(damaged.meta().ulid());
            }
            assertThat(files()).isEqualTo(before);
            delete(whole.directory());
            delete(damaged.directory());
          }
        });
  }

  private void damageAny(RandomGenerator random, Block block) throws IOException {
    Path file = block.directory().resolve(random.nextBoolean() ? "index" : Blocks.CHUNKS);
    int size = (int) disk.stat(file).orElseThrow().size();
    // Not the symbols and the tables, which were checked when the block was opened.
    flip(file, 8 + random.nextInt(size - 8));
  }

  @Test
  void leavesNothingWhenTheDiskFails() throws IOException {
    Block first = blocks.write(block(0, 10), 0, 10);
    Block second = blocks.write(block(10, 20), 10, 20);
    int failures = 0;
    for (boolean failed = true; failed; failures++) {
      failed = failsAt(failures, List.of(first, second));
      disk.heal();

      assertThat(disk.list(data)).as("call %d", failures).hasSize(failed ? 2 : 3);
      assertThat(disk.openFiles()).isZero();
    }
    assertThat(failures).isGreaterThan(10);
    assertThat(new BlockDirectory(disk, data).list().unreadable()).isEmpty();
  }

  private boolean failsAt(int call, List<Block> sources) {
    var calls = new AtomicInteger();
    disk.failBy((kind, path) -> {
      if (calls.getAndIncrement() == call) {
        throw new IOException("the disk fails");
      }
    });
    try {
      return merge.merge(sources, CompactionListener.NONE).isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  private void assertNames(Block damaged, Block... sources) throws IOException {
    Map<String, Long> before = files();

    assertThatThrownBy(() -> merge.merge(List.of(sources), CompactionListener.NONE))
        .isInstanceOfSatisfying(
            DamagedBlockException.class,
            e -> assertThat(e.block()).isEqualTo(damaged.meta().ulid()))
        .hasMessageContaining(damaged.meta().ulid().toString());

    assertThat(files()).isEqualTo(before);
  }

  /// All files with their sizes.
  private Map<String, Long> files() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    for (String block : disk.list(data)) {
      for (String name : List.of("meta.json", "index", "tombstones", Blocks.CHUNKS)) {
        Path file = data.resolve(block).resolve(name);
        disk.stat(file).ifPresent(stat -> files.put(file.toString(), stat.size()));
      }
      files.put(block, 0L);
    }
    return files;
  }

  private void delete(Path block) {
    try {
      disk.deleteRecursively(block);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemoryBlock block(int from, int to) {
    List<Sample> samples = IntStream.range(from, to).mapToObj(t -> Sample.of(t, t * 0.5)).toList();
    return Blocks.add(Blocks.add(new MemoryBlock(), A, samples, 7), B, samples, 9);
  }

  private static MemoryBlock chunk(XorEncoder chunk, long mint, long maxt) {
    return new MemoryBlock().addChunk(A, mint, maxt, ChunkEncoding.XOR, chunk.toByteArray());
  }

  /// Offset of the first series of an index.
  private long firstSeries(Path index) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Postings all = new IndexReader(disk.map(index, arena)).all();
      assertThat(all.next()).isTrue();
      return all.ref() * 16;
    }
  }

  private void flip(Path file, int offset) throws IOException {
    byte[] old = new byte[1];
    try (DiskFile in = disk.open(file)) {
      in.read(old, 0, 1, offset);
    }
    overwrite(file, offset, new byte[] {(byte) (old[0] ^ 0x55)});
  }

  private void overwrite(Path file, int offset, byte[] bytes) throws IOException {
    try (DiskFile out = disk.openForWrite(file)) {
      out.write(bytes, 0, bytes.length, offset);
    }
  }
}
