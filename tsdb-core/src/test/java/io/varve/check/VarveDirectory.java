package io.varve.check;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A data directory that Varve wrote, with several of everything it writes: blocks, segments of the
/// log, a checkpoint, files of head chunks.
final class VarveDirectory {
  static final long HOUR = 3_600_000;
  static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);
  static final int SERIES = 3;
  static final int HOURS = 10;

  private static final Map<String, byte[]> CONTENT = new TreeMap<>();

  private VarveDirectory() {}

  static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false).withWalSegmentBytes(32 << 10);
  }

  static Labels series(int number) {
    return Labels.of("__name__", "up", "instance", "node" + number, "job", "node");
  }

  /// Puts one below a directory, and returns its path. Each series has a sample a minute.
  static Path write(Path temporary) throws IOException {
    Path data = temporary.resolve("data");
    for (Map.Entry<String, byte[]> file : content().entrySet()) {
      Path path = data.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return data;
  }

  /// Made once for all tests.
  private static synchronized Map<String, byte[]> content() throws IOException {
    if (CONTENT.isEmpty()) {
      Path data = Files.createTempDirectory("varve");
      try {
        make(data);
        try (Stream<Path> files = Files.walk(data)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            CONTENT.put(data.relativize(file).toString(), Files.readAllBytes(file));
          }
        }
      } finally {
        new LocalDisk().deleteRecursively(data);
      }
    }
    return CONTENT;
  }

  private static void make(Path data) throws IOException {
    for (int hour = 0; hour < HOURS; hour++) {
      try (Varve db = Varve.open(data, options())) {
        fill(db, START + hour * HOUR);
        db.maintain();
      }
    }
  }

  private static void fill(Varve db, long from) {
    try (Appender app = db.appender()) {
      for (int i = 0; i < SERIES; i++) {
        SeriesRef ref = app.append(series(i), from, i).ref();
        for (long t = from + 60_000; t < from + HOUR; t += 60_000) {
          app.append(ref, t, Math.sin((double) t) + i);
        }
      }
      app.commit();
    }
  }
}
