package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.fragment;
import static io.varve.wal.Logs.join;
import static io.varve.wal.Logs.putSegment;
import static io.varve.wal.Logs.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.SimulatedDisk;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.QuarantineDirectory;
import io.varve.wal.SalvagedLog.Change;
import io.varve.wal.SalvagedLog.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalSalvageTest {
  /// Series 1 with labels a="b", and 2 with a="c".
  private static final byte[] SERIES_1 = bytes("01 0000000000000001 01 0161 0162");

  private static final byte[] SERIES_2 = bytes("01 0000000000000002 01 0161 0163");

  /// Series 1 once more, with other labels.
  private static final byte[] OTHER_1 = bytes("01 0000000000000001 01 0161 0164");

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int SAMPLE_LENGTH = 7 + 1 + 16 + 10;

  @TempDir Path data;

  private static byte[] sample(int ref, int t) {
    return bytes("02 %016x %016x 00 00 0000000000000000".formatted(ref, t));
  }

  /// A page of these fragments, filled up.
  private static byte[] page(byte[]... fragments) {
    return Arrays.copyOf(join(fragments), Logs.PAGE);
  }

  private Path log() {
    return data.resolve("wal");
  }

  private SalvagedLog salvage() throws IOException {
    SalvagedLog rehearsed = WalSalvage.rehearse(DISK, log(), QuarantineDirectory.in(DISK, data));
    SalvagedLog done = WalSalvage.salvage(DISK, log(), QuarantineDirectory.in(DISK, data));
    assertThat(rehearsed.damages()).isEqualTo(done.damages());
    if (!done.reused()) {
      assertThat(rehearsed.changes()).isEqualTo(done.changes());
    }
    assertThat(WalSalvage.salvage(DISK, log(), QuarantineDirectory.in(DISK, data)).isSound())
        .isTrue();
    return done;
  }

  private List<String> told() throws IOException {
    return told(DISK, log());
  }

  private static List<String> told(Disk disk, Path log) throws IOException {
    var told = new Told();
    int after = -1;
    var checkpoint = Checkpoint.latest(disk, log);
    if (checkpoint.isPresent()) {
      after = checkpoint.get().index();
      try (WalReader reader = WalReader.open(disk, checkpoint.get())) {
        decode(reader, told);
      }
    }
    try (WalReader reader = WalReader.openAfter(disk, log, after)) {
      decode(reader, told);
    }
    return told.lines;
  }

  private static void decode(WalReader reader, Told told) throws IOException {
    while (reader.next()) {
      RecordDecoder.decode(reader.record(), told);
    }
  }

  private static List<String> samples(int... times) {
    return Arrays.stream(times).mapToObj("sample 1 %d 0"::formatted).toList();
  }

  private List<String> toldSamples() throws IOException {
    return told().stream().filter(line -> line.startsWith("sample")).toList();
  }

  /// Two segments, of which the first has two pages: with the series and samples at 1 and 2, and
  /// with those at 3 and 4. The other one has that at 5.
  private void write() throws IOException {
    putSegment(
        log(),
        0,
        join(
            page(
                fragment(FULL, SERIES_1),
                fragment(FULL, sample(1, 1)),
                fragment(FULL, sample(1, 2))),
            page(fragment(FULL, sample(1, 3)), fragment(FULL, sample(1, 4)))));
    // A page is not full before its end, so that there is nothing to tell from lost sectors.
    byte[] bytes = segment(log(), 0);
    int used = 7 + SERIES_1.length + 2 * SAMPLE_LENGTH;
    byte[] unknown = filled(Logs.PAGE - used - 7, 200);
    System.arraycopy(fragment(FULL, unknown), 0, bytes, used, Logs.PAGE - used);
    putSegment(log(), 0, bytes);
    putSegment(log(), 1, fragment(FULL, sample(1, 5)));
  }

  private void flip(int number, int at) throws IOException {
    byte[] bytes = segment(log(), number);
    bytes[at] ^= 1;
    putSegment(log(), number, bytes);
  }

  @Test
  void leavesASoundLogAlone() throws IOException {
    write();
    byte[] before = segment(log(), 0);

    assertThat(salvage().isSound()).isTrue();

    assertThat(segment(log(), 0)).isEqualTo(before);
    assertThat(DISK.list(data)).containsExactly("wal");
  }

  @Test
  void doesNothingWhereThereIsNoLog() throws IOException {
    assertThat(salvage().isSound()).isTrue();
    assertThat(DISK.list(data)).isEmpty();
  }

  @Test
  void damageCostsTheRestOfItsPageAndNothingElse() throws IOException {
    write();
    flip(0, 7 + SERIES_1.length + 7);
    byte[] damaged = segment(log(), 0);

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(3, 4, 5));
    assertThat(told()).first().asString().startsWith("series 1");
    assertThat(done.lostBytes()).isEqualTo(Logs.PAGE - 7 - SERIES_1.length);
    Path kept = data.resolve("quarantine-1/wal/00000000");
    assertThat(done.changes())
        .containsExactly(
            new Change(
                Kind.REWRITTEN,
                WalFormat.segment(log(), 0),
                kept,
                "at offset 21: " + done.damages().getFirst().what()));
    assertThat(kept).hasBinaryContent(damaged);
    assertThat(DISK.list(log())).containsExactly("00000000", "00000001");
  }

  /// The bytes of the new segment, so that other programs read it, too.
  @Test
  void survivorsFollowEachOtherAsAWriterLeavesThem() throws IOException {
    write();
    flip(0, 7 + SERIES_1.length + 7);

    salvage();

    assertThat(segment(log(), 0))
        .isEqualTo(
            page(
                fragment(FULL, SERIES_1),
                fragment(FULL, sample(1, 3)),
                fragment(FULL, sample(1, 4))));
  }

  @Test
  void damageInALaterRecordOfAPageKeepsThoseBefore() throws IOException {
    write();
    flip(0, Logs.PAGE + SAMPLE_LENGTH + 10);

    salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 5));
  }

  @Test
  void aLostRecordOfASeriesLeavesItsSamplesInTheLog() throws IOException {
    write();
    flip(0, 3);

    salvage();

    assertThat(told()).isEqualTo(samples(3, 4, 5));
  }

  @Test
  void damageInARecordOfSeveralPagesCostsThatRecordOnly() throws IOException {
    byte[] part = filled(Logs.PAGE - 7, 200);
    byte[] rest = filled(100, 200);
    putSegment(
        log(),
        0,
        join(
            fragment(FIRST, part),
            fragment(MIDDLE, part),
            page(fragment(LAST, rest), fragment(FULL, sample(1, 1)))));
    flip(0, Logs.PAGE + 500);

    SalvagedLog done = salvage();

    assertThat(told()).isEqualTo(samples(1));
    assertThat(done.damages()).hasSize(1);
  }

  /// Somebody logs labels that contain a record. Behind damage nothing must lead there.
  @Test
  void whatALostRecordContainsIsNoRecord() throws IOException {
    byte[] inner = fragment(FULL, sample(1, 666));
    byte[] first = filled(Logs.PAGE - 7, 200);
    byte[] last = join(new byte[] {(byte) 200}, new byte[20], inner, filled(50, 200));
    putSegment(
        log(),
        0,
        join(fragment(FIRST, first), page(fragment(LAST, last), fragment(FULL, sample(1, 1)))));
    flip(0, 100);
    byte[] bytes = segment(log(), 0);
    bytes[Logs.PAGE + 2] = 21;
    putSegment(log(), 0, bytes);
    putSegment(log(), 1, fragment(FULL, sample(1, 2)));

    SalvagedLog done = salvage();

    assertThat(told()).isEqualTo(samples(2));
    assertThat(done.damages()).hasSize(2);
  }

  @Test
  void aRecordThatCannotBeDecodedGoesByItself() throws IOException {
    putSegment(
        log(),
        0,
        page(
            fragment(FULL, SERIES_1),
            fragment(FULL, bytes("02 ff")),
            fragment(FULL | WalFormat.SNAPPY, filled(40, 255)),
            fragment(FULL, sample(1, 1))));

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(1));
    assertThat(done.damages()).hasSize(2);
    assertThat(done.lostBytes()).isEqualTo(7 + 2 + 7 + 40);
  }

  @Test
  void sectorsThatReadAsZerosAreDamage() throws IOException {
    write();
    byte[] bytes = segment(log(), 0);
    byte[] zeros = join(bytes, page(fragment(FULL, sample(1, 6))));
    Arrays.fill(zeros, Logs.PAGE, 2 * Logs.PAGE, (byte) 0);
    putSegment(log(), 0, zeros);

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 6, 5));
    assertThat(done.damages())
        .extracting(damage -> damage.offset() + " " + damage.length() + " " + damage.what())
        .containsExactly(Logs.PAGE + " " + Logs.PAGE + " zeros lie where records were");
  }

  @Test
  void zerosUpToTheEndOfASegmentAreNone() throws IOException {
    write();
    putSegment(log(), 0, join(segment(log(), 0), new byte[3 * Logs.PAGE]));

    assertThat(salvage().isSound()).isTrue();
  }

  @Test
  void aTornEndIsDamageInFrontOfAnotherSegmentOnly() throws IOException {
    write();
    putSegment(log(), 1, Arrays.copyOf(segment(log(), 1), SAMPLE_LENGTH - 1));
    assertThat(salvage().isSound()).isTrue();
    putSegment(log(), 2, fragment(FULL, sample(1, 6)));

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 6));
    assertThat(done.changes()).extracting(Change::kind).containsExactly(Kind.REWRITTEN);
    assertThat(segment(log(), 1)).isEmpty();
  }

  @Test
  void segmentsBehindAGapMoveUp() throws IOException {
    write();
    putSegment(log(), 4, fragment(FULL, sample(1, 6)));
    putSegment(log(), Integer.MAX_VALUE, fragment(FULL, sample(1, 7)));

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5, 6, 7));
    assertThat(done.changes())
        .extracting(Change::kind)
        .containsExactly(Kind.RENUMBERED, Kind.RENUMBERED);
    assertThat(DISK.list(log())).containsExactly("00000000", "00000001", "00000002", "00000003");
  }

  @Test
  void ofTwoSegmentsOfOneNumberOneGoes() throws IOException {
    write();
    try (DiskFile twin = DISK.create(log().resolve("1"))) {
      twin.write(new byte[] {9}, 0, 1, 0);
    }

    SalvagedLog done = salvage();

    assertThat(done.changes()).extracting(Change::path).containsExactly(log().resolve("1"));
    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5));
  }

  /// The first page of segment 2 says that 1 is another series from then on.
  private void writeReused() throws IOException {
    write();
    byte[] first = filled(Logs.PAGE - 7 - 21 - 21 - SAMPLE_LENGTH - 7, 200);
    putSegment(
        log(),
        2,
        join(
            fragment(FULL, OTHER_1),
            fragment(FULL, SERIES_2),
            fragment(FULL, sample(2, 6)),
            fragment(FULL, first),
            page(fragment(FULL, sample(1, 7)), fragment(FULL, sample(2, 7)))));
    putSegment(
        log(),
        3,
        join(
            fragment(FULL, sample(1, 8)),
            fragment(FULL, OTHER_1),
            fragment(FULL, sample(1, 9)),
            fragment(FULL, sample(2, 9))));
  }

  /// Nobody can tell whether what is lost said that 1 is yet another series.
  @Test
  void aReferenceThatWasGivenTwiceCountsOnlyIfGivenBehindTheDamage() throws IOException {
    writeReused();
    flip(2, 21 + 21 + 3);

    SalvagedLog done = salvage();

    assertThat(done.reused()).isTrue();
    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5, 9));
  }

  /// Whatever crash comes in the midst of that: the one thing that must not be is a sample of the
  /// second series 1 that is taken for one of the first.
  @Test
  void aCrashWhileReferencesAreInDoubtLeavesThemInDoubt() throws IOException {
    writeReused();
    flip(2, 3);
    List<String> right = List.of("1", "2", "3", "4", "5", "9");

    crashAtEveryChange((disk, log) -> {
      List<String> told = told(disk, log);
      assertThat(told.stream().filter(line -> line.startsWith("sample 1")).toList())
          .isEqualTo(right.stream().map("sample 1 %s 0"::formatted).toList());
    });
  }

  @Test
  void aDamagedCheckpointKeepsWhatCanBeReadOfIt() throws IOException {
    write();
    checkpointOf(0);
    Path part = log().resolve("checkpoint.00000000");
    Logs.putSegment(
        part,
        0,
        page(
            fragment(FULL, SERIES_1),
            fragment(FULL, bytes("02 01")),
            fragment(FULL, sample(1, 4))));
    DISK.delete(WalFormat.segment(log(), 0));

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(4, 5));
    assertThat(done.changes())
        .extracting(Change::target)
        .containsExactly(data.resolve("quarantine-1/wal/checkpoint.00000000/00000000"));
  }

  @Test
  void aDamagedCheckpointIsNotUsedWhenItsSegmentsAreThere() throws IOException {
    write();
    checkpointOf(0);
    Logs.putSegment(log().resolve("checkpoint.00000000"), 0, filled(50, 255));

    SalvagedLog done = salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5));
    assertThat(done.changes()).extracting(Change::kind).containsExactly(Kind.MOVED);
    assertThat(data.resolve("quarantine-1/wal/checkpoint.00000000/00000000"))
        .hasBinaryContent(filled(50, 255));
  }

  @Test
  void aDamagedCheckpointIsNotUsedWhenTheOneBeforeIsThereAndWhatFollowedIt() throws IOException {
    write();
    checkpointOf(0);
    Logs.write(log(), 1, Compression.NONE);
    DISK.delete(WalFormat.segment(log(), 0));
    Checkpoint.create(DISK, log(), 1, 1, ref -> true, 0, Compression.NONE);
    Logs.putSegment(log().resolve("checkpoint.00000001"), 0, filled(50, 255));

    salvage();

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5));
    assertThat(Checkpoint.list(DISK, log())).hasSize(1);
  }

  private void checkpointOf(int last) throws IOException {
    Checkpoint.create(DISK, log(), 0, last, ref -> true, 0, Compression.NONE);
  }

  @Test
  void whatTheCheckpointStandsForGoesIfItHasAGap() throws IOException {
    write();
    putSegment(log(), 2, new byte[0]);
    putSegment(log(), 3, fragment(FULL, sample(1, 6)));
    checkpointOf(2);
    DISK.delete(WalFormat.segment(log(), 1));

    SalvagedLog done = salvage();

    assertThat(done.changes()).extracting(Change::kind).containsExactly(Kind.MOVED, Kind.MOVED);
    assertThat(DISK.list(log())).containsExactly("00000003", "checkpoint.00000002");
    assertThat(toldSamples()).isEqualTo(samples(1, 2, 3, 4, 5, 6));
  }

  @Test
  void takesAFreshQuarantineEachTime() throws IOException {
    write();
    flip(0, 3);
    salvage();
    flip(1, 3);

    assertThat(salvage().changes())
        .extracting(Change::target)
        .containsExactly(data.resolve("quarantine-2/wal/00000001"));
    assertThat(told()).isEqualTo(samples(3, 4));
  }

  @Test
  void afterwardsTheLogGoesOn() throws IOException {
    write();
    flip(0, Logs.PAGE + 3);
    salvage();

    Logs.write(log(), 1, Compression.NONE, Logs.batch(sample(1, 6)));

    assertThat(toldSamples()).isEqualTo(samples(1, 2, 5, 6));
  }

  /// With damage in three segments and a gap. Each crash leaves a log of which a salvage makes the
  /// same one, and everything that is not in it is in a quarantine.
  @Test
  void aCrashAtAnyCallLeavesALogOfWhichTheSameIsSaved() throws IOException {
    write();
    putSegment(log(), 3, join(fragment(FULL, sample(1, 6)), fragment(FULL, sample(1, 7))));
    putSegment(log(), 4, fragment(FULL, sample(1, 8)));
    flip(0, Logs.PAGE + 3);
    flip(3, SAMPLE_LENGTH + 3);
    flip(4, 3);

    crashAtEveryChange((disk, log) ->
        assertThat(told(disk, log).stream().filter(l -> l.startsWith("sample")).toList())
            .isEqualTo(samples(1, 2, 5, 6)));
  }

  private interface Check {
    void check(Disk disk, Path log) throws IOException;
  }

  /// Looks before each change of the disk what the loss of power and what the death of the process
  /// would leave.
  private void crashAtEveryChange(Check check) throws IOException {
    var disk = new SimulatedDisk();
    Path home = Path.of("/data");
    Path log = home.resolve("wal");
    disk.createDurableDirectories(log);
    List<byte[]> originals = new ArrayList<>();
    for (String name : DISK.list(log())) {
      byte[] bytes = DISK.readAll(log().resolve(name), 1 << 20);
      originals.add(bytes);
      try (DiskFile file = disk.create(log.resolve(name))) {
        file.write(bytes, 0, bytes.length, 0);
        file.sync();
      }
    }
    disk.syncDirectory(log);
    var changes = new ArrayList<SimulatedDisk.Call>();
    disk.watch((call, path) -> {
      if (call.changes()) {
        changes.add(call);
        for (int seed = 0; seed < 8; seed++) {
          checkAfterwards(seed == 0 ? disk.kill() : disk.crash(seed), home, originals, check);
        }
      }
    });

    WalSalvage.salvage(disk, log, QuarantineDirectory.in(disk, home));

    assertThat(changes).hasSizeGreaterThan(15);
    disk.watch((call, path) -> {});
    checkAfterwards(disk, home, originals, check);
  }

  private static void checkAfterwards(
      SimulatedDisk found, Path home, List<byte[]> originals, Check check) throws IOException {
    Path log = home.resolve("wal");
    WalSalvage.salvage(found, log, QuarantineDirectory.in(found, home));
    check.check(found, log);
    List<byte[]> all = files(found, home);
    for (byte[] original : originals) {
      assertThat(all).anyMatch(bytes -> Arrays.equals(bytes, original));
    }
  }

  private static List<byte[]> files(Disk disk, Path path) throws IOException {
    var files = new ArrayList<byte[]>();
    for (String name : disk.list(path)) {
      Path file = path.resolve(name);
      if (disk.stat(file).orElseThrow().directory()) {
        files.addAll(files(disk, file));
      } else {
        files.add(disk.readAll(file, 1 << 20));
      }
    }
    return files;
  }

  @Test
  void aReadThatFailsChangesNothing() throws IOException {
    var disk = new SimulatedDisk();
    Path log = Path.of("/data/wal");
    disk.createDurableDirectories(log);
    try (DiskFile file = disk.create(WalFormat.segment(log, 0))) {
      file.write(filled(100, 255), 0, 100, 0);
    }
    disk.watch((call, path) -> {
      if (call == SimulatedDisk.Call.SYNC) {
        throw new IOException("no");
      }
    });

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> WalSalvage.salvage(disk, log, QuarantineDirectory.in(disk, Path.of("/data"))))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CorruptionException.class);

    assertThat(disk.list(log)).containsExactly("00000000");
    assertThat(disk.readAll(WalFormat.segment(log, 0), 1000)).hasSize(100);
  }
}
