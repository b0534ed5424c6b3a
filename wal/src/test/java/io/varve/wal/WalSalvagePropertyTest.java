package io.varve.wal;

import static io.varve.wal.Logs.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.MemoryDisk;
import io.varve.fixture.Property;
import io.varve.io.Compression;
import io.varve.io.QuarantineDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random logs with random damage: single bits, sectors of zeros, sectors of garbage. What may be
/// lost is what the rotten bytes held, and of the page in which they are what comes behind them. No
/// record is found that was not written, and none in another order.
final class WalSalvagePropertyTest {
  private static final Path DATA = Path.of("/data");
  private static final Path LOG = DATA.resolve("wal");
  private static final int SECTOR = 512;
  private static final int RUNS = Integer.getInteger("varve.salvage.runs", 150);

  /// A record as it was written.
  ///
  /// @param position where it starts, in a count of all bytes of all segments
  /// @param fillsPage whether its first fragment is as long as a page
  private record Written(String bytes, int position, int end, boolean fillsPage) {}

  @Test
  void losesNothingButWhatTheRottenBytesHeld() {
    Property.forAll(RUNS, random -> new Run(random).check());
  }

  private static final class Run {
    private final RandomGenerator random;
    private final Compression compression;
    private final MemoryDisk disk = new MemoryDisk();
    private final List<byte[]> segments = new ArrayList<>();
    private final List<Written> written = new ArrayList<>();
    private final BitSet damaged = new BitSet();

    /// First bytes of headers.
    private final BitSet flags = new BitSet();

    private int time;

    Run(RandomGenerator random) throws IOException {
      this.random = random;
      this.compression = List.of(Compression.values()).get(random.nextInt(3));
      var records = new ArrayList<byte[]>();
      for (int opened = random.nextInt(3); opened >= 0; opened--) {
        write(records);
      }
      locate(records);
    }

    private void write(List<byte[]> records) throws IOException {
      int segmentBytes = (1 + random.nextInt(4)) * PAGE;
      try (Wal wal = Wal.open(disk, LOG, segmentBytes, compression, Runnable::run)) {
        for (int batches = random.nextInt(40); batches > 0; batches--) {
          var batch = new RecordBatch();
          for (int n = random.nextInt(5); n >= 0; n--) {
            byte[] record = record();
            records.add(record);
            batch.begin().putBytes(record);
            batch.end();
          }
          wal.log(batch);
        }
      }
    }

    /// Samples: short records mostly, some of several pages.
    private byte[] record() {
      int samples = 1 + random.nextInt(random.nextInt(8) == 0 ? 5000 : 60);
      var batch = new RecordBatch();
      long[] refs = new long[samples];
      long[] times = new long[samples];
      long[] values = new long[samples];
      for (int i = 0; i < samples; i++) {
        refs[i] = random.nextInt(1000);
        times[i] = ++time;
        values[i] = random.nextLong();
      }
      RecordEncoder.samples(batch.begin(), refs, times, values, 0, samples);
      batch.end();
      int encoded = batch.encode(Compression.NONE);
      assertThat(encoded).isZero();
      return Arrays.copyOfRange(batch.encoded(), batch.encodedStart(0), batch.encodedEnd(0));
    }

    /// Walks the files by the lengths in them.
    private void locate(List<byte[]> records) throws IOException {
      int base = 0;
      int next = 0;
      for (Segments.Segment segment : Segments.in(disk, LOG).list()) {
        byte[] bytes = disk.readAll(segment.file(), 1 << 28);
        segments.add(bytes);
        int start = 0;
        boolean fillsPage = false;
        for (int at = 0; at < bytes.length; ) {
          int type = bytes[at] & WalFormat.TYPE_MASK;
          if (type == WalFormat.PAGE_TERM) {
            at += PAGE - at % PAGE;
            continue;
          }
          flags.set(base + at);
          int length = ByteBuffer.wrap(bytes).getShort(at + WalFormat.LENGTH_OFFSET) & 0xffff;
          if (type == WalFormat.FULL || type == WalFormat.FIRST) {
            start = at;
            fillsPage = length == WalFormat.MAX_FRAGMENT;
          }
          at += WalFormat.HEADER_SIZE + length;
          if (type == WalFormat.FULL || type == WalFormat.LAST) {
            String hex = Logs.hex(records.get(next++));
            written.add(new Written(hex, base + start, base + at, fillsPage));
          }
        }
        // Pages are counted over all segments, too.
        base += Math.ceilDiv(bytes.length, PAGE) * PAGE;
      }
      assertThat(next).isEqualTo(records.size());
    }

    void check() throws IOException {
      damage();

      SalvagedLog done = WalSalvage.salvage(disk, LOG, QuarantineDirectory.in(disk, DATA));

      List<String> found = read();
      List<String> all = written.stream().map(Written::bytes).toList();
      List<String> known = found.stream().filter(all::contains).toList();
      assertThat(all.stream().filter(new HashSet<>(known)::contains).toList()).isEqualTo(known);
      if (!flags.intersects(damaged)) {
        assertThat(known).isEqualTo(found);
      }
      assertThat(known).containsAll(required());
      if (known.size() < all.size() && !flags.intersects(damaged)) {
        assertThat(done.damages()).isNotEmpty();
      }
    }

    private List<String> read() throws IOException {
      try (WalReader reader = WalReader.open(disk, LOG)) {
        return Logs.readAll(reader);
      }
    }

    private void damage() {
      int base = 0;
      for (int i = 0; i < segments.size(); i++) {
        byte[] bytes = segments.get(i);
        byte[] changed = bytes.clone();
        for (int n = bytes.length == 0 ? 0 : random.nextInt(4); n > 0; n--) {
          damage(changed);
        }
        for (int at = 0; at < bytes.length; at++) {
          if (changed[at] != bytes[at]) {
            damaged.set(base + at);
          }
        }
        disk.with(WalFormat.segment(LOG, i).toString(), changed);
        base += Math.ceilDiv(bytes.length, PAGE) * PAGE;
      }
    }

    private void damage(byte[] bytes) {
      int at = random.nextInt(bytes.length);
      if (random.nextBoolean()) {
        bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return;
      }
      int from = at / SECTOR * SECTOR;
      int sectors = random.nextInt(3) == 0 ? 2 * PAGE / SECTOR : 1;
      int to = Math.min(bytes.length, from + sectors * SECTOR);
      boolean zeros = random.nextBoolean();
      for (int i = from; i < to; i++) {
        bytes[i] = zeros ? 0 : (byte) random.nextInt();
      }
    }

    /// The records that no damage touched, neither themselves nor what is before them in the page
    /// in which they start.
    private List<String> required() {
      var required = new ArrayList<String>();
      boolean wellBefore = true;
      for (Written record : written) {
        boolean well = isWell(record.position, record.end);
        boolean inDoubt = record.fillsPage && !wellBefore;
        if (well && !inDoubt && isWell(record.position / PAGE * PAGE, record.position)) {
          required.add(record.bytes);
        }
        wellBefore = well;
      }
      return required;
    }

    private boolean isWell(int from, int to) {
      int next = damaged.nextSetBit(from);
      return next < 0 || next >= to;
    }
  }
}
