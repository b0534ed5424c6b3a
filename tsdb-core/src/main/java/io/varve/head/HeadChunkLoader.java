package io.varve.head;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.MappedFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads what the chunk files hold when the head is opened. From the first damage on everything is
/// dropped: the log makes it anew.
final class HeadChunkLoader {
  private static final Logger LOG = System.getLogger(HeadChunkLoader.class.getName());

  /// What there is.
  ///
  /// @param chunks in the order of the files
  /// @param files numbers of the sound files
  /// @param damage where and how the first damage was found; empty if there is none
  record Loaded(List<HeadChunkRef> chunks, List<Integer> files, List<CorruptionException> damage) {}

  /// @param series reference of the series, as the log knows it
  /// @param outOfOrder whether the samples came out of order
  record HeadChunkRef(long series, long ref, long mint, long maxt, boolean outOfOrder) {}

  private HeadChunkLoader() {}

  /// Reads the directory; with {@code mend}, cuts the first damaged file before the damage and
  /// deletes later ones.
  static Loaded load(Disk disk, Path directory, boolean mend) throws IOException {
    var loaded = new Loaded(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int number : numbers(disk, directory)) {
      Path path = directory.resolve(HeadChunkFormat.fileName(number));
      if (loaded.damage.isEmpty()) {
        loadFile(disk, path, number, loaded, mend);
      } else if (mend) {
        LOG.log(Level.WARNING, "dropping head chunk file after a damaged one file={0}", path);
        disk.delete(path);
      }
    }
    return loaded;
  }

  static List<Integer> numbers(Disk disk, Path directory) throws IOException {
    if (disk.stat(directory).isEmpty()) {
      return List.of();
    }
    return disk.list(directory).stream()
        .filter(name -> name.matches("[0-9]{6}"))
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  private static void loadFile(Disk disk, Path path, int number, Loaded loaded, boolean mend)
      throws IOException {
    long good = 0;
    try (Arena arena = Arena.ofShared()) {
      checkSequence(path, number, loaded.files);
      var scan = new Scan(disk.map(path, arena), number, loaded.chunks);
      try {
        scan.header();
        while (scan.next()) {}
        loaded.files.add(number);
        return;
      } finally {
        good = scan.offset;
      }
    } catch (CorruptionException e) {
      loaded.damage.add(e);
      LOG.log(
          Level.WARNING, "damaged head chunk file, the log makes up for it: {0}", e.getMessage());
    }
    boolean someGood = good > HeadChunkFormat.FILE_HEADER_LENGTH;
    if (someGood) {
      loaded.files.add(number);
    }
    if (mend && someGood) {
      try (var file = disk.openForWrite(path)) {
        file.truncate(good);
      }
    } else if (mend) {
      disk.delete(path);
    }
  }

  private static void checkSequence(Path path, int number, List<Integer> files) {
    if (!files.isEmpty() && files.getLast() + 1 != number) {
      throw new CorruptionException(
          path, -1, "the file before it, number " + (number - 1) + ", is missing");
    }
  }

  /// Walks one file.
  private static final class Scan {
    private final MappedFile file;
    private final int number;
    private final List<HeadChunkRef> chunks;

    /// End of the sound part.
    private long offset;

    Scan(MappedFile file, int number, List<HeadChunkRef> chunks) {
      this.file = file;
      this.number = number;
      this.chunks = chunks;
    }

    void header() {
      if (file.size() < HeadChunkFormat.FILE_HEADER_LENGTH) {
        throw new CorruptionException(file.file(), 0, "the header is cut short");
      }
      int magic = file.getInt(0);
      if (magic != HeadChunkFormat.MAGIC) {
        throw new CorruptionException(
            file.file(), 0, "no head chunk file: magic " + Integer.toHexString(magic));
      }
      int version = file.getByte(HeadChunkFormat.VERSION_OFFSET);
      if (version != HeadChunkFormat.VERSION) {
        throw new CorruptionException(
            file.file(), HeadChunkFormat.VERSION_OFFSET, "unknown version " + version);
      }
      offset = HeadChunkFormat.FILE_HEADER_LENGTH;
    }

    /// Takes the next chunk; false at the end of the data.
    boolean next() {
      long left = file.size() - offset;
      int look = (int) Math.min(left, HeadChunkFormat.LENGTH_OFFSET);
      if (isZero(file.copy(offset, look))) {
        return false;
      }
      ByteReader head =
          file.reader(offset, (int) Math.min(left, HeadChunkFormat.LENGTH_OFFSET + 10));
      long series = head.readLong();
      long mint = head.readLong();
      long maxt = head.readLong();
      int encoding = head.readByte();
      long length = head.readUnsignedVarint();
      if (length < 0 || length > left - head.position() - HeadChunkFormat.CRC_LENGTH) {
        throw head.corrupt("a chunk reaches past the end of the file");
      }
      int checked = head.position() + (int) length;
      int crc = Crc32c.of(file.copy(offset, checked), 0, checked);
      if (file.getInt(offset + checked) != crc) {
        throw new CorruptionException(file.file(), offset, "the checksum of a chunk is wrong");
      }
      chunks.add(
          new HeadChunkRef(
              series,
              (long) number << Integer.SIZE | offset,
              mint,
              maxt,
              (encoding & HeadChunkFormat.OUT_OF_ORDER_BIT) != 0));
      offset += checked + HeadChunkFormat.CRC_LENGTH;
      return true;
    }

    private static boolean isZero(byte[] bytes) {
      for (byte b : bytes) {
        if (b != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
