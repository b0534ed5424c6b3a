package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Decompressor;
import io.varve.io.Disk;
import io.varve.wal.Segments.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the records of a range of segments in order. Changes nothing, so it may read a log that
/// another process is appending to; it sees the segments that exist when it is opened.
///
/// The last segment of a log may end inside a record, since its writer may have died or be writing
/// right now: the reader stops there and tells so by {@link #tornTail}. Everything else that breaks
/// {@link WalFormat} is a {@link CorruptionException}; {@link #segment} and {@link #offset} then
/// name the record, and {@link WalSalvage} mends the log. An exception ends the reading.
///
/// Confined to one thread. Whoever opens it closes it.
public final class WalReader implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];

  private final Disk disk;
  private final List<Segment> segments;

  /// Whether the last segment of the range may be torn.
  private final boolean live;

  /// Where the reading starts in the first segment of the range.
  private final long firstOffset;

  private int next;
  private @Nullable SegmentReader current;
  private final Decompressor decompressor = new Decompressor();
  private boolean torn;
  private boolean finished;
  private final Object origin = new Origin();
  private final ByteReader record = new ByteReader(NOTHING, 0, 0, origin, 0);

  private WalReader(Disk disk, List<Segment> segments, boolean live) {
    this(disk, segments, live, 0);
  }

  private WalReader(Disk disk, List<Segment> segments, boolean live, long firstOffset) {
    this.disk = disk;
    this.segments = segments;
    this.live = live;
    this.firstOffset = firstOffset;
  }

  /// Reads all segments of a log.
  ///
  /// @throws CorruptionException if their numbers are not consecutive
  public static WalReader open(Disk disk, Path directory) throws IOException {
    return new WalReader(disk, Segments.in(disk, directory).list(), true);
  }

  /// Reads the segments from {@code first} to {@code last}, none if {@code first} is greater.
  ///
  /// @throws CorruptionException if one of them does not exist, or the numbers of those in the
  ///   directory are not consecutive
  public static WalReader open(Disk disk, Path directory, int first, int last) throws IOException {
    Segments present = Segments.in(disk, directory);
    return new WalReader(disk, present.range(first, last), last == present.last());
  }

  /// Reads the segments after {@code segment}.
  ///
  /// @param segment number of the last segment not wanted, a checkpoint stands for it; -1 reads all
  /// @throws CorruptionException if the one after it does not exist though later ones do, or the
  ///   numbers are not consecutive
  public static WalReader openAfter(Disk disk, Path directory, int segment) throws IOException {
    Segments present = Segments.in(disk, directory, segment);
    int first = segment < 0 ? Math.max(0, present.first()) : segment + 1;
    return new WalReader(disk, present.range(first, present.last()), true);
  }

  /// Reads what was logged after a position, as {@link Wal#position} told it.
  ///
  /// @throws CorruptionException if there is no such segment, or the numbers are not consecutive
  public static WalReader openFrom(Disk disk, Path directory, WalPosition position)
      throws IOException {
    Segments present = Segments.in(disk, directory);
    List<Segment> range = present.range(position.segment(), present.last());
    if (range.isEmpty()) {
      throw new CorruptionException(
          directory,
          -1,
          "segment " + position.segment() + " is needed, but the last is " + present.last());
    }
    return new WalReader(disk, range, true, position.offset());
  }

  /// Reads a checkpoint. It was complete before it got its name, so no end of it may be torn.
  public static WalReader open(Disk disk, CheckpointRef checkpoint) throws IOException {
    return openComplete(disk, checkpoint.directory());
  }

  /// Reads segments that were finished before their directory got its name.
  static WalReader openComplete(Disk disk, Path directory) throws IOException {
    return new WalReader(disk, Segments.in(disk, directory).list(), false);
  }

  /// Goes to the next record.
  ///
  /// @return false after the last one
  public boolean next() throws IOException {
    if (finished) {
      return false;
    }
    finished = true;
    finished = !advance();
    return !finished;
  }

  private boolean advance() throws IOException {
    while (current == null || !current.next()) {
      if (current != null && current.torn()) {
        endTorn(current);
        return false;
      }
      if (next == segments.size()) {
        return false;
      }
      close();
      current = null;
      long from = next == 0 ? firstOffset : 0;
      current = new SegmentReader(disk, segments.get(next++).file(), from);
    }
    current.read(decompressor, record, origin);
    return true;
  }

  private void endTorn(SegmentReader in) {
    if (!live || next < segments.size()) {
      throw new CorruptionException(in.path(), in.recordStart(), "the last record is torn");
    }
    torn = true;
  }

  /// The record at hand, uncompressed; lent until the next call of {@link #next}. What it says of
  /// positions is relative to the start of the record.
  public ByteReader record() {
    return record;
  }

  /// Number of the segment that holds the record, or that the reading ended in; -1 before the
  /// first.
  public int segment() {
    return next == 0 ? -1 : segments.get(next - 1).number();
  }

  /// Number of the first segment of the range, 0 if there is none.
  public int firstSegment() {
    return segments.isEmpty() ? 0 : segments.getFirst().number();
  }

  /// Number of the last segment of the range, 0 if there is none.
  public int lastSegment() {
    return segments.isEmpty() ? 0 : segments.getLast().number();
  }

  /// Offset in bytes in the segment file at which the record starts, or what could not be read as
  /// one.
  public long offset() {
    return current == null ? 0 : current.recordStart();
  }

  /// Says of damage in which segment, and where in it, the record starts that has it.
  CorruptionException located(CorruptionException damage) {
    if (current == null) {
      return damage;
    }
    boolean inRecord = damage.file().equals(origin.toString());
    String where = inRecord ? ", at byte " + damage.offset() + " of the record" : "";
    return new CorruptionException(current.path(), offset(), damage.what() + where, damage);
  }

  /// Whether the log ended inside a record, which starts at {@link #offset}.
  public boolean tornTail() {
    return torn;
  }

  private Object currentPath() {
    return segments.get(next - 1).file();
  }

  /// The file of a segment of the range; numbers are consecutive.
  Path path(int segment) {
    return segments.get(segment - firstSegment()).file();
  }

  /// Closes the file being read.
  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }

  /// Names the record at hand in messages; made to text only when there is one.
  private final class Origin {
    @Override
    public String toString() {
      return currentPath() + ", record at " + offset();
    }
  }
}
