package io.varve.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.MetaFile;
import io.varve.block.UlidFactory;
import io.varve.check.RepairAction.Kind;
import io.varve.io.DirectoryInUseException;
import io.varve.io.LocalDisk;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// After a repair the directory is sound, all that was in it is somewhere below it still, and it
/// opens.
class DirectoryRepairTest {
  private static final DirectoryRepair.Options PLAIN = new DirectoryRepair.Options(false, false);
  private static final DirectoryRepair.Options REHEARSAL = new DirectoryRepair.Options(true, false);
  private static final DirectoryRepair.Options DROP = new DirectoryRepair.Options(false, true);
  private static final int ALL = VarveDirectory.SERIES * VarveDirectory.HOURS * 60;

  @TempDir Path temporary;

  private static List<RepairAction> run(Path data, DirectoryRepair.Options options)
      throws IOException {
    var actions = new ArrayList<RepairAction>();
    var ulids = new UlidFactory(() -> 1_800_000_000_000L, new SplittableRandom(1));
    var progress = new ArrayList<Long>();
    var listener =
        new RepairListener() {
          @Override
          public void action(RepairAction action) {
            actions.add(action);
          }

          @Override
          public void progress(long done, long total) {
            progress.add(total - done);
          }
        };
    DirectoryRepair.repair(new LocalDisk(), data, options, ulids, listener);
    assertThat(progress).isSortedAccordingTo(Comparator.reverseOrder()).last().isEqualTo(0L);
    return actions;
  }

  /// Repairs after a rehearsal that must change nothing and tell of the same things.
  private static List<RepairAction> repair(Path data) throws IOException {
    Map<String, Integer> before = files(data);
    assertThat(Told.by(data).all()).isNotEmpty();

    List<RepairAction> rehearsed = run(data, REHEARSAL);
    assertThat(files(data)).isEqualTo(before);

    List<RepairAction> actions = run(data, PLAIN);
    assertThat(actions)
        .extracting(RepairAction::path)
        .containsAll(rehearsed.stream().map(RepairAction::path).toList());
    assertThat(files(data).values()).containsAll(before.values());
    assertThat(Told.by(data).findings()).isEmpty();
    return actions;
  }

  /// Names and hashes of the content of all files.
  private static Map<String, Integer> files(Path data) throws IOException {
    var files = new TreeMap<String, Integer>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(data.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private static int samples(Path data) throws IOException {
    int samples = 0;
    try (Varve db = Varve.open(data, VarveDirectory.options());
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet set = querier.select(Matcher.regex("__name__", ".*"));
      while (set.next()) {
        for (SampleCursor cursor = set.samples(); cursor.next(); samples++) {}
      }
    }
    return samples;
  }

  private static void flip(Path file, long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (offset < 0 ? bytes.length + offset : offset)] ^= 0x55;
    Files.write(file, bytes);
  }

  private static List<Path> list(Path directory, String glob) throws IOException {
    var paths = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(directory, glob)) {
      all.forEach(paths::add);
    }
    paths.sort(null);
    return paths;
  }

  private static Path block(Path data) throws IOException {
    return list(data, "01*").getFirst();
  }

  private Path sound() throws IOException {
    return VarveDirectory.write(temporary);
  }

  private static Kind[] kinds(List<RepairAction> actions) {
    return actions.stream().map(RepairAction::kind).toArray(Kind[]::new);
  }

  @Test
  void doesNothingToASoundDirectory() throws Exception {
    Path data = sound();
    Map<String, Integer> before = files(data);

    assertThat(run(data, PLAIN)).isEmpty();
    assertThat(files(data)).isEqualTo(before);
    assertThat(samples(data)).isEqualTo(ALL);
  }

  @Test
  void refusesADirectoryInUse() throws Exception {
    Path data = sound();
    try (Varve db = Varve.open(data, VarveDirectory.options())) {
      assertThat(db.blocks()).isNotEmpty();
      assertThatThrownBy(() -> run(data, PLAIN)).isInstanceOf(DirectoryInUseException.class);
    }
  }

  @Test
  void copiesWhatCanBeReadOfABlock() throws Exception {
    Path data = sound();
    flip(block(data).resolve("chunks/000001"), 20);

    List<RepairAction> actions = repair(data);

    assertThat(actions).extracting(RepairAction::kind).containsExactly(Kind.SALVAGED, Kind.MOVED);
    assertThat(actions.getFirst().why())
        .isEqualTo("3 of 3 series, 241 of 360 samples could be read");
    assertThat(actions.getLast().target().orElseThrow()).isDirectory();
    assertThat(samples(data)).isEqualTo(ALL - 119);
  }

  @Test
  void copiesAllOfABlockWhosePostingsAreDamaged() throws Exception {
    Path data = sound();
    flip(block(data).resolve("index"), -60);

    assertThat(repair(data))
        .extracting(RepairAction::kind)
        .containsExactly(Kind.SALVAGED, Kind.MOVED);
    assertThat(samples(data)).isEqualTo(ALL);
  }

  @Test
  void keepsTheHeadBehindABlockThatDoesNotSayWhatItIs() throws Exception {
    Path data = sound();
    Path last = list(data, "01*").getLast();
    Files.writeString(last.resolve("meta.json"), "{");

    repair(data);

    try (Varve db = Varve.open(data, VarveDirectory.options())) {
      assertThat(db.blocks())
          .extracting(meta -> meta.compaction().hints())
          .contains(List.of(BlockMeta.Compaction.FROM_OUT_OF_ORDER));
    }
    assertThat(samples(data)).isEqualTo(ALL);
  }

  @Test
  void movesABlockOfWhichNothingCanBeRead() throws Exception {
    Path data = sound();
    Files.delete(block(data).resolve("index"));

    assertThat(kinds(repair(data))).containsExactly(Kind.MOVED);
    assertThat(samples(data)).isEqualTo(ALL - 360);
  }

  @Test
  void movesABlockWhoseTombstonesAreDamaged() throws Exception {
    Path data = sound();
    flip(block(data).resolve("tombstones"), 5);

    List<RepairAction> actions = repair(data);

    assertThat(kinds(actions)).containsExactly(Kind.MOVED);
    assertThat(actions.getFirst().why()).contains("--drop-tombstones");
    assertThat(samples(data)).isEqualTo(ALL - 360);
  }

  @Test
  void givesUpTombstonesWhenTold() throws Exception {
    Path data = sound();
    Path tombstones = block(data).resolve("tombstones");
    flip(tombstones, 5);

    List<RepairAction> actions = run(data, DROP);

    assertThat(actions).extracting(RepairAction::path).containsExactly(tombstones);
    assertThat(Told.by(data).findings()).isEmpty();
    assertThat(samples(data)).isEqualTo(ALL);
  }

  @Test
  void mendsABlockOfPrometheus21() throws Exception {
    Path data = sound();
    Path block = block(data);
    Path meta = block.resolve("meta.json");
    String json = Files.readString(meta);
    Files.writeString(meta, json.replace("\"version\": 1", "\"version\": 2"), UTF_8);
    byte[] index = Files.readAllBytes(block.resolve("index"));
    index[4] = 1;
    Files.write(block.resolve("index"), index);

    List<RepairAction> actions = run(data, PLAIN);

    assertThat(kinds(actions)).containsExactly(Kind.MENDED);
    assertThat(meta).content().isEqualTo(json);
    assertThat(Told.by(data).findings()).isEmpty();
  }

  @Test
  void movesADamagedBlockThatACompactionTook() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-2.42-blocks", temporary.resolve("data"));
    var disk = new LocalDisk();
    BlockMeta.Parent parent = parents(data).getFirst();
    Path old = Files.createDirectory(data.resolve(parent.ulid().toString()));
    MetaFile.write(
        disk,
        old,
        new BlockMeta(
            parent.ulid(),
            parent.minTime(),
            parent.maxTime(),
            BlockMeta.Stats.NONE,
            BlockMeta.Compaction.ofHead(parent.ulid())));

    List<RepairAction> actions = repair(data);

    assertThat(kinds(actions)).containsExactly(Kind.MOVED);
    assertThat(actions.getFirst().path()).isEqualTo(old);
    assertThat(actions.getFirst().why()).contains("nothing is lost");
  }

  private static List<BlockMeta.Parent> parents(Path data) throws IOException {
    return new BlockDirectory(new LocalDisk(), data)
        .list().blocks().stream()
            .flatMap(block -> block.meta().compaction().parents().stream())
            .toList();
  }

  @Test
  void rewritesASegmentWithoutWhatCannotBeRead() throws Exception {
    Path data = sound();
    Path segment =
        list(data.resolve("wal"), "0*").stream()
            .filter(DirectoryRepairTest::isFilled)
            .toList()
            .getLast();
    flip(segment, 12);

    List<RepairAction> actions = repair(data);

    assertThat(kinds(actions)).containsExactly(Kind.REWRITTEN);
    assertThat(actions.getFirst().target())
        .contains(data.resolve("quarantine-1/wal").resolve(segment.getFileName()));
    assertThat(samples(data)).isBetween(ALL / 2, ALL - 1);
  }

  private static boolean isFilled(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givesWhatFollowsAGapInTheLogTheNumbersThatAreMissing() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    List<Path> segments = list(data.resolve("wal"), "0*");
    Files.delete(segments.get(2));

    List<RepairAction> actions = repair(data);

    assertThat(actions)
        .extracting(RepairAction::path)
        .containsExactlyElementsOf(segments.subList(3, segments.size()));
    assertThat(actions)
        .extracting(action -> action.target().orElseThrow())
        .containsExactlyElementsOf(segments.subList(2, segments.size() - 1));
    assertThat(kinds(actions)).containsOnly(Kind.RENAMED);
  }

  @Test
  void movesDamagedSegmentsThatTheCheckpointStandsFor() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    Path wal = data.resolve("wal");
    Path first = list(wal, "0*").getFirst();
    int number = Integer.parseInt(first.getFileName().toString());
    Path covered = wal.resolve("%08d".formatted(number - 1));
    Files.write(covered, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});

    List<RepairAction> actions = repair(data);

    assertThat(actions).extracting(RepairAction::path).containsExactly(covered);
  }

  @Test
  void keepsTheLogBehindADamagedCheckpoint() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    Path checkpoint = list(data.resolve("wal"), "checkpoint.*").getFirst();
    List<Path> segments = list(data.resolve("wal"), "0*");
    flip(checkpoint.resolve("00000000"), 12);

    List<RepairAction> actions = run(data, PLAIN);

    assertThat(kinds(actions)).startsWith(Kind.REWRITTEN);
    assertThat(list(data.resolve("wal"), "0*")).isEqualTo(segments);
    assertThat(Told.by(data).findings())
        .extracting(finding -> finding.file())
        .containsOnly(data.resolve("wal"));
    assertThat(actions.subList(1, actions.size()))
        .extracting(RepairAction::kind)
        .containsOnly(Kind.LEFT);
  }

  @Test
  void movesADamagedCheckpointThatANewerStandsFor() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    Path older = Files.createDirectory(data.resolve("wal/checkpoint.00000001"));
    Files.write(older.resolve("00000000"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});

    assertThat(repair(data)).extracting(RepairAction::path).containsExactly(older);
  }

  @Test
  void rewritesTheLogOfOutOfOrderSamples() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-ooo", temporary.resolve("data"));
    List<Path> segments = list(data.resolve("wbl"), "0*");
    flip(segments.getFirst(), 40);

    List<RepairAction> actions = repair(data);

    assertThat(kinds(actions)).containsExactly(Kind.REWRITTEN);
    assertThat(actions.getFirst().path()).isEqualTo(segments.getFirst());
  }

  @Test
  void movesDamagedFilesOfHeadChunks() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-blocks", temporary.resolve("data"));
    List<Path> files = list(data.resolve("chunks_head"), "0*");
    flip(files.get(0), 50);

    assertThat(repair(data)).extracting(RepairAction::path).containsExactlyElementsOf(files);
  }

  @Test
  void headMakesItsChunksAnewFromTheLog() throws Exception {
    Path data = sound();
    flip(list(data.resolve("chunks_head"), "0*").getFirst(), 50);

    repair(data);

    assertThat(samples(data)).isEqualTo(ALL);
  }

  @Test
  void movesADamagedSnapshot() throws Exception {
    Path data = GoldenDirectories.unpack("prometheus-3.5-snapshot", temporary.resolve("data"));
    Path snapshot = list(data, "chunk_snapshot.*").getFirst();
    flip(snapshot.resolve("00000000"), 100);

    assertThat(repair(data)).extracting(RepairAction::path).containsExactly(snapshot);
  }

  @Test
  void movesLeftovers() throws Exception {
    Path data = sound();
    String ulid = "01M7Z6YBAD6M3PSZRDWY5H36W6";
    List<Path> leftovers =
        List.of(
            data.resolve(ulid + ".tmp"),
            data.resolve(ulid + ".tmp-for-creation"),
            data.resolve(ulid + ".tmp-for-deletion"),
            data.resolve("chunk_snapshot.000001.0000000002.tmp"),
            data.resolve("wal/checkpoint.00000001.tmp"));
    for (Path leftover : leftovers) {
      Files.createDirectory(leftover);
    }

    assertThat(repair(data)).extracting(RepairAction::path).containsExactlyElementsOf(leftovers);
    assertThat(data.resolve("quarantine-1/wal/checkpoint.00000001.tmp")).isDirectory();
  }

  @Test
  void laterRepairsHaveAPlaceOfTheirOwn() throws Exception {
    Path data = sound();
    Files.delete(block(data).resolve("index"));
    repair(data);
    Files.delete(block(data).resolve("index"));

    List<RepairAction> actions = repair(data);

    assertThat(actions.getFirst().target().orElseThrow().getParent())
        .isEqualTo(data.resolve("quarantine-2"));
  }
}
