package io.varve.cli;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A bar on standard error that shows how far a long piece of work is, if a person is looking; else
/// nothing. Closing removes it. Thread-safe.
final class Progress implements AutoCloseable {
  private static final int WIDTH = 40;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final long SETTLED_NANOS = 1_000_000_000;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean shown;
  private final String what;
  private final long total;
  private final long start = System.nanoTime();
  private final LongAdder done = new LongAdder();
  private final AtomicLong nextDraw = new AtomicLong(start);

  private Progress(PrintStream out, boolean shown, String what, long total) {
    this.out = out;
    this.shown = shown;
    this.what = what;
    this.total = total;
  }

  /// @param what the units of work, in the plural
  /// @param total how many of them there are
  @SuppressWarnings("SystemConsoleNull") // it is up to the console provider
  static Progress of(String what, long total) {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return new Progress(System.err, terminal, what, total);
  }

  /// Whether a person is looking.
  boolean isShown() {
    return shown;
  }

  void add(long units) {
    if (!shown) {
      return;
    }
    done.add(units);
    long now = System.nanoTime();
    long due = nextDraw.get();
    if (now - due >= 0 && nextDraw.compareAndSet(due, now + REDRAW_NANOS)) {
      out.print(ERASE_LINE + bar(done.sum(), now - start));
      out.flush();
    }
  }

  String bar(long units, long nanos) {
    int filled = (int) (WIDTH * Math.min(units, total) / Math.max(total, 1));
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d %%  %,d of %,d %s, %,d/s%s",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        100 * Math.min(units, total) / Math.max(total, 1),
        units,
        total,
        what,
        nanos == 0 ? 0 : (long) (units * 1e9 / nanos),
        left(units, nanos));
  }

  /// At the rate so far, once it tells something.
  private String left(long units, long nanos) {
    if (nanos < SETTLED_NANOS || units <= 0 || units >= total) {
      return "";
    }
    var left = Duration.ofSeconds((long) ((double) (total - units) / units * nanos / 1e9));
    return ", " + GoDuration.format(left) + " left";
  }

  @Override
  public void close() {
    if (shown) {
      out.print(ERASE_LINE);
      out.flush();
    }
  }
}
