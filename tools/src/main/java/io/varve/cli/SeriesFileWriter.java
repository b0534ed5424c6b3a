package io.varve.cli;

import io.varve.io.ByteSink;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Writes a file that {@link SeriesFile} reads: one JSON object of labels per line. Names and
/// values have none of the characters that the reader splits at or drops. Confined to one thread;
/// closing writes what is left.
final class SeriesFileWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  private final DiskFile file;
  private final HeapByteSink buffer = ByteSink.onHeap(BUFFER + (64 << 10));
  private long position;

  private SeriesFileWriter(DiskFile file) {
    this.file = file;
  }

  /// Starts a file, in place of one that is there.
  static SeriesFileWriter create(Disk disk, Path path) throws IOException {
    if (disk.stat(path).isPresent()) {
      disk.delete(path);
    }
    return new SeriesFileWriter(disk.create(path));
  }

  void write(Labels labels) {
    var line = new StringBuilder(400);
    labels.forEach((name, value) ->
        line.append(line.isEmpty() ? "{\"" : ",\"")
            .append(name)
            .append("\":\"")
            .append(value)
            .append('"'));
    buffer.putBytes(line.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
    if (buffer.length() >= BUFFER) {
      flush();
    }
  }

  private void flush() {
    try {
      buffer.writeTo(file, position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    position += buffer.length();
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      flush();
    }
  }
}
