package io.varve.cli;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Fills a head and asks Java and the system how much memory that takes.
@Command(
    name = "memory",
    header = "Measures how much memory a series takes.",
    description =
        "%nWrites the series that bench series makes up to a new store, each with some samples that"
            + " are 15 s apart: constants, counters and gauges in turn. Then it prints how many"
            + " bytes there are per series, after a collection of what is not needed any more. The"
            + " heap may grow to what VARVE_HEAP says, and what is left free in it counts as"
            + " resident.")
final class BenchMemoryCommand implements Callable<Integer> {
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
      names = "--scrapes",
      paramLabel = "N",
      converter = PositiveInt.class,
      description =
          "How many samples to give each of them. Default: 60, half of what fills a chunk.")
  private int scrapes = 60;

  BenchMemoryCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (Varve db = store.open(disk, VarveOptions.defaults().withMaintenance(false))) {
      fill(db);
      report();
      if (db.stats().headSeries() != series) {
        throw new CommandException("the store has " + db.stats().headSeries() + " series");
      }
    }
    return 0;
  }

  private void fill(Varve db) {
    try (var progress = Progress.of("samples", (long) scrapes * series)) {
      var load = new MadeUpScrapes(db, series, progress::add);
      for (int i = 0; i < scrapes; i++) {
        load.scrape();
      }
    }
  }

  private void report() {
    ManagementFactory.getMemoryMXBean().gc();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    print("series: " + series);
    print("samples per series: " + scrapes);
    print("heap in use", heap.getUsed());
    print("heap committed", heap.getCommitted());
    print("off heap", offHeap());
    Optional<ResidentMemory> resident = ResidentMemory.read(disk);
    resident.ifPresent(memory -> {
      print("resident", memory.now());
      print("resident, mapped files", memory.files());
      print("resident at most", memory.peak());
    });
    streams.out().flush();
  }

  /// What Java itself takes, compiled code for the most part, and memory that was asked for outside
  /// of the heap. Not what native libraries take.
  private static long offHeap() {
    long bytes = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed();
    for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    return bytes;
  }

  private void print(String what, long bytes) {
    print("%s: %d bytes, %d per series".formatted(what, bytes, bytes / series));
  }

  private void print(String line) {
    streams.out().println(line);
  }
}
