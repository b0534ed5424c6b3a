package io.varve.db;

import io.varve.block.BlockMeta;
import io.varve.block.MetaFile;
import io.varve.block.Ulid;
import io.varve.io.Disk;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.wal.Checkpoint;
import io.varve.wal.CheckpointRef;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which samples a byte of a store held, and so may be lost when it rots.
///
/// - Of a log: those in the record it lies in, and in those behind it in its page of 32 KiB. If
///   these have records of series, all samples of the series.
/// - Of the chunks of a block: those of one series; of its other files, those of the block. A
///   `meta.json` may say that other samples are not there.
/// - Of anything else none, for the logs have them too.
final class RottenBytes {
  private static final int PAGE = 32 << 10;

  private final Path file;
  private final long offset;
  private final Set<Labels> series = new HashSet<>();
  private final Set<Held> samples = new HashSet<>();
  private Optional<BlockMeta> block = Optional.empty();

  private record Held(Labels labels, long t) {}

  /// @param disk as it was before
  RottenBytes(Disk disk, Path file, long offset) throws IOException {
    this.file = file;
    this.offset = offset;
    Path relative = CrashWork.DATA.relativize(file);
    String first = relative.getName(0).toString();
    if (Ulid.parse(first).isPresent()) {
      block = Optional.of(MetaFile.read(disk, CrashWork.DATA.resolve(first)));
    } else if (first.equals("wal") || first.equals("wbl")) {
      readLogs(disk);
    }
  }

  boolean mayHaveHeld(Labels labels, long t) {
    if (block.isPresent()) {
      BlockMeta meta = block.get();
      return isMeta() || (meta.minTime() <= t && t < meta.maxTime());
    }
    return series.contains(labels) || samples.contains(new Held(labels, t));
  }

  private boolean isMeta() {
    return file.endsWith("meta.json");
  }

  /// How many series may lack samples.
  int mostSeries() {
    boolean chunk = block.isPresent() && file.resolveSibling("").endsWith("chunks");
    return chunk ? 1 : Integer.MAX_VALUE;
  }

  private void readLogs(Disk disk) throws IOException {
    var records = new Records();
    Path wal = CrashWork.DATA.resolve("wal");
    Optional<CheckpointRef> checkpoint = Checkpoint.latest(disk, wal);
    if (checkpoint.isPresent()) {
      try (WalReader in = WalReader.open(disk, checkpoint.get())) {
        read(in, checkpoint.get().directory(), records);
      }
    }
    int after = checkpoint.map(CheckpointRef::index).orElse(-1);
    try (WalReader in = WalReader.openAfter(disk, wal, after)) {
      read(in, wal, records);
    }
    Path wbl = CrashWork.DATA.resolve("wbl");
    if (disk.stat(wbl).isPresent()) {
      try (WalReader in = WalReader.open(disk, wbl)) {
        read(in, wbl, records);
      }
    }
    records.settle();
  }

  private void read(WalReader in, Path directory, Records records) throws IOException {
    var former = new ArrayList<Runnable>();
    int segment = -1;
    while (in.next()) {
      boolean here = directory.resolve("%08d".formatted(in.segment())).equals(file);
      if (in.segment() != segment || in.offset() > offset) {
        former.forEach(Runnable::run);
      }
      former.clear();
      boolean behind = here && in.offset() > offset && in.offset() / PAGE == offset / PAGE;
      records.begin();
      RecordDecoder.decode(in.record(), records);
      List<Entry> entries = records.end();
      if (behind) {
        records.rot(entries);
      } else if (here && in.offset() <= offset) {
        former.add(() -> records.rot(entries));
      }
      segment = in.segment();
    }
    former.forEach(Runnable::run);
  }

  /// @param t of a sample; of a series {@link Long#MIN_VALUE}
  private record Entry(long ref, long t) {}

  private final class Records implements RecordHandler {
    private final Map<Long, Labels> labels = new HashMap<>();
    private final List<Entry> rotten = new ArrayList<>();
    private List<Entry> entries = new ArrayList<>();

    void begin() {
      entries = new ArrayList<>();
    }

    List<Entry> end() {
      return entries;
    }

    void rot(List<Entry> entries) {
      rotten.addAll(entries);
    }

    void settle() {
      for (Entry entry : rotten) {
        Labels owner = labels.get(entry.ref);
        if (owner != null && entry.t == Long.MIN_VALUE) {
          series.add(owner);
        } else if (owner != null) {
          samples.add(new Held(owner, entry.t));
        }
      }
    }

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      labels.put(ref, Labels.ofCanonical(Arrays.copyOfRange(buf, offset, offset + length)));
      entries.add(new Entry(ref, Long.MIN_VALUE));
    }

    @Override
    public void sample(long ref, long t, long st, long valueBits) {
      entries.add(new Entry(ref, t));
    }

    @Override
    public void histogram(long ref, long t, long st, Histogram histogram) {
      entries.add(new Entry(ref, t));
    }

    @Override
    public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
      entries.add(new Entry(ref, t));
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {}

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

    @Override
    public void mmapMarker(long ref, long chunkRef) {}

    @Override
    public void metadata(long ref, int kind, String unit, String help) {}

    @Override
    public void unknown(int type, int length) {}

    @Override
    public void malformedSeries(long ref, String problem) {}

    @Override
    public void skipped(int type, long ref, long t, String problem) {}
  }

  @Override
  public String toString() {
    return file + ", byte " + offset;
  }
}
