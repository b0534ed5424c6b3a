package io.varve.interop;

import io.varve.block.Block;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.wal.Checkpoint;
import io.varve.wal.CheckpointRef;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which of the formats that not every Prometheus reads are in a data directory.
///
/// @param records types of records in the log and its checkpoint
/// @param encodings of chunks in blocks and in the files of the head
/// @param indexes versions of the indexes of blocks
/// @param zstd whether a record of the log is compressed with zstd
record WrittenFormats(
    SortedSet<Integer> records,
    SortedSet<Integer> encodings,
    SortedSet<Integer> indexes,
    boolean zstd) {
  private static final int WAL_PAGE = 32 << 10;
  private static final int FRAGMENT_HEADER = 7;
  private static final int ZSTD = 1 << 4;
  private static final int INDEX_VERSION_OFFSET = 4;
  private static final int HEAD_CHUNKS_HEADER = 8;
  private static final int CRC = 4;

  static WrittenFormats of(Path data) throws IOException {
    Disk disk = new LocalDisk();
    Path wal = data.resolve("wal");
    var records = new TreeSet<Integer>();
    var encodings = new TreeSet<Integer>();
    var indexes = new TreeSet<Integer>();
    boolean zstd = false;
    try (WalReader log = WalReader.open(disk, wal)) {
      addTypes(log, records);
    }
    for (String segment : DataDirectory.segments(data)) {
      zstd |= hasZstd(ByteBuffer.wrap(Files.readAllBytes(wal.resolve(segment))));
    }
    CheckpointRef checkpoint = Checkpoint.latest(disk, wal).orElseThrow();
    try (WalReader log = WalReader.open(disk, checkpoint)) {
      addTypes(log, records);
    }
    for (String segment : DataDirectory.names(checkpoint.directory(), "[0-9]*")) {
      zstd |= hasZstd(ByteBuffer.wrap(Files.readAllBytes(checkpoint.directory().resolve(segment))));
    }
    for (String block : DataDirectory.blocks(data)) {
      addEncodings(disk, data.resolve(block), encodings);
      byte[] index = Files.readAllBytes(data.resolve(block).resolve("index"));
      indexes.add((int) index[INDEX_VERSION_OFFSET]);
    }
    for (String file : DataDirectory.headChunkFiles(data)) {
      byte[] bytes = Files.readAllBytes(data.resolve("chunks_head").resolve(file));
      addEncodings(ByteBuffer.wrap(bytes), encodings);
    }
    return new WrittenFormats(records, encodings, indexes, zstd);
  }

  private static void addTypes(WalReader log, SortedSet<Integer> types) throws IOException {
    while (log.next()) {
      types.add(log.record().readByte());
    }
  }

  private static boolean hasZstd(ByteBuffer segment) {
    boolean found = false;
    while (segment.remaining() > FRAGMENT_HEADER) {
      int inPage = WAL_PAGE - segment.position() % WAL_PAGE;
      int flags = segment.get(segment.position());
      if (inPage < FRAGMENT_HEADER || flags == 0) {
        segment.position(Math.min(segment.limit(), segment.position() + inPage));
      } else {
        found |= (flags & ZSTD) != 0;
        int length = Short.toUnsignedInt(segment.getShort(segment.position() + 1));
        segment.position(segment.position() + FRAGMENT_HEADER + length);
      }
    }
    return found;
  }

  private static void addEncodings(Disk disk, Path directory, SortedSet<Integer> encodings)
      throws IOException {
    var chunk = new ChunkBuffer();
    try (Block block = Block.open(disk, directory);
        SeriesCursor series = block.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      while (series.next()) {
        for (int i = 0; i < series.chunkCount(); i++) {
          series.readChunk(i, chunk);
          encodings.add((int) chunk.encoding());
        }
      }
    }
  }

  /// Of a file of the head: reference, times, encoding, length, data and checksum of each chunk.
  private static void addEncodings(ByteBuffer file, SortedSet<Integer> encodings) {
    file.position(HEAD_CHUNKS_HEADER);
    while (file.remaining() > Long.BYTES && file.getLong() != 0) {
      file.position(file.position() + 2 * Long.BYTES);
      encodings.add((int) file.get());
      int length = 0;
      int shift = 0;
      byte next;
      do {
        next = file.get();
        length |= (next & 0x7f) << shift;
        shift += 7;
      } while (next < 0);
      file.position(file.position() + length + CRC);
    }
  }
}
