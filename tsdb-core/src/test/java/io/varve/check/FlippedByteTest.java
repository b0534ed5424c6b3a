package io.varve.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A changed byte anywhere in a data directory is named with its file and a range around it. The
/// exceptions are those below, and the preallocated end of the newest file of `chunks_head`.
class FlippedByteTest {
  /// Bytes at each end of a file of which each is changed, and how many more by chance. More for a
  /// longer search: `-Dvarve.flips=500`.
  private static final int EDGE = 8;

  private static final int FLIPS = Integer.getInteger("varve.flips", 8);

  /// Not 0x10 and 0x08, the bits of a fragment's flags that tell of compression.
  private static final byte[] MASKS = {0x01, (byte) 0x80, (byte) 0xff};

  /// Nothing depends on the first three. What others do not tell too of `meta.json` is lost.
  private static final List<String> UNPROTECTED =
      List.of("lock", "queries.active", "series_state.json", "meta.json");

  /// With bit 0 flipped, this byte of an index says version 3, which is read as 2 is.
  private static final int INDEX_VERSION = 4;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prometheus-2.42-blocks",
        "prometheus-2.42-snapshot",
        "prometheus-3.5-ooo",
        "prometheus-3.5-killed",
        "prometheus-3.13-blocks",
        "prometheus-3.13-snapshot"
      })
  void isNamedInWhatPrometheusWrote(String golden) throws Exception {
    Path data = GoldenDirectories.unpack(golden, temporary.resolve(golden));

    Property.forAll(1, random -> flipAll(data, random));
  }

  @Test
  void isNamedInWhatVarveWrote() throws Exception {
    Path data = VarveDirectory.write(temporary);

    Property.forAll(1, random -> flipAll(data, random));
  }

  private static void flipAll(Path data, RandomGenerator random) throws IOException {
    for (Path file : files(data)) {
      byte[] whole = Files.readAllBytes(file);
      for (int at : places(used(file, whole), random)) {
        byte mask = MASKS[random.nextInt(MASKS.length)];
        if (!file.endsWith("index") || at != INDEX_VERSION || mask != 1) {
          flip(data, file, whole, at, mask);
        }
      }
      Files.write(file, whole);
    }
  }

  private static List<Path> files(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !UNPROTECTED.contains(file.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  /// Length without what was reserved.
  private static int used(Path file, byte[] bytes) {
    int end = bytes.length;
    boolean reserved = file.getParent().endsWith("chunks_head");
    while (reserved && end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static int[] places(int end, RandomGenerator random) {
    IntStream first = IntStream.range(0, Math.min(EDGE, end));
    IntStream last = IntStream.range(Math.max(0, end - EDGE), end);
    IntStream between = IntStream.range(0, end == 0 ? 0 : FLIPS).map(i -> random.nextInt(end));
    return IntStream.concat(IntStream.concat(first, last), between).distinct().toArray();
  }

  private static void flip(Path data, Path file, byte[] whole, int at, byte mask)
      throws IOException {
    byte[] changed = whole.clone();
    changed[at] ^= mask;
    Files.write(file, changed);

    Told told = Told.by(data);

    // What can be the end that a dying writer leaves is noted.
    List<Finding> told2 = isNewest(file) ? told.all() : told.findings();
    assertThat(told2)
        .as("%s, byte %d of %d, %02x to %02x", file, at, whole.length, whole[at], changed[at])
        .anyMatch(finding -> covers(finding, file, at));
  }

  private static boolean isNewest(Path file) throws IOException {
    Path directory = file.getParent();
    List<String> growing = List.of("wal", "wbl", "chunks_head");
    try (Stream<Path> files = Files.list(directory)) {
      return growing.contains(directory.getFileName().toString())
          && files.filter(Files::isRegularFile).allMatch(other -> other.compareTo(file) <= 0);
    }
  }

  private static boolean covers(Finding finding, Path file, int at) {
    return finding.file().equals(file)
        && finding.offset() <= at
        && (finding.length() < 0 || at < finding.offset() + finding.length());
  }

  /// If both bits are set, Snappy counts.
  @Test
  void compressionBitsOfALogArePartlyRedundant() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-2.42-killed", temporary.resolve("data"));
    Path segment = data.resolve("wal/00000000");
    byte[] bytes = Files.readAllBytes(segment);
    assertThat(bytes[0]).isEqualTo((byte) (0x08 | 1));

    bytes[0] = 0x10 | 0x08 | 1;
    Files.write(segment, bytes);
    assertThat(Told.by(data).findings()).isEmpty();

    bytes[0] = 0x10 | 1;
    Files.write(segment, bytes);
    assertThat(Told.by(data).findings()).anyMatch(finding -> covers(finding, segment, 0));
  }

  /// A record of zstd taken for a plain one begins as one of a type that is not known.
  @Test
  void recordsThatLookUnknownAreNamedByTheirLog() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-killed", temporary.resolve("data"));
    Path segment = data.resolve("wal/00000000");
    byte[] bytes = Files.readAllBytes(segment);
    assertThat(bytes[0]).isEqualTo((byte) (0x10 | 1));

    bytes[0] = 1;
    Files.write(segment, bytes);

    assertThat(Told.by(data).findings())
        .extracting(Finding::what)
        .contains("1 records are of the unknown type " + 0x28);
  }

  /// Not the time: more of it than the chunks have cannot be told from what is right.
  @Test
  void isNamedInWhatABlockSaysOfItself() throws Exception {
    Path data = VarveDirectory.write(temporary);
    Path meta;
    try (Stream<Path> files = Files.walk(data)) {
      meta = files.filter(file -> file.endsWith("meta.json")).findFirst().orElseThrow();
    }
    String json = Files.readString(meta);
    List<String> fields = List.of("ulid", "minTime", "numSamples", "numChunks", "version");
    for (String field : fields) {
      int at = json.indexOf('"' + field + "\": ") + field.length() + 4;
      byte[] changed = json.getBytes(UTF_8);
      at += changed[at] == '"' ? 1 : 0;
      changed[at] ^= 3;
      Files.write(meta, changed);

      assertThat(Told.by(data).findings())
          .as(new String(changed, UTF_8))
          .anyMatch(finding -> finding.file().startsWith(meta.getParent()));
    }
  }
}
