package io.varve.check;

import io.varve.head.HeadChunkVerifier;
import io.varve.head.HeadSnapshotVerifier;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.wal.ChunkSnapshotRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks all of a data directory of Varve or Prometheus: each file by itself, and that they tell
/// the same. Takes no lock and changes nothing, so it may be used while a server has the directory
/// open: what changes under it is read again.
///
/// A torn tail of the newest segment of a log, or of the newest chunk file, is what a server leaves
/// that is killed; the next start cuts it off, no acknowledged sample is lost by it. It is noted
/// and is no finding. Static and stateless.
public final class DirectoryVerifier {
  private DirectoryVerifier() {}

  /// What was checked.
  ///
  /// @param blocks blocks
  /// @param series series of the blocks, as their meta data have them
  /// @param chunks chunks of blocks, of the head's files and of snapshots
  /// @param samples samples in chunks
  /// @param records readable records of logs, checkpoints and snapshots
  /// @param findings what is damaged
  public record Summary(
      long blocks, long series, long chunks, long samples, long records, long findings) {}

  /// Verifies a data directory.
  ///
  /// @param listener takes each damage; may be told by a lambda expression of that alone
  /// @throws IOException if it is none, or cannot be read
  public static Summary verify(Disk disk, Path directory, VerifyListener listener)
      throws IOException {
    var data = DataDirectory.at(disk, directory);
    var verification = new Verification(disk, listener, bytes(data));
    new BlockCheck(verification, data).run();
    Set<Long> series = new LogCheck(verification, data).run();
    series.addAll(new SnapshotCheck(verification, data).run());
    Optional<Path> headSnapshot = data.headSnapshot();
    if (headSnapshot.isPresent()) {
      headSnapshot(verification, data, headSnapshot.get());
    }
    headChunks(verification, data, series);
    for (Path leftover : Leftovers.in(data)) {
      verification.note(leftover, "left by unfinished work, or work in progress");
    }
    return new Summary(
        verification.blocks,
        verification.series,
        verification.chunks,
        verification.samples,
        verification.records,
        verification.findings());
  }

  private static void headSnapshot(Verification verification, DataDirectory data, Path snapshot)
      throws IOException {
    long size = Verification.size(data.disk(), snapshot);
    verification.steadily(
        () -> verification.filesIn(data.path(), List.of(HeadSnapshotVerifier.FILE_NAME)),
        held -> {
          Optional<Finding> damage = HeadSnapshotVerifier.verify(data.disk(), snapshot);
          damage.ifPresent(held.findings()::add);
          return damage;
        });
    verification.progress(size);
  }

  private static void headChunks(Verification verification, DataDirectory data, Set<Long> series)
      throws IOException {
    Path directory = data.headChunks();
    long size = Verification.size(data.disk(), directory);
    var summary =
        verification.steadily(
            () -> verification.filesIn(directory, Verification.names(data.disk(), directory)),
            held ->
                HeadChunkVerifier.verify(
                    data.disk(),
                    directory,
                    series::contains,
                    held.findings()::add,
                    held.notes()::add));
    verification.chunks += summary.chunks();
    verification.samples += summary.samples();
    verification.progress(size);
  }

  private static long bytes(DataDirectory data) throws IOException {
    long bytes = 0;
    for (Path block : data.blocks()) {
      bytes += Verification.size(data.disk(), block);
    }
    for (ChunkSnapshotRef snapshot : data.snapshots()) {
      bytes += Verification.size(data.disk(), snapshot.directory());
    }
    Optional<Path> headSnapshot = data.headSnapshot();
    if (headSnapshot.isPresent()) {
      bytes += Verification.size(data.disk(), headSnapshot.get());
    }
    for (Path path : new Path[] {data.wal(), data.wbl(), data.headChunks()}) {
      bytes += Verification.size(data.disk(), path);
    }
    return bytes;
  }
}
