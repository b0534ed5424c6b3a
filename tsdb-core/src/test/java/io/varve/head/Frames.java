package io.varve.head;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// Snapshots whose frames were changed by somebody who computes the checksums, too.
final class Frames {
  private Frames() {}

  /// A snapshot with a few bytes changed in one of its frames.
  static byte[] changed(Disk disk, Path path, byte[] whole, RandomGenerator random)
      throws IOException {
    Path copy = path.resolveSibling("copy");
    Path target = path.resolveSibling("changed");
    disk.deleteRecursively(copy);
    disk.deleteRecursively(target);
    try (var file = disk.create(copy)) {
      file.write(whole, 0, whole.length, 0);
    }
    int victim = 1 + random.nextInt(3);
    try (var in = SnapshotFrameReader.open(disk, copy);
        var out = new SnapshotFrameWriter(disk, target)) {
      int kind;
      int number = 0;
      do {
        kind = in.next();
        ByteReader data = in.data();
        byte[] bytes = new byte[data.remaining()];
        System.arraycopy(data.array(), data.position(), bytes, 0, bytes.length);
        if (number++ == victim) {
          change(bytes, random);
        }
        HeapByteSink sink = out.data();
        sink.putBytes(bytes);
        out.end(kind);
      } while (kind != HeadSnapshotFormat.END);
    } catch (CorruptionException e) {
      throw new AssertionError(e);
    }
    return disk.readAll(target, 1 << 20);
  }

  private static void change(byte[] bytes, RandomGenerator random) {
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
  }
}
