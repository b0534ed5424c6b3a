package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.DiskContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalDiskTest extends DiskContract {
  @TempDir private Path root;

  @Override
  protected Disk disk() {
    return new LocalDisk();
  }

  @Override
  protected Path root() {
    return root;
  }

  @Test
  void deletesALinkToADirectoryButNotWhatIsInIt() throws IOException {
    Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("a"), "a");
    Path doomed = Files.createDirectory(root.resolve("doomed"));
    Files.createSymbolicLink(doomed.resolve("link"), elsewhere);

    disk().deleteRecursively(doomed);

    assertThat(disk().list(root)).containsExactly("elsewhere");
    assertThat(disk().list(elsewhere)).containsExactly("a");
  }
}
