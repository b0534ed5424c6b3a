package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.fragment;
import static io.varve.wal.Logs.join;
import static io.varve.wal.Logs.putSegment;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import io.varve.io.Finding;
import io.varve.wal.WalVerifier.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WalVerifierTest {
  private static final byte[] SERIES_1 = bytes("01 0000000000000001 01 0161 0162");
  private static final byte[] SAMPLE_1 =
      bytes("02 0000000000000001 0000000000000064 00 00 0000000000000001");

  @TempDir Path directory;

  private final List<Finding> findings = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void findsNothingWrongWithWhatPrometheusWrote(String version) throws Exception {
    Path log = Path.of(WalVerifierTest.class.getResource("/prometheus/" + version).toURI());

    Summary summary = WalVerifier.verify(DISK, log, findings::add);

    assertThat(findings).isEmpty();
    assertThat(summary.samples()).isGreaterThan(90);
    assertThat(summary.unknownRefs()).isZero();
    assertThat(summary.tornTail()).isFalse();
  }

  @Test
  void countsWhatIsThere() throws IOException {
    put(0, join(fragment(1, SERIES_1), fragment(1, SAMPLE_1)));
    put(1, fragment(1, SAMPLE_1));

    assertThat(verify()).isEqualTo(new Summary(3, 1, 2, 0, 0, false));
    assertThat(findings).isEmpty();
  }

  @Test
  void takesATornTailForNormal() throws IOException {
    byte[] sample = fragment(1, SAMPLE_1);
    put(0, join(fragment(1, SERIES_1), Arrays.copyOf(sample, sample.length - 1)));

    assertThat(verify()).isEqualTo(new Summary(1, 1, 0, 0, 0, true));
    assertThat(findings).isEmpty();
  }

  @Test
  void reportsATornEndAnywhereElse() throws IOException {
    put(0, join(fragment(1, SERIES_1), bytes("01 00")));
    put(1, new byte[0]);

    assertThat(verify().tornTail()).isFalse();
    assertThat(findings).containsExactly(finding(0, 21, -1, "the last record is torn"));
  }

  @Test
  void goesOnBehindADamagedPage() throws IOException {
    byte[] page = join(fragment(1, SERIES_1), fragment(1, SAMPLE_1));
    byte[] log = Arrays.copyOf(page, Logs.PAGE);
    log[21 + 3] ^= 1;
    put(0, join(log, fragment(1, SAMPLE_1), fragment(1, SAMPLE_1)));

    Summary summary = verify();

    assertThat(findings)
        .singleElement()
        .satisfies(f -> {
          assertThat(f.file()).isEqualTo(file(0));
          assertThat(f.offset()).isEqualTo(21);
          assertThat(f.length()).isEqualTo(Logs.PAGE - 21);
          assertThat(f.what()).startsWith("the checksum is ");
        });
    assertThat(summary).isEqualTo(new Summary(3, 1, 2, 0, 0, false));
  }

  @Test
  void passesOverTheRestOfARecordWhoseStartIsDamaged() throws IOException {
    byte[] start = fragment(2, filled(Logs.PAGE - 7, 200));
    start[100] ^= 1;
    put(
        0,
        join(
            start,
            fragment(3, filled(Logs.PAGE - 7, 200)),
            fragment(4, filled(10, 200)),
            fragment(1, SERIES_1)));

    assertThat(verify().series()).isEqualTo(1);
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().offset()).isZero();
    assertThat(findings.getFirst().length()).isEqualTo(Logs.PAGE);
  }

  @Test
  void reportsRecordsThatCannotBeRead() throws IOException {
    put(
        0,
        join(
            fragment(1, bytes("02 00")),
            fragment(0x11, bytes("0a")),
            fragment(1, bytes("01 0000000000000001 00")),
            fragment(1, SAMPLE_1)));

    Summary summary = verify();

    assertThat(findings)
        .containsExactly(
            finding(
                0, 0, 9, "a record cannot be read: needs 8 bytes, but only 1 are left, at byte 1"),
            finding(0, 9, 8, "a record cannot be read: the record is not what zstd makes"),
            finding(0, 17, 17, "series 1: it has no labels"));
    assertThat(summary).isEqualTo(new Summary(2, 1, 1, 0, 0, false));
  }

  @Test
  void reportsMissingSegments() throws IOException {
    put(2, fragment(1, SERIES_1));
    put(5, fragment(1, SAMPLE_1));
    put(6, fragment(1, SAMPLE_1));

    verify();

    assertThat(findings)
        .containsExactly(new Finding(directory, -1, -1, "segments 3 to 4 are missing"));
  }

  @Test
  void reportsSegmentsMissingBehindTheCheckpoint() throws IOException {
    putSegment(directory.resolve("checkpoint.00000003"), 0, fragment(1, SERIES_1));
    put(6, fragment(1, SAMPLE_1));

    verify();

    assertThat(findings)
        .containsExactly(new Finding(directory, -1, -1, "segments 4 to 5 are missing"));
  }

  @Test
  void countsEntriesWithoutSeriesAndTypesNobodyKnows() throws IOException {
    put(
        0,
        join(
            fragment(1, SAMPLE_1),
            fragment(1, bytes("0e 00")),
            fragment(1, bytes("0e")),
            fragment(1, bytes("ff"))));

    assertThat(verify()).isEqualTo(new Summary(4, 0, 1, 1, 3, false));
    assertThat(findings)
        .extracting(Finding::what)
        .containsExactly(
            "1 entries of 1 series have no record of the series, such as number 1",
            "2 records are of the unknown type 14",
            "1 records are of the unknown type 255");
  }

  @Test
  void findsSeriesInTheCheckpointAndInLaterRecords() throws IOException {
    putSegment(directory.resolve("checkpoint.00000000"), 0, fragment(1, SERIES_1));
    put(
        1,
        join(
            fragment(1, SAMPLE_1),
            fragment(1, bytes("03 0000000000000002 00 00")),
            fragment(1, bytes("01 0000000000000002 01 0161 0163"))));

    assertThat(verify().unknownRefs()).isZero();
    assertThat(findings).isEmpty();
  }

  /// A series may be left out of the checkpoint whose samples are still in segments it stands for.
  @Test
  void looksForNoSeriesOfSegmentsInTheCheckpoint() throws IOException {
    putSegment(directory.resolve("checkpoint.00000001"), 0, new byte[0]);
    put(1, fragment(1, SAMPLE_1));
    put(2, new byte[0]);

    assertThat(verify().unknownRefs()).isZero();
  }

  @Test
  void verifiesACheckpointByItself() throws IOException {
    Path checkpoint = directory.resolve("checkpoint.00000001");
    putSegment(checkpoint, 0, join(fragment(1, SERIES_1), bytes("01 00")));

    assertThat(WalVerifier.verify(DISK, checkpoint, findings::add).tornTail()).isFalse();
    assertThat(findings).extracting(Finding::what).containsExactly("the last record is torn");
  }

  @Test
  void looksForTheSeriesOfOutOfOrderSamplesInTheOtherLog() throws IOException {
    Path wal = directory.resolve("wal");
    Path wbl = directory.resolve("wbl");
    putSegment(wal, 0, join(fragment(1, SERIES_1), bytes("ff")));
    byte[] marker = bytes("05 0000000000000001 0000000100000008");
    byte[] stray = bytes("05 0000000000000002 0000000100000008");
    putSegment(wbl, 0, join(fragment(1, SAMPLE_1), fragment(1, marker)));

    assertThat(WalVerifier.verifyWbl(DISK, wbl, wal, findings::add))
        .isEqualTo(new Summary(2, 0, 1, 0, 0, false));
    assertThat(findings).isEmpty();

    putSegment(wbl, 0, fragment(1, stray));
    WalVerifier.verifyWbl(DISK, wbl, wal, findings::add);
    assertThat(findings).hasSize(1);
  }

  @Test
  void changesNothing() throws IOException {
    Logs.write(directory, 1, Compression.SNAPPY, Logs.batch(SERIES_1));
    DISK.createDirectories(directory.resolve("checkpoint.00000000.tmp"));
    List<String> before = DISK.list(directory);

    verify();

    assertThat(DISK.list(directory)).isEqualTo(before);
  }

  @Test
  void comesToAnEndOnNoise() throws IOException {
    var random = Logs.random();
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(3 * Logs.PAGE)];
      random.nextBytes(noise);
      put(0, noise);
      findings.clear();

      verify();

      assertThat(findings.size()).isLessThanOrEqualTo(3);
    }
  }

  private Summary verify() throws IOException {
    return WalVerifier.verify(DISK, directory, findings::add);
  }

  private void put(int segment, byte[] content) throws IOException {
    putSegment(directory, segment, content);
  }

  private Path file(int segment) {
    return WalFormat.segment(directory, segment);
  }

  private Finding finding(int segment, long offset, long length, String what) {
    return new Finding(file(segment), offset, length, what);
  }
}
