package io.varve.check;

import io.varve.check.DataDirectory.Numbered;
import io.varve.io.Finding;
import io.varve.wal.WalVerifier;
import io.varve.wal.WalVerifier.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Checks the write-ahead log with its checkpoints, and the log of out-of-order samples.
final class LogCheck {
  private final Verification verification;
  private final DataDirectory data;

  LogCheck(Verification verification, DataDirectory data) {
    this.verification = verification;
    this.data = data;
  }

  /// @return the references of the series that have a record
  Set<Long> run() throws IOException {
    var series = new HashSet<Long>();
    check(data.wal(), series::add);
    check(data.wbl(), ref -> {});
    return series;
  }

  private void check(Path log, LongConsumer series) throws IOException {
    if (!DataDirectory.isDirectory(data.disk(), log)) {
      return;
    }
    long size = Verification.size(data.disk(), log);
    Summary summary =
        verification.steadily(
            () -> verification.namesIn(log),
            held -> {
              Summary read = verify(data, log, held.findings()::add, series);
              note(log, read, held);
              return read;
            });
    verification.records += summary.records();
    verification.progress(size);
  }

  /// Verifies one of the two logs.
  static Summary verify(
      DataDirectory data, Path log, Consumer<Finding> findings, LongConsumer series)
      throws IOException {
    if (log.equals(data.wbl())) {
      return WalVerifier.verifyWbl(data.disk(), log, data.wal(), findings);
    }
    List<Numbered> checkpoints = DataDirectory.checkpoints(data.disk(), log);
    if (!checkpoints.isEmpty()) {
      gap(DataDirectory.segments(data.disk(), log), checkpoints.getLast().number())
          .ifPresent(what -> findings.accept(new Finding(log, -1, -1, what)));
    }
    return WalVerifier.verify(data.disk(), log, findings, series);
  }

  /// A gap among the segments that a checkpoint stands for, or right behind them: nobody reads
  /// them, but none opens a log whose segments are not consecutive.
  ///
  /// @param covered number of the last segment that the checkpoint stands for
  static Optional<String> gap(List<Numbered> segments, int covered) {
    for (int i = 1; i < segments.size(); i++) {
      int previous = segments.get(i - 1).number();
      int number = segments.get(i).number();
      if (number != previous + 1 && previous <= covered && number <= covered + 1) {
        return Optional.of("segments %d to %d are missing".formatted(previous + 1, number - 1));
      }
    }
    return Optional.empty();
  }

  private void note(Path log, Summary summary, Verification.Held held) throws IOException {
    List<Numbered> segments = DataDirectory.segments(data.disk(), log);
    if (summary.tornTail() && !segments.isEmpty()) {
      held.note(
          segments.getLast().path(),
          "ends inside a record: its writer died there, or is writing it");
    }
    List<Numbered> checkpoints = DataDirectory.checkpoints(data.disk(), log);
    for (Numbered checkpoint : checkpoints) {
      if (!checkpoint.equals(checkpoints.getLast())) {
        held.note(checkpoint.path(), "a newer checkpoint stands for it");
      }
    }
  }
}
