package io.varve.fuzz;

import io.varve.io.DirectoryInUseException;
import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.FileStat;
import io.varve.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A file system in memory: thousands of small files a second, and nothing to clean up. A mapping
/// is a copy. Thread-safe.
public final class MemoryDisk implements Disk {
  private static final Path ROOT = Path.of("/");

  /// By absolute path.
  private final TreeMap<Path, Node> nodes = new TreeMap<>();

  private final Set<Path> locked = new HashSet<>();

  /// A directory, or a file with its content.
  private static final class Node {
    private final boolean directory;
    private byte[] content = {};
    private int length;

    Node(boolean directory) {
      this.directory = directory;
    }

    void resize(long size) {
      int to = Math.toIntExact(size);
      if (to > content.length) {
        content = Arrays.copyOf(content, Math.max(to, 2 * content.length));
      } else if (to < length) {
        Arrays.fill(content, to, length, (byte) 0);
      }
      length = to;
    }
  }

  public MemoryDisk() {
    nodes.put(ROOT, new Node(true));
  }

  /// Makes a file with its directories, in place of one that is there.
  public MemoryDisk with(String file, byte[] content) {
    Path path = absolute(Path.of(file));
    createDirectories(path.resolveSibling("."));
    Node node = new Node(false);
    node.resize(content.length);
    System.arraycopy(content, 0, node.content, 0, content.length);
    synchronized (this) {
      nodes.put(path, node);
    }
    return this;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private Node existing(Path path) throws NoSuchFileException {
    Node node = nodes.get(absolute(path));
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private Node existingFile(Path path) throws IOException {
    Node node = existing(path);
    if (node.directory) {
      throw new IOException(path + ": Is a directory");
    }
    return node;
  }

  private void requireParent(Path path) throws NoSuchFileException {
    Path parent = absolute(path).getParent();
    if (parent == null || !nodes.containsKey(parent)) {
      throw new NoSuchFileException(path.toString());
    }
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    requireParent(file);
    if (nodes.containsKey(absolute(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Node node = new Node(false);
    nodes.put(absolute(file), node);
    return new OpenFile(node);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return new OpenFile(existingFile(file));
  }

  @Override
  public synchronized DiskFile openForWrite(Path file) throws IOException {
    return new OpenFile(existingFile(file));
  }

  @Override
  public synchronized MappedFile map(Path file, Arena arena) throws IOException {
    Node node = existingFile(file);
    byte[] copy = Arrays.copyOf(node.content, node.length);
    return new MappedFile(file, MemorySegment.ofArray(copy));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    existing(from);
    requireParent(to);
    if (nodes.containsKey(absolute(to))) {
      delete(to);
    }
    Path source = absolute(from);
    for (Path path : List.copyOf(nodes.keySet())) {
      if (path.startsWith(source)) {
        nodes.put(absolute(to).resolve(source.relativize(path)).normalize(), nodes.remove(path));
      }
    }
  }

  @Override
  public synchronized void link(Path existing, Path link) throws IOException {
    requireParent(link);
    nodes.put(absolute(link), existingFile(existing));
  }

  @Override
  public synchronized void createDirectories(Path directory) {
    for (Path path = absolute(directory); path != null; path = path.getParent()) {
      nodes.putIfAbsent(path, new Node(true));
    }
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    existing(file);
    if (!children(file).isEmpty()) {
      throw new DirectoryNotEmptyException(file.toString());
    }
    nodes.remove(absolute(file));
  }

  private List<String> children(Path directory) {
    Path parent = absolute(directory);
    return nodes.keySet().stream()
        .filter(path -> parent.equals(path.getParent()))
        .map(path -> path.getFileName().toString())
        .sorted()
        .toList();
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    existing(directory);
    return children(directory);
  }

  @Override
  public synchronized Optional<FileStat> stat(Path file) {
    return Optional.ofNullable(nodes.get(absolute(file)))
        .map(node -> new FileStat(node.directory, node.length, 0));
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    existing(directory);
  }

  @Override
  public synchronized DirectoryLock lock(Path file) throws IOException {
    requireParent(file);
    if (!locked.add(absolute(file))) {
      throw new DirectoryInUseException(file);
    }
    boolean stale = nodes.put(absolute(file), new Node(false)) != null;
    return new Lock(file, stale);
  }

  @Override
  public long usableSpace(Path directory) {
    return 1L << 40;
  }

  private final class Lock implements DirectoryLock {
    private final Path file;
    private final boolean stale;
    private boolean closed;

    Lock(Path file, boolean stale) {
      this.file = file;
      this.stale = stale;
    }

    @Override
    public boolean replacedStaleFile() {
      return stale;
    }

    @Override
    public void close() {
      synchronized (MemoryDisk.this) {
        if (!closed) {
          closed = true;
          locked.remove(absolute(file));
          nodes.remove(absolute(file));
        }
      }
    }
  }

  /// An open file; goes on when its name is gone.
  private final class OpenFile implements DiskFile {
    private final Node node;
    private boolean closed;

    OpenFile(Node node) {
      this.node = node;
    }

    private Node open() throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
      return node;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (MemoryDisk.this) {
        long left = Math.max(0, open().length - position);
        int count = (int) Math.min(target.remaining(), left);
        if (count > 0) {
          target.put(node.content, (int) position, count);
        }
        return count;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (MemoryDisk.this) {
        int count = source.remaining();
        if (open().length < position + count) {
          node.resize(position + count);
        }
        source.get(node.content, (int) position, count);
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (MemoryDisk.this) {
        return open().length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryDisk.this) {
        open().resize(size);
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (MemoryDisk.this) {
        open();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryDisk.this) {
        closed = true;
      }
    }
  }
}
