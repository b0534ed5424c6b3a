package io.varve.fuzz;

import io.varve.fixture.DiskContract;
import io.varve.io.Disk;
import java.nio.file.Path;

final class MemoryDiskTest extends DiskContract {
  private static final Path ROOT = Path.of("/data");

  private final MemoryDisk disk = new MemoryDisk();

  MemoryDiskTest() {
    disk.createDirectories(ROOT);
  }

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path root() {
    return ROOT;
  }
}
