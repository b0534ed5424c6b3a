package io.varve.cli;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordingStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes at a steady rate and has Flight Recorder tell of each pause of the collector.
@Command(
    name = "pauses",
    header = "Measures how long collections hold up writing.",
    description =
        "%nWrites the series that bench series makes up to a new store at a steady rate, blocks"
            + " being cut meanwhile, and prints how many pauses of the garbage collector there"
            + " were, by length, as Java's Flight Recorder has them. The samples of a series are 15"
            + " s apart whatever the rate. What the first scrape takes, which makes the series, is"
            + " not counted.")
final class BenchPausesCommand implements Callable<Integer> {
  private static final String PAUSE = "jdk.GCPhasePause";

  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Mixin private NewStore store = new NewStore();

  @Option(
      names = "--series",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many series to write. Default: 1000000.")
  private int series = 1_000_000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Samples per second. Default: 1000000.")
  private int rate = 1_000_000;

  @Option(
      names = "--scrapes",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many samples to give each series after the first. Default: 120.")
  private int scrapes = 120;

  BenchPausesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    var pauses = new PauseHistogram();
    var pace = new Pace(rate);
    try (Varve db = store.open(disk, VarveOptions.defaults());
        var recorder = new RecordingStream();
        var progress = Progress.of("samples", (scrapes + 1L) * series)) {
      var load =
          new MadeUpScrapes(
              db,
              series,
              samples -> {
                progress.add(samples);
                pace.await(samples);
              });
      load.scrape();
      recorder.enable(PAUSE).withoutThreshold();
      recorder.onEvent(PAUSE, event -> pauses.add(event.getDuration()));
      recorder.startAsync();
      pace.begin();
      for (int i = 0; i < scrapes; i++) {
        load.scrape();
      }
      pace.end();
      recorder.stop();
    }
    streams.out().println("series: " + series);
    streams.out().println("samples/sec: " + GoFloat.format(pace.perSecond()));
    pauses.print(streams.out());
    streams.out().flush();
    return 0;
  }

  /// Keeps work to a rate. Confined to one thread.
  private static final class Pace {
    private final int perSecond;
    private long begin;
    private long done;
    private Duration took = Duration.ZERO;

    Pace(int perSecond) {
      this.perSecond = perSecond;
    }

    void begin() {
      begin = System.nanoTime();
      done = 0;
    }

    /// Waits until so much more may have been done since the beginning.
    void await(int more) {
      done += more;
      long due = begin + (long) (done * 1e9 / perSecond);
      for (long left = due - System.nanoTime();
          begin != 0 && left > 0;
          left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    void end() {
      took = Duration.ofNanos(System.nanoTime() - begin);
    }

    double perSecond() {
      return done * 1e9 / took.toNanos();
    }
  }
}
