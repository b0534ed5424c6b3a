package io.varve.head;

import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.FileStat;
import io.varve.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A disk that goes dead at a certain change, and tells what changes there were: what a process
/// that dies there leaves behind. Thread-safe.
final class CrashingDisk implements Disk {
  private final Disk disk;
  private final List<String> changes = new ArrayList<>();
  private int left;

  /// @param changes after so many, nothing works any more
  CrashingDisk(Disk disk, int changes) {
    this.disk = disk;
    this.left = changes;
  }

  synchronized List<String> changes() {
    return List.copyOf(changes);
  }

  private synchronized void change(String what, Path path) throws IOException {
    if (--left < 0) {
      throw new IOException("dead");
    }
    changes.add(what + " " + path);
  }

  private synchronized void alive() throws IOException {
    if (left < 0) {
      throw new IOException("dead");
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    change("create", file);
    return new OpenFile(file, disk.create(file));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    alive();
    return new OpenFile(file, disk.open(file));
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    alive();
    return new OpenFile(file, disk.openForWrite(file));
  }

  @Override
  public MappedFile map(Path file, Arena arena) throws IOException {
    alive();
    return disk.map(file, arena);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change("rename", to);
    disk.rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    change("link", link);
    disk.link(existing, link);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    change("directory", directory);
    disk.createDirectories(directory);
  }

  @Override
  public void delete(Path file) throws IOException {
    change("delete", file);
    disk.delete(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    alive();
    return disk.list(directory);
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    alive();
    return disk.stat(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    change("sync", directory);
    disk.syncDirectory(directory);
  }

  /// Nobody else is there.
  @Override
  public DirectoryLock lock(Path file) {
    return new DirectoryLock() {
      @Override
      public boolean replacedStaleFile() {
        return false;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return disk.usableSpace(directory);
  }

  private final class OpenFile implements DiskFile {
    private final Path path;
    private final DiskFile file;

    OpenFile(Path path, DiskFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      alive();
      return file.read(target, position);
    }

    /// The last one is written by half.
    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      try {
        change("write", path);
      } catch (IOException e) {
        if (half()) {
          source.limit(source.position() + source.remaining() / 2);
          file.write(source, position);
        }
        throw e;
      }
      file.write(source, position);
    }

    @Override
    public long size() throws IOException {
      alive();
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      change("truncate", path);
      file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      change("sync", path);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /// Whether it has died just now.
  private synchronized boolean half() {
    return left == -1;
  }
}
