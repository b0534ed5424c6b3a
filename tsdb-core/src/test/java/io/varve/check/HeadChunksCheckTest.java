package io.varve.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.io.Crc32c;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of `chunks_head` without the log, made of chunks that Prometheus 2.42 wrote.
class HeadChunksCheckTest {
  private static final int HEADER = 8;
  private static final int LENGTH_OFFSET = 25;

  @TempDir Path temporary;
  private Path directory;
  private Path first;
  private byte[] header;

  /// The chunks of a file, each with its checksum.
  private final List<byte[]> chunks = new ArrayList<>();

  @BeforeEach
  void takeChunks() throws IOException {
    Path golden = GoldenDirectories.unpack("prometheus-2.42-wal", temporary.resolve("golden"));
    directory = Files.createDirectories(temporary.resolve("data/chunks_head"));
    first = directory.resolve("000001");
    byte[] file;
    try (var files = Files.list(golden.resolve("chunks_head"))) {
      file = Files.readAllBytes(files.sorted().toList().getFirst());
    }
    header = Arrays.copyOf(file, HEADER);
    for (int at = HEADER; file[at + 7] != 0; ) {
      int length = file[at + LENGTH_OFFSET] & 0x7f;
      int size = 1;
      if (file[at + LENGTH_OFFSET] < 0) {
        length |= file[at + LENGTH_OFFSET + 1] << 7;
        size = 2;
      }
      int end = at + LENGTH_OFFSET + size + length + 4;
      chunks.add(Arrays.copyOfRange(file, at, end));
      at = end;
    }
    assertThat(chunks).hasSizeGreaterThan(3);
  }

  private byte[] join(List<byte[]> parts) {
    ByteBuffer file =
        ByteBuffer.allocate(HEADER + parts.stream().mapToInt(part -> part.length).sum());
    file.put(header);
    parts.forEach(file::put);
    return file.array();
  }

  private Told check(byte[] file) throws IOException {
    Files.write(first, file);
    return Told.by(directory.getParent());
  }

  /// Has another file follow, so that the first is not the newest.
  private void addSecond() throws IOException {
    Files.write(directory.resolve("000002"), header);
  }

  private static byte[] withChecksum(byte[] chunk) {
    byte[] changed = chunk.clone();
    int end = changed.length - 4;
    ByteBuffer.wrap(changed).putInt(end, Crc32c.of(changed, 0, end));
    return changed;
  }

  @Test
  void countsTheChunks() throws IOException {
    Told told = check(join(chunks));

    assertThat(told.findings()).isEmpty();
    assertThat(told.summary().chunks()).isEqualTo(chunks.size());
  }

  @Test
  void anyEndOfTheNewestFileIsNoDamage() throws IOException {
    byte[] file = join(chunks.subList(0, 3));
    for (int length = 0; length < file.length; length++) {
      Told told = check(Arrays.copyOf(file, length));

      // A header is written at once, and only then are chunks.
      boolean inHeader = length >= 4 && length < HEADER;
      assertThat(told.findings()).as("%d bytes", length).hasSize(inHeader ? 1 : 0);
    }
  }

  @Test
  void anyEndBeforeReservedZerosOfTheNewestFileIsNoDamage() throws IOException {
    byte[] file = join(chunks.subList(0, 3));
    int checksum = file.length - 4;
    for (int length = HEADER + chunks.get(0).length + chunks.get(1).length;
        length <= checksum;
        length++) {
      byte[] cut = Arrays.copyOf(Arrays.copyOf(file, length), file.length + 100);

      assertThat(check(cut).findings()).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void anyOtherEndOfAnOlderFileIsDamage() throws IOException {
    addSecond();
    byte[] file = join(chunks.subList(0, 2));
    int boundary = HEADER + chunks.get(0).length;
    for (int length = 0; length < file.length; length++) {
      Told told = check(Arrays.copyOf(file, length));

      // The first seven bytes of a chunk are zero, as is what is reserved.
      boolean atEnd =
          (length >= HEADER && length <= HEADER + 7)
              || (length >= boundary && length <= boundary + 7);
      if (!atEnd) {
        assertThat(told.findings())
            .as("%d bytes", length)
            .extracting(Finding::file)
            .containsExactly(first);
      }
    }
  }

  @Test
  void findsTheChunkBehindADamagedLength() throws IOException {
    byte[] file = join(chunks);
    int second = HEADER + chunks.get(0).length;
    file[second + LENGTH_OFFSET] ^= 0x7f;

    Told told = check(file);

    assertThat(told.findings())
        .singleElement()
        .matches(finding -> finding.offset() == second && finding.length() == chunks.get(1).length);
    assertThat(told.summary().chunks()).isEqualTo(chunks.size() - 1);
  }

  @Test
  void namesChunksOfOtherTimesThanTheySay() throws IOException {
    byte[] chunk = chunks.get(0);
    chunk[23]++;

    assertThat(check(join(List.of(withChecksum(chunk)))).findings())
        .singleElement()
        .asString()
        .contains("offset=8", "a chunk has samples over [");
  }

  @Test
  void namesChunksThatCannotBeDecoded() throws IOException {
    byte[] chunk = chunks.get(0);
    chunk[24] = 9;

    assertThat(check(join(List.of(withChecksum(chunk)))).findings())
        .singleElement()
        .asString()
        .contains("the unknown encoding 9");
  }

  @Test
  void namesChunksOfASeriesThatAreNotInOrder() throws IOException {
    List<byte[]> twice = List.of(chunks.get(0), chunks.get(0));

    assertThat(check(join(twice)).findings())
        .singleElement()
        .matches(finding -> finding.offset() == HEADER + chunks.get(0).length)
        .asString()
        .contains("begins at");
  }

  @Test
  void outOfOrderChunksComeInAnyOrder() throws IOException {
    byte[] chunk = chunks.get(0);
    chunk[24] |= (byte) 0x80;
    byte[] outOfOrder = withChecksum(chunk);

    assertThat(check(join(List.of(outOfOrder, outOfOrder))).findings()).isEmpty();
  }

  @Test
  void comesToAnEndOnAnyBytes() {
    Property.forAll(
        50,
        random -> {
          byte[] file = new byte[random.nextInt(100_000)];
          random.nextBytes(file);
          System.arraycopy(header, 0, file, 0, Math.min(file.length, HEADER));
          // Chunks that may begin anywhere and reach far.
          if (random.nextBoolean()) {
            Arrays.fill(file, Math.min(file.length, HEADER), file.length, (byte) 2);
          }
          addSecond(file);
        });
  }

  private void addSecond(byte[] file) throws IOException {
    addSecond();
    assertThat(check(file).summary().chunks()).isZero();
  }
}
