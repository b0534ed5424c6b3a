package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.FloatSamples;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.index.ChunkList;
import io.varve.index.IndexWriter;
import io.varve.io.ByteReader;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockVerifierTest {
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

  /// Offset of the version in an index: with bit 0 flipped it says 3, which means the same.
  private static final int INDEX_VERSION = 4;

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;

  private List<Finding> verify(Path block) throws IOException {
    var findings = new ArrayList<Finding>();
    assertThat(BlockVerifier.verify(disk, block, findings::add)).isEqualTo(findings.size());
    return findings;
  }

  private Path write() throws IOException {
    return BlockFiles.write(disk, data, THREE_SERIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5", "v1"})
  void findsNothingInWhatPrometheusWrote(String version) throws Exception {
    assertThat(verify(reference(version))).isEmpty();
  }

  private Path reference(String version) throws URISyntaxException, IOException {
    Path blocks = Path.of(BlockVerifierTest.class.getResource("/prometheus/" + version).toURI());
    return blocks.resolve(disk.list(blocks).getFirst());
  }

  @Test
  void findsNothingInWhatVarveWrites() {
    Property.forAll(
        5,
        random -> {
          Path block = BlockFiles.write(disk, data, MemoryBlock.random(random, 100));
          assertThat(verify(block)).isEmpty();
          disk.deleteRecursively(block);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "tombstones", "chunks/000001"})
  void namesEveryChangedByte(String name) throws IOException {
    namesEveryChangedByte(write(), name);
  }

  /// With label indices, which no reader looks at, and with lengths of more than one byte.
  @Test
  void namesEveryChangedByteOfAPrometheusIndex() throws Exception {
    Path original = reference("3.5");
    Path copy = data.resolve(original.getFileName().toString());
    disk.createDirectories(copy.resolve("chunks"));
    for (String name : List.of("index", "meta.json", "tombstones", "chunks/000001")) {
      BlockFiles.replace(disk, copy.resolve(name), disk.readAll(original.resolve(name), 1 << 20));
    }

    namesEveryChangedByte(copy, "index");
  }

  private void namesEveryChangedByte(Path block, String name) throws IOException {
    Path file = block.resolve(name);
    byte[] whole = disk.readAll(file, 1 << 20);
    for (int at = 0; at < whole.length; at++) {
      for (int bits : new int[] {0x01, 0x80, 0xff}) {
        if (name.equals("index") && at == INDEX_VERSION && bits == 1) {
          continue;
        }
        byte[] changed = whole.clone();
        changed[at] ^= (byte) bits;
        BlockFiles.replace(disk, file, changed);
        int place = at;

        assertThat(verify(block))
            .as("byte %d xor %d", at, bits)
            .isNotEmpty()
            .allMatch(finding -> finding.file().equals(file))
            .anyMatch(finding -> covers(finding, place));
      }
    }
  }

  private static boolean covers(Finding finding, long place) {
    return finding.offset() <= place
        && (finding.length() < 0 || place < finding.offset() + finding.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta.json", "index", "tombstones", "chunks/000001"})
  void noticesEveryTruncation(String name) throws IOException {
    Path block = write();
    Path file = block.resolve(name);
    byte[] whole = disk.readAll(file, 1 << 20);
    for (int length = 0; length < whole.length; length++) {
      BlockFiles.replace(disk, file, Arrays.copyOf(whole, length));

      assertThat(verify(block))
          .as("%d bytes", length)
          .isNotEmpty()
          .allMatch(finding -> finding.file().equals(file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "chunks/000001"})
  void noticesBytesTooMany(String name) throws IOException {
    Path block = write();
    Path file = block.resolve(name);
    byte[] whole = disk.readAll(file, 1 << 20);
    BlockFiles.replace(disk, file, Arrays.copyOf(whole, whole.length + 1));

    assertThat(verify(block)).hasSize(1).allMatch(finding -> finding.file().equals(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "meta.json", "chunks"})
  void noticesWhatIsMissing(String name) throws IOException {
    Path block = write();
    disk.deleteRecursively(block.resolve(name));

    assertThat(verify(block))
        .containsExactly(new Finding(block.resolve(name), -1, -1, "is missing"));
  }

  @Test
  void checksChunksWithoutAnIndex() throws IOException {
    Path block = write();
    disk.delete(block.resolve("index"));
    Path chunks = block.resolve("chunks/000001");
    byte[] bytes = disk.readAll(chunks, 1 << 20);
    bytes[bytes.length - 1] ^= 1;
    BlockFiles.replace(disk, chunks, bytes);

    assertThat(verify(block)).extracting(Finding::file).contains(chunks);
  }

  @Test
  void comparesCounts() throws IOException {
    Path block = write();
    BlockMeta meta = MetaFile.read(disk, block);
    for (BlockMeta.Stats stats :
        List.of(
            new BlockMeta.Stats(9, 8, 0, 3, 4, 0, ExtraFields.NONE),
            new BlockMeta.Stats(8, 7, 0, 3, 4, 0, ExtraFields.NONE),
            new BlockMeta.Stats(8, 8, 0, 4, 4, 0, ExtraFields.NONE),
            new BlockMeta.Stats(8, 8, 0, 3, 5, 0, ExtraFields.NONE),
            new BlockMeta.Stats(8, 8, 0, 3, 4, 1, ExtraFields.NONE))) {
      MetaFile.write(disk, block, meta.withStats(stats));

      assertThat(verify(block)).as("%s", stats).hasSize(1);
    }
  }

  @Test
  void comparesTimes() throws IOException {
    Path block = write();
    BlockMeta meta = MetaFile.read(disk, block);
    MetaFile.write(
        disk,
        block,
        new BlockMeta(meta.ulid(), 1001, meta.maxTime(), meta.stats(), meta.compaction()));
    assertThat(verify(block)).hasSize(2);

    MetaFile.write(
        disk,
        block,
        new BlockMeta(meta.ulid(), 1000, meta.maxTime() - 1, meta.stats(), meta.compaction()));
    assertThat(verify(block)).hasSize(2);
  }

  @Test
  void noticesDeletionsOfSeriesThatAreNotThere() throws IOException {
    Path block = write();
    TombstonesFile.write(disk, block, Tombstones.builder().add(4711, 0, 1).build());
    BlockMeta meta = MetaFile.read(disk, block);
    MetaFile.write(disk, block, meta.withStats(meta.stats().withNumTombstones(1)));

    assertThat(verify(block))
        .extracting(Finding::what)
        .containsExactly("names series 4711, which there is not");
  }

  @Test
  void noticesAMissingSegment() throws IOException {
    Path block = write();
    disk.rename(block.resolve("chunks/000001"), block.resolve("chunks/000002"));

    assertThat(verify(block))
        .extracting(Finding::what)
        .containsExactly("is segment 2, where 1 is expected");
  }

  @Test
  void comparesChunksWithTheIndex() throws IOException {
    Path block = write();
    rewriteIndex(block, 1, 0);

    assertThat(verify(block))
        .extracting(Finding::what)
        .anyMatch(what -> what.endsWith("where the index says [1001, 16000]"));
  }

  @Test
  void noticesBytesThatNoSeriesRefersTo() throws IOException {
    Path block = write();
    rewriteIndex(block, 0, 1);
    BlockMeta meta = MetaFile.read(disk, block);
    MetaFile.write(disk, block, meta.withStats(BlockMeta.Stats.NONE));

    assertThat(verify(block))
        .extracting(Finding::what)
        .containsExactly("bytes that no series refers to");
  }

  /// Writes an index of A and B: of A the first chunk begins later by {@code late}, and {@code
  /// omitted} chunks are left out.
  private void rewriteIndex(Path block, long late, int omitted) throws IOException {
    var chunks = new ArrayList<ChunkList>();
    try (Block opened = Block.open(disk, block)) {
      var all = opened.index().all();
      var entry = new io.varve.index.SeriesEntry();
      while (all.next()) {
        opened.readSeries(all.ref(), entry);
        var list = new ChunkList();
        for (int i = 0; i < entry.chunks().size(); i++) {
          list.add(entry.chunks().ref(i), entry.chunks().minTime(i), entry.chunks().maxTime(i));
        }
        chunks.add(list);
      }
    }
    disk.delete(block.resolve("index"));
    var a = new ChunkList();
    for (int i = omitted; i < 2; i++) {
      ChunkList list = chunks.get(1);
      a.add(list.ref(i), list.minTime(i) + (i == 0 ? late : 0), list.maxTime(i));
    }
    try (var writer = new IndexWriter(disk, block.resolve("index"))) {
      for (String symbol :
          List.of("__name__", "a", "b", "down", "job", "up", "zone", "\uff21", "\ud835\udcb3")) {
        writer.addSymbol(symbol);
      }
      writer.addSeries(C, chunks.getFirst());
      writer.addSeries(A, a);
      writer.addSeries(B, chunks.getLast());
      writer.finish();
    }
  }

  /// Each number in a list of postings changed by one, under a right checksum.
  @Test
  void noticesEveryWrongPosting() throws IOException {
    Path block = write();
    Path file = block.resolve("index");
    byte[] whole = disk.readAll(file, 1 << 20);
    ByteBuffer toc = ByteBuffer.wrap(whole, whole.length - 52, 52).slice();
    int lists = 0;
    for (int at = ((int) toc.getLong(32) + 3) / 4 * 4; at < toc.getLong(40); lists++) {
      int length = ByteBuffer.wrap(whole).getInt(at);
      for (int i = at + 8; i < at + 4 + length; i += 4) {
        for (int change : new int[] {-1, 1, 3, 5}) {
          byte[] changed = whole.clone();
          ByteBuffer.wrap(changed).putInt(i, ByteBuffer.wrap(whole).getInt(i) + change);
          ByteBuffer.wrap(changed).putInt(at + 4 + length, Crc32c.of(changed, at + 4, length));
          BlockFiles.replace(disk, file, changed);

          assertThat(verify(block)).as("posting at %d by %d", i, change).isNotEmpty();
        }
      }
      at += 4 + length + 4;
    }
    assertThat(lists).isEqualTo(7);
  }

  /// Each byte of a series changed, under a right checksum.
  @Test
  void noticesEveryWrongByteOfASeries() throws IOException {
    Path block = write();
    Path file = block.resolve("index");
    byte[] whole = disk.readAll(file, 1 << 20);
    ByteBuffer toc = ByteBuffer.wrap(whole, whole.length - 52, 52).slice();
    int series = 0;
    for (int at = ((int) toc.getLong(8) + 15) / 16 * 16; at < toc.getLong(16); series++) {
      var in = new ByteReader(whole, at, 64, "index", at);
      int length = (int) in.readUnsignedVarint();
      int start = in.position();
      for (int i = start; i < start + length; i++) {
        byte[] changed = whole.clone();
        changed[i] ^= 1;
        ByteBuffer.wrap(changed).putInt(start + length, Crc32c.of(changed, start, length));
        BlockFiles.replace(disk, file, changed);

        assertThat(verify(block)).as("byte %d of series %d", i - start, series).isNotEmpty();
      }
      at = (start + length + 4 + 15) / 16 * 16;
    }
    assertThat(series).isEqualTo(3);
  }
}
