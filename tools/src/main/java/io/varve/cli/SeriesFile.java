package io.varve.cli;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the series for a write benchmark from a file with one object of labels per line, as
/// `promtool tsdb bench write` does. It looks like JSON and is not: quotes and braces are dropped
/// wherever they stand, the rest is split at each `,`, and what stands before and after the first
/// `:` of a part is name and value, blanks included; what follows a second `:` is dropped. A series
/// that came before is passed over.
///
/// Where promtool panics (a part without `:`, a label twice, no label with a value) or stops
/// without a word (a line of 64 KiB) the file is refused. Labels without a value are dropped before
/// series are compared, not after.
final class SeriesFile {
  /// A line with its end has to be shorter than this many bytes.
  private static final int MAX_LINE = 64 << 10;

  private final Path file;
  private final Set<Labels> seen = new HashSet<>();
  private final List<Labels> series = new ArrayList<>();
  private final int limit;
  private int line;

  private SeriesFile(Path file, int limit) {
    this.file = file;
    this.limit = limit;
  }

  /// The first {@code limit} different series of a file.
  ///
  /// @throws CommandException if the file cannot be understood
  static List<Labels> read(Disk disk, Path file, int limit) throws IOException {
    var reader = new SeriesFile(file, limit);
    try (DiskFile in = disk.open(file)) {
      reader.readLines(in);
    }
    return reader.series;
  }

  private void readLines(DiskFile in) throws IOException {
    byte[] buffer = new byte[16 * MAX_LINE];
    int kept = 0;
    long position = 0;
    while (series.size() < limit) {
      int read = in.read(buffer, kept, buffer.length - kept, position);
      position += read;
      int end = kept + read;
      int start = addLines(buffer, end);
      kept = end - start;
      if (kept >= MAX_LINE) {
        line++;
        throw refusal("is longer than 64 KiB");
      }
      if (read == 0) {
        if (kept > 0) {
          addLine(buffer, start, end);
        }
        return;
      }
      System.arraycopy(buffer, start, buffer, 0, kept);
    }
  }

  /// Adds the lines that end before {@code end}.
  ///
  /// @return where the first that does not starts
  private int addLines(byte[] buffer, int end) {
    int start = 0;
    for (int i = 0; i < end; i++) {
      if (buffer[i] == '\n') {
        addLine(buffer, start, i);
        start = i + 1;
      }
    }
    return start;
  }

  private void addLine(byte[] buffer, int start, int end) {
    if (series.size() >= limit) {
      return;
    }
    line++;
    if (end - start >= MAX_LINE) {
      throw refusal("is longer than 64 KiB");
    }
    int length = end - start;
    if (length > 0 && buffer[end - 1] == '\r') {
      length--;
    }
    Labels labels = parse(decode(buffer, start, length));
    if (seen.add(labels)) {
      series.add(labels);
    }
  }

  private String decode(byte[] buffer, int start, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, start, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw refusal("is not valid UTF-8");
    }
  }

  private Labels parse(String text) {
    String bare = text.replace("\"", "").replace("{", "").replace("}", "");
    var builder = Labels.builder();
    Set<String> names = HashSet.newHashSet(16);
    for (String part : bare.split(",", -1)) {
      int colon = part.indexOf(':');
      if (colon < 0) {
        throw refusal("has no ':' between name and value in '" + part + "'");
      }
      int end = part.indexOf(':', colon + 1);
      String name = part.substring(0, colon);
      if (name.isEmpty() || !names.add(name)) {
        throw refusal(name.isEmpty() ? "has an empty name" : "has the label '" + name + "' twice");
      }
      builder.set(name, part.substring(colon + 1, end < 0 ? part.length() : end));
    }
    Labels labels = builder.build();
    if (labels.isEmpty()) {
      throw refusal("has no label with a value");
    }
    return labels;
  }

  private CommandException refusal(String what) {
    return new CommandException(file + ": line " + line + " " + what);
  }
}
