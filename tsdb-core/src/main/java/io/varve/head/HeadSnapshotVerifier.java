package io.varve.head;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Checks the snapshot that Varve makes of its head, see {@link HeadSnapshotFormat}: that all its
/// frames are there, and sound. Whether it still is of use is not looked at. Static and stateless.
public final class HeadSnapshotVerifier {
  /// The file, in a data directory.
  public static final String FILE_NAME = HeadSnapshotFormat.FILE_NAME;

  /// What it is called until it is finished.
  public static final String TEMPORARY_NAME = HeadSnapshotFormat.TEMPORARY_NAME;

  private HeadSnapshotVerifier() {}

  /// The first damage in a snapshot, which has nobody use it.
  public static Optional<Finding> verify(Disk disk, Path snapshot) throws IOException {
    try (var in = SnapshotFrameReader.open(disk, snapshot)) {
      HeadSnapshotReader.State _ = HeadSnapshotReader.readState(in);
      while (in.next() != HeadSnapshotFormat.END) {
        // The checksum is all there is to check.
      }
      in.expectEnd();
      return Optional.empty();
    } catch (CorruptionException e) {
      return Optional.of(new Finding(snapshot, e.offset(), -1, e.what()));
    }
  }
}
