package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.chunk.ChunkBuffer;
import io.varve.fixture.Property;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkSegmentTest {
  private static final long SEGMENT = ChunkSegmentFormat.SEGMENT_LENGTH;
  private static final String HEADER = "85bd40dd" + "01" + "000000";

  /// Payload `010203` in encoding 1, then an empty payload in encoding 2.
  private static final String TWO_CHUNKS =
      HEADER + ("03" + "01" + "010203" + "0476b01b") + ("00" + "02" + "b34623a6");

  private static final Chunk TEN_BYTES = chunk(1, "00".repeat(10));

  private final Disk disk = new LocalDisk();
  private final Arena arena = Arena.ofShared();
  @TempDir private Path directory;

  @AfterEach
  void unmap() {
    arena.close();
  }

  @Test
  void writesTheReferenceLayout() throws IOException {
    List<Long> refs = write(SEGMENT, chunk(1, "010203"), chunk(2, ""));

    assertThat(refs).containsExactly(8L, 17L);
    assertThat(disk.list(directory)).containsExactly("000001");
    assertThat(content("000001")).asHexString().isEqualToIgnoringCase(TWO_CHUNKS);
  }

  @Test
  void readsTheReferenceLayout() throws IOException {
    put("000001", HexFormat.of().parseHex(TWO_CHUNKS));
    ChunkSegmentReader reader = open();

    assertThat(read(reader, 8)).isEqualTo(chunk(1, "010203"));
    assertThat(read(reader, 17)).isEqualTo(chunk(2, ""));
    assertThat(reader.sizeBytes()).isEqualTo(TWO_CHUNKS.length() / 2);
  }

  @Test
  void startsASegmentWhenAChunkMightNotFit() throws IOException {
    // 5 + 1 + 10 + 4 bytes are reckoned for each, 1 + 1 + 10 + 4 written.
    List<Long> refs = write(44, TEN_BYTES, TEN_BYTES, TEN_BYTES);

    assertThat(refs).containsExactly(8L, 24L, 1L << 32 | 8);
    assertThat(disk.list(directory)).containsExactly("000001", "000002");
    assertThat(content("000001")).hasSize(40);
  }

  @Test
  void putsAChunkThatNeverFitsIntoASegmentOfItsOwn() throws IOException {
    List<Long> refs = write(20, TEN_BYTES, TEN_BYTES);

    assertThat(refs).containsExactly(8L, 1L << 32 | 8);
    assertThat(read(open(), 1L << 32 | 8)).isEqualTo(TEN_BYTES);
  }

  @Test
  void leavesNoSegmentForNoChunk() throws IOException {
    write(SEGMENT);

    assertThat(disk.list(directory)).isEmpty();
  }

  @Test
  void returnsWhatWasWrittenOverManyBatchesAndSegments() throws IOException {
    RandomGenerator random = Property.random();
    var chunks = new ArrayList<Chunk>();
    for (int i = 0; i < 300; i++) {
      byte[] payload = new byte[random.nextInt(i % 50 == 0 ? 200_000 : 20_000)];
      random.nextBytes(payload);
      chunks.add(chunk(random.nextInt(7), HexFormat.of().formatHex(payload)));
    }

    List<Long> refs = write(1_500_000, chunks.toArray(Chunk[]::new));

    ChunkSegmentReader reader = open();
    for (int i = 0; i < refs.size(); i++) {
      assertThat(read(reader, refs.get(i))).as("chunk %d", i).isEqualTo(chunks.get(i));
    }
    assertThat(disk.list(directory)).hasSizeGreaterThan(2);
    assertThat(refs).isSorted();
  }

  @Test
  void ignoresOtherNames() throws IOException {
    put("000001", HexFormat.of().parseHex(TWO_CHUNKS));
    put("000002.tmp", new byte[0]);
    put("README", new byte[0]);

    assertThat(read(open(), 17)).isEqualTo(chunk(2, ""));
  }

  @Test
  void refusesReferencesThatLeadNowhere() throws IOException {
    put("000001", HexFormat.of().parseHex(TWO_CHUNKS));
    ChunkSegmentReader reader = open();

    for (long ref : new long[] {0, 7, 9, 22, 23, 100, 0xffffffffL, 1L << 32 | 8, -1, 1L << 63}) {
      assertThatThrownBy(() -> read(reader, ref))
          .as("ref %x", ref)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(directory.toString());
    }
  }

  @Test
  void refusesLengthsBeyondAllBounds() throws IOException {
    for (String length :
        List.of("ffffffff0f", "ffffffff7f", "808080808001", "ffffffffffffffffff01")) {
      put("000001", HexFormat.of().parseHex(HEADER + length + "01" + "00".repeat(64)));
      assertCorrupt(8, length);
    }
  }

  @Test
  void refusesABrokenHeader() throws IOException {
    for (String header :
        List.of("", "85bd40dd", "85bd40dd010000", "85bd40dd02000000", "0130bc9101000000")) {
      put("000001", HexFormat.of().parseHex(header));
      assertThatThrownBy(this::open)
          .as(header)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(directory.resolve("000001") + " at offset");
    }
  }

  @Test
  void refusesEveryPrefixThatDoesNotHoldTheChunk() throws IOException {
    byte[] whole = HexFormat.of().parseHex(TWO_CHUNKS);
    for (int length = 8; length < 17; length++) {
      put("000001", Arrays.copyOf(whole, length));
      assertCorrupt(8, length + " bytes");
    }
  }

  @Test
  void refusesEveryFlippedBitOfAChunk() throws IOException {
    for (int bit = 8 * 8; bit < 17 * 8; bit++) {
      byte[] bytes = HexFormat.of().parseHex(TWO_CHUNKS);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      put("000001", bytes);
      assertCorrupt(8, "bit " + bit);
    }
  }

  private void assertCorrupt(long ref, String description) throws IOException {
    ChunkSegmentReader reader = open();
    assertThatThrownBy(() -> read(reader, ref))
        .as(description)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(directory.resolve("000001") + " at offset");
  }

  private record Chunk(byte encoding, String payload) {
    byte[] bytes() {
      return HexFormat.of().parseHex(payload);
    }
  }

  private static Chunk chunk(int encoding, String payload) {
    return new Chunk((byte) encoding, payload);
  }

  private List<Long> write(long segmentLength, Chunk... chunks) throws IOException {
    var refs = new ArrayList<Long>();
    try (var writer = new ChunkSegmentWriter(disk, directory, segmentLength)) {
      for (Chunk chunk : chunks) {
        byte[] bytes = chunk.bytes();
        refs.add(writer.write(chunk.encoding(), bytes, 0, bytes.length));
      }
      writer.finish();
    }
    return refs;
  }

  private ChunkSegmentReader open() throws IOException {
    return ChunkSegmentReader.open(disk, directory, arena);
  }

  private static Chunk read(ChunkSegmentReader reader, long ref) {
    var buffer = new ChunkBuffer();
    reader.read(ref, buffer);
    return new Chunk(
        buffer.encoding(), HexFormat.of().formatHex(buffer.bytes(), 0, buffer.length()));
  }

  private byte[] content(String name) throws IOException {
    return disk.readAll(directory.resolve(name), 1 << 30);
  }

  private void put(String name, byte[] bytes) throws IOException {
    disk.deleteRecursively(directory.resolve(name));
    try (DiskFile out = disk.create(directory.resolve(name))) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }
}
