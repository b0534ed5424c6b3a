package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.block.BlockDirectory.Entry;
import io.varve.block.BlockDirectory.Listing;
import io.varve.block.BlockDirectory.Unreadable;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Stats;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDirectoryTest {
  private final Disk disk = new LocalDisk();
  private final UlidFactory ulids = new UlidFactory(() -> 1000, new Random(1));
  @TempDir private Path data;
  private BlockDirectory blocks;

  @BeforeEach
  void open() {
    blocks = new BlockDirectory(disk, data);
  }

  @Test
  void listsBlocksByTime() throws IOException {
    Ulid late = block(200, 300);
    Ulid early = block(0, 100);
    Ulid same = block(0, 200);

    Listing listing = blocks.list();

    assertThat(listing.blocks())
        .extracting(entry -> entry.meta().ulid())
        .containsExactly(early, same, late);
    assertThat(listing.blocks())
        .extracting(Entry::directory)
        .containsExactly(directory(early), directory(same), directory(late));
    assertThat(listing.unreadable()).isEmpty();
  }

  @Test
  void passesOverAllOtherNames() throws IOException {
    Ulid ulid = block(0, 100);
    for (String name :
        List.of("wal", "chunks_head", "snapshots", ulid + ".tmp-for-creation", ulid + "x")) {
      disk.createDirectories(data.resolve(name));
    }
    put(data.resolve(ulids.next().toString()), "a file, not a directory");
    put(data.resolve("lock"), "");

    Listing listing = blocks.list();

    assertThat(listing.blocks()).hasSize(1);
    assertThat(listing.unreadable()).isEmpty();
  }

  @Test
  void reportsBlocksThatCannotBeReadAndGoesOn() throws IOException {
    Path empty = directory(ulids.next());
    disk.createDirectories(empty);
    Ulid broken = block(0, 100);
    disk.delete(directory(broken).resolve("meta.json"));
    put(directory(broken).resolve("meta.json"), "{");
    Ulid good = block(0, 100);

    Listing listing = blocks.list();

    assertThat(listing.blocks()).extracting(entry -> entry.meta().ulid()).containsExactly(good);
    assertThat(listing.unreadable())
        .extracting(Unreadable::directory)
        .containsExactly(empty, directory(broken));
    assertThat(listing.unreadable().get(0).cause()).isInstanceOf(NoSuchFileException.class);
    assertThat(listing.unreadable().get(1).cause()).isInstanceOf(CorruptionException.class);
  }

  @Test
  void removesWhatCrashesLeaveAndNothingElse() throws IOException {
    String ulid = ulids.next().toString();
    List<String> leftovers =
        List.of(ulid + ".tmp", ulid + ".tmp-for-creation", ulid + ".tmp-for-deletion");
    List<String> others =
        List.of(ulid, ulid + ".tmp-for-ever", "wal.tmp", "x.tmp-for-deletion", "chunks_head");
    for (String name : leftovers) {
      disk.createDirectories(data.resolve(name).resolve("chunks"));
      put(data.resolve(name).resolve("chunks").resolve("000001"), "x");
    }
    for (String name : others) {
      disk.createDirectories(data.resolve(name));
    }
    put(data.resolve(ulids.next() + ".tmp"), "a file, not a directory");

    List<Path> removed = blocks.removeLeftovers();

    assertThat(removed)
        .containsExactlyInAnyOrderElementsOf(leftovers.stream().map(data::resolve).toList());
    assertThat(disk.list(data)).hasSize(others.size() + 1).containsAll(others);
  }

  @Test
  void deletesABlock() throws IOException {
    Ulid doomed = block(0, 100);
    Ulid other = block(0, 100);
    disk.createDirectories(data.resolve(doomed + ".tmp-for-deletion").resolve("chunks"));

    blocks.delete(directory(doomed));

    assertThat(disk.list(data)).containsExactly(other.toString());
  }

  @Test
  void reportsThatThereIsNoBlockToDelete() {
    assertThatThrownBy(() -> blocks.delete(directory(ulids.next())))
        .isInstanceOf(IOException.class);
  }

  @Test
  void newDirectoryIsALeftoverUntilPublished() throws IOException {
    Path target = directory(ulids.next());
    try (AtomicDirectory directory = AtomicDirectory.create(disk, target)) {
      put(directory.path().resolve("file"), "x");
      assertThat(disk.stat(target)).isEmpty();

      directory.publish();
    }

    assertThat(disk.list(target)).containsExactly("file");
    assertThat(disk.list(data)).hasSize(1);
  }

  @Test
  void newDirectoryThatIsNotPublishedGoes() throws IOException {
    Path target = directory(ulids.next());
    disk.createDirectories(
        target.resolveSibling(target.getFileName() + ".tmp-for-creation").resolve("x"));
    try (AtomicDirectory directory = AtomicDirectory.create(disk, target)) {
      assertThat(disk.list(directory.path())).isEmpty();
      put(directory.path().resolve("file"), "x");
    }

    assertThat(disk.list(data)).isEmpty();
  }

  private Ulid block(long minTime, long maxTime) throws IOException {
    Ulid ulid = ulids.next();
    disk.createDirectories(directory(ulid).resolve("chunks"));
    MetaFile.write(
        disk,
        directory(ulid),
        new BlockMeta(ulid, minTime, maxTime, Stats.NONE, Compaction.ofHead(ulid)));
    return ulid;
  }

  private Path directory(Ulid ulid) {
    return data.resolve(ulid.toString());
  }

  private void put(Path file, String content) throws IOException {
    disk.writeAtomically(file, content.getBytes(UTF_8));
  }
}
