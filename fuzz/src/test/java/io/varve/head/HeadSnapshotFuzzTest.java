package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.model.Exemplar;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The snapshot of a head, beside the log that it stands for: whatever is not under a right
/// checksum is made up for by the log.
final class HeadSnapshotFuzzTest {
  private static final Path DATA = Path.of("data");
  private static final String FILE = "data/" + HeadSnapshotFormat.FILE_NAME;
  private static final MemoryDisk SOUND = sound();
  private static final String SAMPLES = samples(store(content(FILE)));

  /// As it is, and with frames that are not compressed.
  static Stream<byte[]> seeds() {
    return Stream.of(content(FILE), uncompressed()).peek(HeadSnapshotFuzzTest::requireOfUse);
  }

  private static void requireOfUse(byte[] snapshot) {
    try (Varve db = Varve.openReadOnly(DATA, options(store(snapshot)))) {
      assertThat(db.stats().snapshot().used()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VarveOptions options(MemoryDisk disk) {
    return VarveOptions.defaults()
        .withDisk(disk)
        .withMaintenance(false)
        .withOutOfOrderWindow(Duration.ofHours(1));
  }

  /// A store with some of everything.
  private static MemoryDisk sound() {
    var disk = new MemoryDisk();
    try (Varve db = Varve.open(DATA, options(disk));
        Appender app = db.appender()) {
      SeriesRef a = app.series(Labels.of("__name__", "a", "job", "x"));
      SeriesRef b = app.series(Labels.of("__name__", "b", "job", "x"));
      for (int i = 0; i < 150; i++) {
        app.append(a, 1_000_000 + i * 1000L, i % 3);
        app.append(b, 1_000_000 + i * 1000L, Histogram.STALE);
      }
      app.commit();
      app.append(a, 1_000_500, 7);
      app.appendExemplar(a, new Exemplar(Labels.of("trace", "x"), 1, 1_100_000));
      app.updateMetadata(a, new Metadata(MetricType.GAUGE, "", "help"));
      app.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }

  private static byte[] content(String file) {
    try {
      return SOUND.readAll(Path.of(file), 1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] uncompressed() {
    var bytes = new ByteArrayOutputStream();
    try (var in = SnapshotFrameReader.open(SOUND, Path.of(FILE));
        var sink = new DataOutputStream(bytes)) {
      sink.write(content(FILE), 0, HeadSnapshotFormat.HEADER_LENGTH);
      int kind = 0;
      for (int number = 0; kind != HeadSnapshotFormat.END; number++) {
        kind = in.next();
        ByteReader data = in.data();
        sink.writeByte(kind);
        sink.writeInt(number);
        sink.writeInt(data.remaining());
        sink.writeInt(data.remaining());
        sink.write(data.array(), data.position(), data.remaining());
        sink.writeInt(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Seal.headSnapshot(bytes.toByteArray());
  }

  private static String samples(MemoryDisk disk) {
    try (Varve db = Varve.openReadOnly(DATA, options(disk))) {
      return StoreSamples.all(db);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
  void logMakesUpForDamage(byte[] input) throws IOException {
    assertThat(samples(store(input))).isEqualTo(SAMPLES);
    try {
      assertThat(samples(store(Seal.headSnapshot(input.clone())))).isNotNull();
    } catch (CorruptionException e) {
      // Content that lies under a right checksum shows when it is read.
    }
  }

  private static MemoryDisk store(byte[] snapshot) {
    var disk = new MemoryDisk();
    for (String file : new String[] {"wal/00000000", "wbl/00000000", "chunks_head/000001"}) {
      disk.with("data/" + file, content("data/" + file));
    }
    return disk.with(FILE, snapshot);
  }
}
