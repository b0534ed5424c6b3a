package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.BlockMeta.Stats;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaFileTest {
  private static final Ulid A = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();
  private static final Ulid B = Ulid.parse("01BRZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();

  /// As Prometheus lays out a block cut from memory.
  private static final String LEVEL_1 =
      """
      {
      	"ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      	"minTime": 1600000000000,
      	"maxTime": 1600007200000,
      	"stats": {
      		"numSamples": 240,
      		"numFloatSamples": 240,
      		"numSeries": 1,
      		"numChunks": 2
      	},
      	"compaction": {
      		"level": 1,
      		"sources": [
      			"01ARZ3NDEKTSV4RRFFQ69G5FAV"
      		]
      	},
      	"version": 1
      }\
      """;

  private static final String ALL =
      """
      {
      	"ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      	"minTime": -9223372036854775808,
      	"maxTime": 9223372036854775807,
      	"stats": {
      		"numSamples": 6,
      		"numFloatSamples": 5,
      		"numHistogramSamples": 4,
      		"numSeries": 3,
      		"numChunks": 2,
      		"numTombstones": 1
      	},
      	"compaction": {
      		"level": 2,
      		"sources": [
      			"01ARZ3NDEKTSV4RRFFQ69G5FAV",
      			"01BRZ3NDEKTSV4RRFFQ69G5FAV"
      		],
      		"deletable": true,
      		"parents": [
      			{
      				"ulid": "01BRZ3NDEKTSV4RRFFQ69G5FAV",
      				"minTime": 1,
      				"maxTime": 2
      			},
      			{
      				"ulid": "00000000000000000000000000",
      				"minTime": 0,
      				"maxTime": 0
      			}
      		],
      		"failed": true,
      		"hints": [
      			"from-out-of-order"
      		]
      	},
      	"version": 1
      }\
      """;

  /// What Thanos adds, and numbers that no Java type would keep.
  private static final String FOREIGN =
      """
      {
      	"ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      	"minTime": 0,
      	"maxTime": 10,
      	"stats": {
      		"later": 1.50e3
      	},
      	"compaction": {
      		"level": 0,
      		"parents": [
      			{
      				"ulid": "01BRZ3NDEKTSV4RRFFQ69G5FAV",
      				"minTime": 1,
      				"maxTime": 2,
      				"of": "parent"
      			}
      		],
      		"other": null
      	},
      	"version": 1,
      	"thanos": {
      		"labels": {
      			"replica": "\\u003ca\\u003e ü"
      		},
      		"downsample": {
      			"resolution": 0
      		},
      		"files": [
      			{
      				"rel_path": "index",
      				"size_bytes": 123456789012345678901234567890
      			}
      		]
      	},
      	"out_of_order": false
      }\
      """;

  private final Disk disk = new LocalDisk();
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("meta.json");
  }

  @Test
  void writesWhatPrometheusWrites() throws IOException {
    var stats = new Stats(240, 240, 0, 1, 2, 0, ExtraFields.NONE);

    MetaFile.write(
        disk,
        directory,
        new BlockMeta(A, 1600000000000L, 1600007200000L, stats, Compaction.ofHead(A)));

    assertThat(content()).isEqualTo(LEVEL_1);
    assertThat(disk.list(directory)).containsExactly("meta.json");
  }

  @Test
  void writesAndReadsEveryField() throws IOException {
    var stats = new Stats(6, 5, 4, 3, 2, 1, ExtraFields.NONE);
    var parents =
        List.of(
            new Parent(B, 1, 2, ExtraFields.NONE), new Parent(Ulid.ZERO, 0, 0, ExtraFields.NONE));
    var compaction =
        new Compaction(
            2,
            List.of(A, B),
            true,
            parents,
            true,
            List.of(Compaction.FROM_OUT_OF_ORDER),
            ExtraFields.NONE);
    var meta = new BlockMeta(A, Long.MIN_VALUE, Long.MAX_VALUE, stats, compaction);

    MetaFile.write(disk, directory, meta);

    assertThat(content()).isEqualTo(ALL);
    assertThat(MetaFile.read(disk, directory)).isEqualTo(meta);
  }

  @Test
  void leavesOutCountsOfZero() throws IOException {
    var compaction =
        new Compaction(0, List.of(), false, List.of(), false, List.of(), ExtraFields.NONE);

    MetaFile.write(disk, directory, new BlockMeta(A, 0, 1, Stats.NONE, compaction));

    assertThat(content()).contains("\t\"stats\": {},\n\t\"compaction\": {\n\t\t\"level\": 0\n\t},");
  }

  @Test
  void keepsWhatOtherProgramsAdded() throws IOException {
    put(FOREIGN);
    BlockMeta meta = MetaFile.read(disk, directory);

    MetaFile.write(disk, directory, meta.withCompaction(meta.compaction().withFailed(true)));

    assertThat(content())
        .isEqualTo(FOREIGN.replace("\t\t\"other\"", "\t\t\"failed\": true,\n\t\t\"other\""));
  }

  @Test
  void escapesStringsAsGoDoes() throws IOException {
    var hints = List.of("a<b>&c", "\u001f\u007f\"\\/", "é\u2028\u2029😀", "\n\t\r");
    var compaction = new Compaction(1, List.of(), false, List.of(), false, hints, ExtraFields.NONE);

    MetaFile.write(disk, directory, new BlockMeta(A, 0, 1, Stats.NONE, compaction));

    String backslash = "\\";
    assertThat(content())
        .contains(
            "\t\t\"hints\": [\n"
                + "\t\t\t\"a%su003cb%su003e%su0026c\",\n".replace("%s", backslash)
                + "\t\t\t\"%su001f\u007f%s\"%s%s/\",\n".replace("%s", backslash)
                + "\t\t\t\"é%su2028%su2029😀\",\n".replace("%s", backslash)
                + "\t\t\t\"%sn%st%sr\"\n".replace("%s", backslash)
                + "\t\t]");
    assertThat(MetaFile.read(disk, directory).compaction().hints()).isEqualTo(hints);
  }

  @Test
  void refusesOtherEncodingsOfText() throws IOException {
    for (Charset charset : List.of(UTF_16, UTF_16BE, UTF_16LE, Charset.forName("UTF-32"))) {
      disk.writeAtomically(file, FOREIGN.getBytes(charset));
      assertCorrupt(charset.toString());
    }
    disk.writeAtomically(file, new byte[] {0, '{', 0, 0});
    assertCorrupt("UTF-32 in an order of bytes that nobody uses");
    put("\ufeff" + LEVEL_1);
    assertCorrupt("byte order mark");
  }

  @Test
  void takesNullForNoList() throws IOException {
    put(LEVEL_1.replace("\"level\": 1,", "\"level\": 1, \"hints\": null, \"parents\": null,"));

    assertThat(MetaFile.read(disk, directory).compaction()).isEqualTo(Compaction.ofHead(A));
  }

  /// Nothing protects this file. A flipped bit gives another block, another value of a member, a
  /// member that is kept as one of another program, or is refused; never anything else.
  @Test
  void readsOrRefusesEveryFlippedBit() throws IOException {
    byte[] whole = FOREIGN.getBytes(UTF_8);
    int refused = 0;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      disk.writeAtomically(file, flipped);
      try {
        assertThat(MetaFile.read(disk, directory).maxTime()).as("bit %d", bit).isNotNegative();
      } catch (CorruptionException e) {
        assertThat(e).as("bit %d", bit).hasMessageContaining(file.toString());
        refused++;
      }
    }
    // Of the 480 bytes most are within names and strings.
    assertThat(refused).isBetween(whole.length, whole.length * 6);
  }

  @Test
  void readsAnyLayout() throws IOException {
    put(ALL);
    BlockMeta expected = MetaFile.read(disk, directory);
    put(ALL.replaceAll("[\\t\\n]", "") + " \r\n");

    assertThat(MetaFile.read(disk, directory)).isEqualTo(expected);
  }

  @Test
  void namesTheUnknownVersion() throws IOException {
    put(LEVEL_1.replace("\"version\": 1", "\"version\": 2"));

    assertThatThrownBy(() -> MetaFile.read(disk, directory))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("version 2; known is 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "1",
        "{}",
        "{} {}",
        "\u0000",
        "{\"version\":1}",
        "{\"version\":\"1\"}",
        "{\"version\":1.0}",
        "{\"version\":99999999999999999999}",
        "{\"ulid\":7}",
        "{\"ulid\":\"no\"}",
        "{\"stats\":[]}",
        "{\"stats\":{\"numSamples\":true}}",
        "{\"compaction\":{\"sources\":[[]]}}",
        "{\"compaction\":{\"sources\":{}}}",
        "{\"compaction\":{\"parents\":[{}]}}",
        "{\"compaction\":{\"failed\":0}}",
        "{\"thanos\":{\"a\":[}}"
      })
  void refusesWhatIsNotMetaData(String content) throws IOException {
    put(content);

    assertCorrupt(content);
  }

  @Test
  void refusesABlockThatEndsBeforeItStarts() throws IOException {
    put(LEVEL_1.replace("\"minTime\": 1600000000000", "\"minTime\": 1600007200001"));

    assertCorrupt("min > max");
  }

  @Test
  void refusesEveryPrefix() throws IOException {
    byte[] whole = FOREIGN.getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      put(new String(whole, 0, length, UTF_8));
      assertCorrupt(length + " bytes");
    }
  }

  @Test
  void refusesDeepNesting() throws IOException {
    put("{\"x\":" + "[".repeat(100_000));

    assertCorrupt("nesting");
  }

  @Test
  void refusesAFileWithoutEnd() throws IOException {
    try (DiskFile out = disk.create(file)) {
      out.truncate(20 << 20);
    }

    assertThatThrownBy(() -> MetaFile.read(disk, directory))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void reportsAMissingFileAsSuch() {
    assertThatThrownBy(() -> MetaFile.read(disk, directory))
        .isInstanceOf(NoSuchFileException.class);
  }

  private void assertCorrupt(String description) {
    assertThatThrownBy(() -> MetaFile.read(disk, directory))
        .as(description)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(file + " at offset");
  }

  private String content() throws IOException {
    return new String(disk.readAll(file, 1 << 20), UTF_8);
  }

  private void put(String content) throws IOException {
    disk.writeAtomically(file, content.getBytes(UTF_8));
  }
}
