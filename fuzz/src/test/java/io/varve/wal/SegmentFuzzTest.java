package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.io.QuarantineDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The only segment of a log: read, verified, salvaged if need be, and read again.
final class SegmentFuzzTest {
  private static final Path DATA = Path.of("");
  private static final Path LOG = Path.of("wal");
  private static final String SEGMENT = "wal/00000000";

  static Stream<byte[]> seeds() {
    Stream<byte[]> golden = Seeds.golden("(wal|wbl)/(checkpoint.*/)?[0-9]+", 3000);
    return Stream.concat(golden, Stream.of(Compression.values()).map(SegmentFuzzTest::pages));
  }

  /// A record of two fragments.
  private static byte[] pages(Compression compression) {
    var disk = new MemoryDisk();
    var batch = new RecordBatch();
    byte[] noise = new byte[33_000];
    new java.util.SplittableRandom(1).nextBytes(noise);
    noise[0] = 100;
    batch.begin().putBytes(noise);
    batch.end();
    try {
      try (Wal wal = Wal.open(disk, LOG, 64 << 10, compression)) {
        wal.log(batch);
      }
      return disk.readAll(Path.of(SEGMENT), 1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsAPrefixAndSalvagesTheRest(byte[] input) throws IOException {
    check(input);
    check(Seal.log(input.clone()));
  }

  private static void check(byte[] segment) throws IOException {
    MemoryDisk disk = new MemoryDisk().with(SEGMENT, segment);
    var findings = new ArrayList<Finding>();
    WalVerifier.Summary summary = WalVerifier.verify(disk, LOG, findings::add);
    long records = 0;
    try (WalReader reader = WalReader.open(disk, LOG)) {
      try {
        for (; reader.next(); records++) {
          RecordDecoder.decode(reader.record(), new CheckingHandler());
        }
        assertThat(summary.records()).isEqualTo(records);
        assertThat(summary.tornTail()).isEqualTo(reader.tornTail());
        return;
      } catch (CorruptionException e) {
        assertThat(findings).isNotEmpty();
        WalSalvage.salvage(disk, LOG, QuarantineDirectory.in(disk, DATA));
      }
    }
    assertThat(summary.records()).isGreaterThanOrEqualTo(records);
    assertThat(disk.readAll(Path.of("quarantine-1").resolve(SEGMENT), segment.length))
        .isEqualTo(segment);
    try (WalReader again = WalReader.open(disk, LOG)) {
      long kept = 0;
      for (; again.next(); kept++) {
        RecordDecoder.decode(again.record(), new CheckingHandler());
      }
      // Fewer only if references were given twice.
      assertThat(kept).isBetween(records, summary.records());
      assertThat(again.tornTail()).isFalse();
    }
  }
}
