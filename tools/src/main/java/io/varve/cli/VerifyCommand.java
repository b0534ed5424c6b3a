package io.varve.cli;

import io.varve.check.DirectoryVerifier;
import io.varve.check.VerifyListener;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/// Prints what is damaged in a data directory, one line for each finding; what is no damage, and a
/// summary, on standard error.
@Command(
    name = "verify",
    header = "Checks all of a data directory.",
    description =
        "%nReads every file and prints a line for each damage: FILE:OFFSET+LENGTH: WHAT. Offset and"
            + " length are left out where the damage has no such place. Reads only, and may be"
            + " used while a server has the directory open.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Nothing is damaged.", "1:Something is.", "2:It could not be checked."},
    exitCodeOnExecutionException = ExitCode.USAGE)
final class VerifyCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path directory = Path.of("");

  VerifyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    DirectoryVerifier.Summary checked;
    try (var lines = new Lines()) {
      checked = DirectoryVerifier.verify(new LocalDisk(), directory, lines);
    }
    streams
        .err()
        .printf(
            Locale.ROOT,
            "checked: blocks=%d series=%d chunks=%d samples=%d records=%d findings=%d%n",
            checked.blocks(),
            checked.series(),
            checked.chunks(),
            checked.samples(),
            checked.records(),
            checked.findings());
    return checked.findings() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private final class Lines implements VerifyListener, AutoCloseable {
    private Progress progress = Progress.of("bytes", 0);
    private long total;
    private long done;

    @Override
    public void finding(Finding finding) {
      streams.out().println(line(finding));
    }

    @Override
    public void note(Finding note) {
      streams.err().println("note: " + line(note));
    }

    @Override
    public void progress(long done, long total) {
      if (this.total != total) {
        this.total = total;
        progress = Progress.of("bytes", total);
      }
      progress.add(done - this.done);
      this.done = done;
    }

    @Override
    public void close() {
      progress.close();
    }
  }

  static String line(Finding finding) {
    var line = new StringBuilder(finding.file().toString());
    if (finding.offset() >= 0) {
      line.append(':').append(finding.offset());
      if (finding.length() >= 0) {
        line.append('+').append(finding.length());
      }
    }
    return oneLine(line.append(": ").append(finding.what()).toString());
  }

  /// Names and texts out of damaged files may hold anything.
  static String oneLine(String text) {
    var line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            line.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            line.appendCodePoint(c);
          }
        });
    return line.toString();
  }
}
