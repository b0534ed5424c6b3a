package io.varve.cli;

import io.varve.block.UlidFactory;
import io.varve.check.DirectoryRepair;
import io.varve.check.RepairAction;
import io.varve.check.RepairListener;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints what it does to a damaged data directory, one line for each thing.
@Command(
    name = "repair",
    header = "Mends a damaged data directory, moves aside what cannot be mended.",
    description =
        "%nMends what varve verify finds, or moves it into a directory quarantine-N in the data"
            + " directory. Deletes nothing, and prints a line for each thing it does. No server"
            + " may have the directory open.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The directory is sound now.",
      "1:Something could not be mended and was left.",
      "2:It could not be repaired: it is in use, say."
    },
    exitCodeOnExecutionException = ExitCode.USAGE)
final class RepairCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path directory = Path.of("");

  @Option(names = "--dry-run", description = "Change nothing, print what would be done.")
  private boolean dryRun;

  @Option(
      names = "--drop-tombstones",
      description =
          "Keep blocks whose tombstones are damaged, without them: samples that were deleted are"
              + " back. Otherwise such a block is moved aside.")
  private boolean dropTombstones;

  private int done;
  private int left;

  RepairCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (var lines = new Lines()) {
      DirectoryRepair.repair(
          new LocalDisk(),
          directory,
          new DirectoryRepair.Options(dryRun, dropTombstones),
          new UlidFactory(System::currentTimeMillis, new SecureRandom()),
          lines);
    }
    if (done + left == 0) {
      streams.err().println("nothing to repair");
    }
    return left == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private final class Lines implements RepairListener, AutoCloseable {
    private @Nullable Progress progress;
    private long done;

    @Override
    public void action(RepairAction action) {
      print(action);
    }

    @Override
    public void progress(long done, long total) {
      if (progress == null) {
        progress = Progress.of("parts", total);
      }
      progress.add(done - this.done);
      this.done = done;
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }

  private void print(RepairAction action) {
    if (action.kind() == RepairAction.Kind.LEFT) {
      left++;
    } else {
      done++;
    }
    String what = (dryRun ? "would be " : "") + verb(action);
    String line = action.path() + ": " + what + ": " + action.why();
    streams.out().println(VerifyCommand.oneLine(line));
  }

  private static String verb(RepairAction action) {
    String target = action.target().map(path -> " to " + path).orElse("");
    return switch (action.kind()) {
      case MENDED -> "mended";
      case SALVAGED -> "copied" + target;
      case MOVED -> "moved" + target;
      case REWRITTEN -> "rewritten without what cannot be read, the original moved" + target;
      case RENAMED -> "renamed" + target;
      case LEFT -> "left as it is";
    };
  }
}
