package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.head.Head;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Appends to a head what `commits.txt.gz` says, stops and starts where it says so, and compares
/// the chunks with those in `chunks.txt.gz`, in blocks and chunk files: the same samples must be in
/// a chunk together, and give the same bytes, with what the header says about counter resets.
///
/// Blocks have the chunks of the head as they were, unless a range was deleted before (in no golden
/// directory) or samples out of order were merged in (left out here). A chunk that was still open
/// when the directory was left is in neither.
///
/// What 2.42 does otherwise, and is not to be had:
///
/// - It cuts chunks of histograms by the number of samples, and predicts their end with whole
///   numbers. Where by chance the cuts are the same, so must be the bytes.
/// - It says of a chunk that begins after a stale marker or gauges something else about resets.
/// - It has a zero byte more in some chunks of floats, see {@link ChunkBytesTest}.
///
/// And 3.5 widens chunks more than needed in `-spans`, as it joins spans wrongly, so that they are
/// full earlier.
final class CuttingTest {
  static List<Golden> by3() {
    return ChunkBytesTest.withChunks().stream().filter(golden -> !golden.by242()).toList();
  }

  static List<Golden> by242() {
    return ChunkBytesTest.withChunks().stream().filter(Golden::by242).toList();
  }

  @ParameterizedTest
  @MethodSource("by3")
  void chunksAreCutAndEncodedAs3Does(Golden golden, @TempDir Path temp) throws Exception {
    Map<String, String> own = chunks(golden, temp);
    List<ChunkLine> expected =
        cutByTheHead(golden).stream()
            .filter(line -> !(golden.name().endsWith("-spans") && isOfFloats(line)))
            .toList();

    assertThat(expected).isNotEmpty();
    Lines.assertSame(
        expected.stream().map(line -> key(line) + " " + own.get(key(line))).toList(),
        expected.stream().map(line -> key(line) + " " + hex(line.bytes())).toList());
  }

  private static boolean isOfFloats(ChunkLine line) {
    return line.encoding() == ChunkEncoding.FLOAT_HISTOGRAM;
  }

  @ParameterizedTest
  @MethodSource("by242")
  void floatsAreCutAndEncodedAs242Does(Golden golden, @TempDir Path temp) throws Exception {
    Map<String, String> own = chunks(golden, temp);
    List<ChunkLine> expected =
        cutByTheHead(golden).stream().filter(line -> line.encoding() == ChunkEncoding.XOR).toList();

    assertThat(expected).isNotEmpty();
    Lines.assertSame(
        expected.stream().map(line -> key(line) + " " + own.get(key(line))).toList(),
        expected.stream()
            .map(line -> key(line) + " " + withoutZeroByte(hex(line.bytes()), own.get(key(line))))
            .toList());
  }

  private static String withoutZeroByte(String theirs, String own) {
    return theirs.equals(own + "00") ? own : theirs;
  }

  @ParameterizedTest
  @MethodSource("by242")
  void histogramsCutAsBy242AreEncodedAs242Does(Golden golden, @TempDir Path temp) throws Exception {
    Map<String, String> own = chunks(golden, temp);
    List<ChunkLine> expected =
        cutByTheHead(golden).stream()
            .filter(line -> line.encoding() != ChunkEncoding.XOR && own.containsKey(key(line)))
            .toList();

    assertThat(expected).isNotEmpty();
    Lines.assertSame(
        expected.stream().map(line -> key(line) + " " + withoutResets(own.get(key(line)))).toList(),
        expected.stream().map(line -> key(line) + " " + withoutResets(hex(line.bytes()))).toList());
    // All but few agree in their headers, too.
    assertThat(expected.stream().filter(line -> !own.get(key(line)).equals(hex(line.bytes()))))
        .hasSizeLessThanOrEqualTo(2);
  }

  /// With the third byte, which has the bits about resets, as one that says nothing, unless it says
  /// gauge.
  private static String withoutResets(String chunk) {
    return chunk.startsWith("c0", 4) ? chunk : chunk.substring(0, 4) + "00" + chunk.substring(6);
  }

  /// The chunks that the writer's head cut of samples in order.
  private static List<ChunkLine> cutByTheHead(Golden golden) throws IOException {
    Set<String> outOfOrder =
        golden.fields("blocks.txt.gz").stream()
            .filter(fields -> fields[0].equals("block") && fields[8].contains("from-out-of-order"))
            .map(fields -> fields[1])
            .collect(Collectors.toSet());
    return ChunkLine.of(golden).stream()
        .filter(line -> !line.kind().equals("out-of-order") && !outOfOrder.contains(line.place()))
        .filter(line -> !isMerged(golden, line))
        .toList();
  }

  /// Whether 2.42 merged samples out of order into the chunk.
  private static boolean isMerged(Golden golden, ChunkLine line) {
    return golden.name().equals("prometheus-2.42-ooo")
        && line.isInBlock()
        && line.encoding() == ChunkEncoding.XOR;
  }

  /// The chunks of a head that got the commits, by {@link #key}.
  private static Map<String, String> chunks(Golden golden, Path directory) throws IOException {
    var heads = new ArrayList<Head>();
    heads.add(open(golden, directory));
    for (Commits.Step step : Commits.of(golden).steps()) {
      switch (step) {
        case Commits.Commit commit -> {
          try (Appender appender = heads.getLast().appender()) {
            Writing.write(commit, appender);
          }
        }
        case Commits.Restart ignored -> {
          heads.getLast().close();
          heads.add(open(golden, directory));
        }
        case Commits.Delete ignored -> {}
      }
    }
    try (Head head = heads.getLast()) {
      return chunks(head);
    }
  }

  /// From the log: from a snapshot, the next chunk of histograms would know what was before it.
  private static Head open(Golden golden, Path directory) throws IOException {
    return Head.open(directory, golden.options().withHeadSnapshot(false), Long.MIN_VALUE, true);
  }

  private static Map<String, String> chunks(Head head) {
    Map<String, String> chunks = new HashMap<>();
    var chunk = new ChunkBuffer();
    SeriesCursor series =
        head.view(Long.MIN_VALUE, Long.MAX_VALUE).select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE);
    while (series.next()) {
      String labels = GoldenText.labels(series.labels());
      for (int i = 0; i < series.chunkCount(); i++) {
        series.readChunk(i, chunk);
        String key = key(labels, chunk.encoding(), series.chunkMinTime(i), series.chunkMaxTime(i));
        chunks.put(key, hex(Arrays.copyOf(chunk.bytes(), chunk.length())));
      }
    }
    return chunks;
  }

  private static String key(ChunkLine line) {
    return key(GoldenText.labels(line.labels()), line.encoding(), line.mint(), line.maxt());
  }

  private static String key(String labels, int encoding, long mint, long maxt) {
    return labels + " encoding " + encoding + " " + mint + " to " + maxt;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
