package io.varve.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.block.BlockMeta;
import io.varve.block.MetaFile;
import io.varve.io.CorruptionException;
import io.varve.io.LocalDisk;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A damaged block goes out of the way, and the store serves the rest.
class DamagedBlockTest {
  private static final int ALL = VarveDirectory.SERIES * VarveDirectory.HOURS * 60;

  /// Samples in a block.
  private static final int BLOCK = VarveDirectory.SERIES * 120;

  private final LocalDisk disk = new LocalDisk();
  @TempDir Path temporary;
  private Path data;
  private Path block;

  @BeforeEach
  void write() throws IOException {
    data = VarveDirectory.write(temporary);
    try (var all = Files.newDirectoryStream(data, "01*")) {
      block = all.iterator().next();
    }
  }

  private Varve open() throws IOException {
    return Varve.open(data, VarveDirectory.options());
  }

  private static int samples(Varve db) {
    int samples = 0;
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet set = querier.select(Matcher.regex("__name__", ".*"));
      while (set.next()) {
        for (SampleCursor cursor = set.samples(); cursor.next(); samples++) {}
      }
    }
    return samples;
  }

  /// @param offset from the end if negative
  private static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset < 0 ? bytes.length + offset : offset] ^= 0x55;
    Files.write(file, bytes);
  }

  private Path aside(Path path) {
    return data.resolve("quarantine-1").resolve(path.getFileName());
  }

  @Test
  void ofOneThatCannotBeOpenedNothingIsServedWhenNothingCanBeRead() throws IOException {
    flip(block.resolve("index"), -10);

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL - BLOCK);
      assertThat(db.stats().damagedBlocks()).isEqualTo(1);
    }
    assertThat(block).doesNotExist();
    assertThat(aside(block).resolve("chunks/000001")).exists();
  }

  @Test
  void ofOneThatCannotBeOpenedWhatCanBeReadIsServed() throws IOException {
    // The header of the file of chunks.
    flip(block.resolve("chunks/000001"), 0);

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL);
      assertThat(db.stats().damagedBlocks()).isEqualTo(1);
    }
    assertThat(aside(block)).isDirectory();
  }

  /// Deleted samples would be back.
  @Test
  void withoutItsTombstonesNothingOfItIsServed() throws IOException {
    flip(block.resolve("tombstones"), 0);

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL - BLOCK);
    }
    assertThat(aside(block)).isDirectory();
  }

  @Test
  void aMissingFileIsDamage() throws IOException {
    Files.delete(block.resolve("index"));

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL - BLOCK);
    }
    assertThat(aside(block)).isDirectory();
  }

  @Test
  void theNextStartHasNothingToDo() throws IOException {
    Files.delete(block.resolve("index"));
    open().close();

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL - BLOCK);
      assertThat(db.stats().damagedBlocks()).isZero();
    }
    assertThat(data.resolve("quarantine-2")).doesNotExist();
  }

  @Test
  void nothingIsMovedWhenOpenForReadingOnly() throws IOException {
    Files.delete(block.resolve("index"));

    assertThatThrownBy(() -> Varve.openReadOnly(data, VarveDirectory.options()))
        .isInstanceOf(IOException.class);
    assertThat(block).isDirectory();
  }

  @Test
  void damageThatAQueryFindsCostsOneChunk() throws IOException {
    flip(block.resolve("chunks/000001"), 30);
    try (Varve db = open()) {
      assertThatThrownBy(() -> samples(db)).isInstanceOf(CorruptionException.class);

      db.maintain();

      assertThat(samples(db)).isBetween(ALL - 120, ALL - 1);
      assertThat(db.stats().damagedBlocks()).isEqualTo(1);
      assertThat(db.blocks()).hasSize(4);
    }
    assertThat(block).doesNotExist();
    assertThat(aside(block).resolve("index")).exists();
    try (Varve db = open()) {
      assertThat(samples(db)).isBetween(ALL - 120, ALL - 1);
    }
  }

  @Test
  void aQueryUnderWayKeepsWhatItHas() throws IOException {
    flip(block.resolve("chunks/000001"), 30);
    try (Varve db = open();
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertThatThrownBy(() -> samples(db)).isInstanceOf(CorruptionException.class);
      db.maintain();

      SeriesSet set = querier.select(Matcher.regex("instance", "node2"));
      int found = 0;
      while (set.next()) {
        for (SampleCursor cursor = set.samples(); cursor.next(); found++) {}
      }
      assertThat(found).isEqualTo(VarveDirectory.HOURS * 60);
    }
  }

  /// The damaged block was made of the other one, which is not deleted yet.
  @Test
  void whatADamagedBlockWasMadeOfTakesItsPlace() throws IOException {
    BlockMeta meta = MetaFile.read(disk, block);
    String old = meta.ulid().toString();
    String made = "01" + "Z".repeat(24);
    Path other = Files.createDirectory(data.resolve(made));
    String json = Files.readString(block.resolve("meta.json"));
    String parents =
        "\"level\": 2, \"parents\": [{\"ulid\": \"%s\", \"minTime\": %d, \"maxTime\": %d}],"
            .formatted(old, meta.minTime(), meta.maxTime());
    Files.writeString(
        other.resolve("meta.json"),
        json.replace("\"ulid\": \"" + old + "\"", "\"ulid\": \"" + made + "\"")
            .replaceFirst("\"level\": 1,", parents),
        UTF_8);

    try (Varve db = open()) {
      assertThat(samples(db)).isEqualTo(ALL);
      assertThat(db.blocks()).extracting(BlockMeta::ulid).contains(meta.ulid());
    }
    assertThat(List.of(aside(other))).allMatch(Files::isDirectory);
  }
}
