package io.varve.head;

import io.varve.chunk.ChunkBuffer;
import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/// The full chunks of the head, in files (see {@link HeadChunkFormat}), so that only growing chunks
/// take memory.
///
/// Chunks are gathered in a buffer and written when it is full. A chunk that is still in the buffer
/// is read from there. A write that fails is tried again with the next chunk, and until then the
/// bytes stay in memory: the samples are in the log already, so an append must not fail for this.
///
/// A file is synced when it is left for the next one, and not before: so only the newest chunks can
/// be lost with the power. If that fails, what is in the file may be gone with the power whatever a
/// later sync says: it is written anew to another one, which takes its place. As long as that does
/// not work either, nothing relies on it: no snapshot is made, and no marker logged that would have
/// a replay pass over what is in the file. (The write-ahead log never relies on these files: it
/// keeps each sample until that is in a block.)
///
/// Thread-safe. Reading takes the lock only for chunks in the buffer.
final class HeadChunks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HeadChunks.class.getName());
  private static final int WRITE_AT_BYTES = 256 << 10;

  /// Memory for a chunk up to this length is taken without asking how long the file is, in bytes.
  private static final int USUAL_LENGTH = 4 << 10;

  private final Disk disk;
  private final Path directory;
  private final boolean writable;
  private final ReentrantLock lock = new ReentrantLock();
  private final ConcurrentSkipListMap<Integer, DiskFile> files = new ConcurrentSkipListMap<>();

  /// Guarded by the lock: what comes after {@link #written} in the file being written.
  private final HeapByteSink buffer = ByteSink.onHeap(WRITE_AT_BYTES + (WRITE_AT_BYTES >> 4));

  private int file;
  private boolean failing;

  /// Checksum of what was written to the present file; of one that was found it is not known.
  private final CRC32C content = new CRC32C();

  private boolean contentKnown;

  /// What files were that were written anew: somebody may be reading there.
  private final List<DiskFile> replaced = new ArrayList<>();

  /// Files whose sync failed and that could not be written anew.
  private final Set<Integer> unsynced = new HashSet<>();

  /// Whether a chunk was found damaged; the next start makes it anew from the log.
  private volatile boolean damaged;

  /// `file << 32 | offset` up to which chunks are in the files. An offset beyond every file says
  /// that the next chunk starts a new one.
  private volatile long written;

  private final LongAdder started = new LongAdder();

  private HeadChunks(Disk disk, Path directory, int lastFile, boolean writable) {
    this.disk = disk;
    this.directory = directory;
    this.writable = writable;
    this.file = lastFile;
    this.written = (long) lastFile << Integer.SIZE | 0xffff_ffffL;
  }

  /// Goes on after the files that are there.
  ///
  /// @param existing numbers of sound files, ascending
  /// @param writable whether new chunks may be written; otherwise they stay in memory
  static HeadChunks open(Disk disk, Path directory, List<Integer> existing, boolean writable)
      throws IOException {
    int last = existing.isEmpty() ? 0 : existing.getLast();
    var chunks = new HeadChunks(disk, directory, last, writable);
    try {
      for (int number : existing) {
        chunks.files.put(number, disk.open(directory.resolve(HeadChunkFormat.fileName(number))));
      }
      return chunks;
    } catch (IOException e) {
      chunks.close();
      throw e;
    }
  }

  /// Counts a chunk that a series has begun, or that was found in a file.
  void countStarted() {
    started.increment();
  }

  /// Chunks counted.
  long started() {
    return started.sum();
  }

  /// Length of all files and of what waits to be written, in bytes.
  long sizeBytes() {
    lock.lock();
    try {
      long bytes = buffer.length();
      for (DiskFile open : files.values()) {
        bytes += open.size();
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /// The number of the file a chunk is in.
  static int file(long ref) {
    return (int) (ref >>> Integer.SIZE);
  }

  private static long offset(long ref) {
    return ref & 0xffff_ffffL;
  }

  /// Adds a chunk.
  ///
  /// @return its reference
  long append(long series, long mint, long maxt, byte encoding, byte[] data, int length) {
    lock.lock();
    try {
      long need = HeadChunkFormat.MAX_OVERHEAD + (long) length;
      if (end() + need > HeadChunkFormat.MAX_FILE_LENGTH && tryWrite()) {
        startFile();
      }
      long ref = (long) file << Integer.SIZE | end();
      int start = buffer.length();
      buffer.putLong(series);
      buffer.putLong(mint);
      buffer.putLong(maxt);
      buffer.putByte(encoding);
      buffer.putUnsignedVarint(length);
      buffer.putBytes(data, 0, length);
      buffer.putInt(buffer.crc32c(start));
      if (buffer.length() >= WRITE_AT_BYTES) {
        tryWrite();
      }
      return ref;
    } finally {
      lock.unlock();
    }
  }

  /// Where the next chunk goes in the present file.
  private long end() {
    return offset(written) + buffer.length();
  }

  /// Writes the buffer out.
  ///
  /// @return whether that went well
  private boolean tryWrite() {
    if (buffer.length() == 0) {
      return true;
    }
    if (!writable && file > 0) {
      return false;
    }
    try {
      DiskFile target = files.get(file);
      if (target == null) {
        target = create(file);
      }
      buffer.writeTo(target, offset(written));
      content.update(buffer.array(), 0, buffer.length());
      long end = written + buffer.length();
      written = end;
      buffer.clear();
      failing = false;
      return true;
    } catch (IOException e) {
      if (!failing) {
        LOG.log(Level.ERROR, "full head chunks cannot be written, keeping them in memory", e);
      }
      failing = true;
      return false;
    }
  }

  /// Writes out what waits to be written, so that it survives the death of the process.
  ///
  /// @return whether that went well, and the loss of power takes no chunk that is older than one
  ///   that it leaves
  boolean flush() {
    lock.lock();
    try {
      return tryWrite() && unsynced.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Brings all chunks to stable storage, as a snapshot needs them: it names them, and the log is
  /// not asked.
  ///
  /// @return false if some are not in their files, or damaged there
  boolean settle() throws IOException {
    lock.lock();
    try {
      if (damaged || !tryWrite() || !unsynced.isEmpty()) {
        return false;
      }
      for (int number : files.keySet()) {
        Path path = directory.resolve(HeadChunkFormat.fileName(number));
        try (DiskFile file = disk.openForWrite(path)) {
          file.sync();
        }
      }
      if (!files.isEmpty()) {
        disk.syncDirectory(directory);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private DiskFile create(int number) throws IOException {
    Path path = directory.resolve(HeadChunkFormat.fileName(number));
    disk.createDirectories(directory);
    disk.deleteRecursively(path);
    DiskFile created = disk.create(path);
    files.put(number, created);
    return created;
  }

  private void startFile() {
    syncFile();
    file++;
    content.reset();
    contentKnown = true;
    buffer.putInt(HeadChunkFormat.MAGIC);
    buffer.putByte(HeadChunkFormat.VERSION);
    buffer.putByte(0);
    buffer.putShort(0);
    written = (long) file << Integer.SIZE;
  }

  /// A file must not lose its end to a loss of power while a later one stays: that cannot be told
  /// from a file that ends there, and a marker in the log of samples out of order that names a
  /// chunk of the later one would speak for those of this one.
  private void syncFile() {
    DiskFile last = files.get(file);
    if (last == null || !writable) {
      return;
    }
    try {
      last.sync();
      disk.syncDirectory(directory);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "a file of full head chunks failed to sync, file=" + file, e);
      replaceFile(last);
    }
  }

  /// The system may have dropped what it could not write, so what is read is compared with what was
  /// written.
  private void replaceFile(DiskFile last) {
    Path path = path((long) file << Integer.SIZE);
    Path copy = path.resolveSibling(path.getFileName() + ".repair");
    try {
      disk.deleteRecursively(copy);
      try (DiskFile out = disk.create(copy)) {
        copy(last, out);
        out.sync();
      }
      disk.rename(copy, path);
      disk.syncDirectory(directory);
      files.put(file, disk.open(path));
      replaced.add(last);
      LOG.log(Level.WARNING, "a file of full head chunks was written anew, file=" + file);
    } catch (IOException e) {
      unsynced.add(file);
      LOG.log(Level.ERROR, "a file of full head chunks may be lost if power is, file=" + file, e);
    }
  }

  private void copy(DiskFile from, DiskFile to) throws IOException {
    var read = new CRC32C();
    byte[] piece = new byte[WRITE_AT_BYTES];
    long at = 0;
    for (int n; (n = from.read(piece, 0, piece.length, at)) > 0; at += n) {
      read.update(piece, 0, n);
      to.write(piece, 0, n, at);
    }
    if (!contentKnown || at != offset(written) || read.getValue() != content.getValue()) {
      throw new IOException("it does not read as it was written, " + at + " bytes");
    }
  }

  /// Copies a chunk.
  ///
  /// @throws CorruptionException if its bytes are damaged
  void read(long ref, ChunkBuffer target) {
    if (ref >= written) {
      lock.lock();
      try {
        if (ref >= written) {
          int start = (int) (ref - written);
          read(
              new ByteReader(
                  buffer.array(), start, buffer.length() - start, path(ref), offset(ref)),
              target);
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    readFromFile(ref, target);
  }

  private Path path(long ref) {
    return directory.resolve(HeadChunkFormat.fileName(file(ref)));
  }

  private void readFromFile(long ref, ChunkBuffer target) {
    DiskFile source = files.get(file(ref));
    if (source == null) {
      damaged = true;
      throw new CorruptionException(path(ref), -1, "the file is not there");
    }
    try {
      byte[] start = new byte[HeadChunkFormat.LENGTH_OFFSET + Varint.MAX_LENGTH];
      int got = source.read(start, 0, start.length, offset(ref));
      var head = new ByteReader(start, 0, got, path(ref), offset(ref));
      head.skip(HeadChunkFormat.LENGTH_OFFSET);
      long length = head.readUnsignedVarint();
      if (length < 0 || (length > USUAL_LENGTH && length > source.size() - offset(ref))) {
        throw head.corrupt("a chunk length of " + length + " exceeds the file");
      }
      byte[] chunk = new byte[head.position() + (int) length + HeadChunkFormat.CRC_LENGTH];
      got = source.read(chunk, 0, chunk.length, offset(ref));
      read(new ByteReader(chunk, 0, got, path(ref), offset(ref)), target);
    } catch (CorruptionException e) {
      damaged = true;
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(ByteReader in, ChunkBuffer target) {
    int start = in.position();
    in.skip(HeadChunkFormat.ENCODING_OFFSET);
    byte encoding = (byte) (in.readByte() & ~HeadChunkFormat.OUT_OF_ORDER_BIT);
    int length = in.readLength(1);
    int data = in.position();
    in.skip(length);
    int computed = Crc32c.of(in.array(), start, in.position() - start);
    if (in.readInt() != computed) {
      throw in.corrupt("the checksum of a chunk is wrong");
    }
    System.arraycopy(in.array(), data, target.prepare(encoding, length), 0, length);
  }

  /// The newest sample in a chunk.
  LastSample lastSample(long ref) {
    var buffer = new ChunkBuffer();
    read(ref, buffer);
    return LastSample.of(buffer, path(ref), offset(ref));
  }

  /// Ends the present file, if that can be written.
  ///
  /// @return number of the file that chunks from now on are in, or of a lower one
  int nextFile() {
    lock.lock();
    try {
      if (end() > HeadChunkFormat.FILE_HEADER_LENGTH
          && end() < HeadChunkFormat.MAX_FILE_LENGTH
          && tryWrite()) {
        startFile();
      }
      return file;
    } finally {
      lock.unlock();
    }
  }

  /// Deletes the files below {@code oldest}.
  void deleteBelow(int oldest) throws IOException {
    lock.lock();
    try {
      for (var old : files.headMap(oldest).entrySet()) {
        files.remove(old.getKey());
        unsynced.remove(old.getKey());
        old.getValue().close();
        disk.delete(directory.resolve(HeadChunkFormat.fileName(old.getKey())));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      tryWrite();
      for (DiskFile open : files.values()) {
        open.close();
      }
      files.clear();
      for (DiskFile open : replaced) {
        open.close();
      }
      replaced.clear();
    } finally {
      lock.unlock();
    }
  }
}
