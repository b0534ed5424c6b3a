package io.varve.wal;

import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.FileStat;
import io.varve.io.LocalDisk;
import io.varve.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The local disk, failing on demand. A write that fails has written the first half of its bytes.
final class FaultyDisk implements Disk {
  enum Call {
    CREATE,
    WRITE,
    TRUNCATE,
    SYNC,
    SYNC_DIRECTORY,
    RENAME,
    LINK,
    DELETE
  }

  interface Fault {
    /// Throws if the call is to fail.
    void check(Call call, Path path) throws IOException;
  }

  private final Disk disk = new LocalDisk();
  private volatile Fault fault = (call, path) -> {};

  void failBy(Fault fault) {
    this.fault = fault;
  }

  /// Fails every such call.
  void failAll(Call failing) {
    failBy((call, path) -> {
      if (call == failing) {
        throw new IOException("no " + call);
      }
    });
  }

  void heal() {
    failBy((call, path) -> {});
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    fault.check(Call.CREATE, file);
    return new FaultyFile(disk.create(file), file);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return disk.open(file);
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    return new FaultyFile(disk.openForWrite(file), file);
  }

  @Override
  public MappedFile map(Path file, Arena arena) throws IOException {
    return disk.map(file, arena);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    fault.check(Call.RENAME, from);
    disk.rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    fault.check(Call.LINK, existing);
    disk.link(existing, link);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void delete(Path file) throws IOException {
    fault.check(Call.DELETE, file);
    disk.delete(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    return disk.stat(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    fault.check(Call.SYNC_DIRECTORY, directory);
    disk.syncDirectory(directory);
  }

  @Override
  public DirectoryLock lock(Path file) throws IOException {
    return disk.lock(file);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return disk.usableSpace(directory);
  }

  private final class FaultyFile implements DiskFile {
    private final DiskFile file;
    private final Path path;

    private FaultyFile(DiskFile file, Path path) {
      this.file = file;
      this.path = path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      try {
        fault.check(Call.WRITE, path);
      } catch (IOException e) {
        file.write(source.slice(source.position(), source.remaining() / 2), position);
        throw e;
      }
      file.write(source, position);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      fault.check(Call.TRUNCATE, path);
      file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      fault.check(Call.SYNC, path);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
