package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.CorruptionException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;

/// Checks the lists of postings against the series: each names series in ascending order that have
/// its label, and together they name each series once for each of its labels. As the pairs of the
/// table are unique and each list ascends, equal numbers prove that nothing is missing. Confined to
/// one thread.
final class PostingsCheck {
  private static final byte[] NO_PREFIX = {};

  private final SeriesSection section;
  private final SeriesWalk series;
  private final PostingsTable table;
  private final IndexSections sections;
  private final Damage damage;
  private final SeriesEntry entry = new SeriesEntry();

  /// Postings that name a series which has the label.
  private long right;

  private boolean foundDamage;

  /// How often each series was named, in the order of ids; null while nobody asks.
  private int @Nullable [] named;

  PostingsCheck(
      SeriesSection section,
      SeriesWalk series,
      PostingsTable table,
      IndexSections sections,
      Damage damage) {
    this.section = section;
    this.series = series;
    this.table = table;
    this.sections = sections;
    this.damage = damage;
  }

  void run() {
    checkAllSeries();
    checkLists();
    if (right != series.labels() && !foundDamage) {
      named = new int[series.ids().getCardinality()];
      checkLists();
      reportMissing(named);
    }
  }

  private void checkAllSeries() {
    Postings all = open(table.allSeries());
    if (all == null) {
      return;
    }
    PeekableIntIterator ids = series.ids().getIntIterator();
    long previous = -1;
    while (all.next()) {
      long id = all.ref();
      if (id <= previous) {
        reportList(table.allSeries(), "the list of all series is not sorted");
        return;
      }
      for (; ids.hasNext() && Integer.toUnsignedLong(ids.peekNext()) < id; ids.next()) {
        reportUnlisted(Integer.toUnsignedLong(ids.peekNext()));
      }
      if (ids.hasNext() && Integer.toUnsignedLong(ids.peekNext()) == id) {
        ids.next();
      } else if (!series.isUnreadable(id)) {
        reportList(
            table.allSeries(), "the list of all series names " + id + ", which there is not");
      }
      previous = id;
    }
    for (; ids.hasNext(); ids.next()) {
      reportUnlisted(Integer.toUnsignedLong(ids.peekNext()));
    }
  }

  private void reportUnlisted(long id) {
    reportSeries(id, "a series is not in the list of all series");
  }

  private void checkLists() {
    for (byte[] name : table.names()) {
      PostingsEntries entries = table.entries(name, NO_PREFIX);
      while (entries.next()) {
        byte[] value = entries.valueBytes();
        checkList(name, value, entries.listOffset());
      }
    }
  }

  private void checkList(byte[] name, byte[] value, long offset) {
    Postings list = open(offset);
    if (list == null) {
      return;
    }
    if (list.sizeHint() == 0) {
      reportList(offset, list(name, value) + " is empty");
      return;
    }
    // The symbols are unique, so that after the first series the ordinals tell.
    long pair = -1;
    long previous = -1;
    while (list.next()) {
      long id = list.ref();
      if (id <= previous) {
        reportList(offset, list(name, value) + " is not sorted");
        return;
      }
      previous = id;
      if (!series.contains(id)) {
        if (!series.isUnreadable(id)) {
          reportList(offset, list(name, value) + " names series " + id + ", which there is not");
          return;
        }
        continue;
      }
      entry.read(section, series.offset(id));
      pair = pair < 0 ? find(name, value) : pair;
      if (pair < 0 || !has(pair)) {
        reportList(offset, list(name, value) + " names series " + id + ", which has no such label");
        return;
      }
      count(id);
    }
  }

  private void count(long id) {
    right++;
    int[] counts = named;
    if (counts != null) {
      counts[series.ids().rank((int) id) - 1]++;
    }
  }

  /// Ordinals of the label of the present series that has this name and value, or -1.
  private long find(byte[] name, byte[] value) {
    int[] symbols = entry.symbols();
    for (int i = 0; i < entry.symbolCount(); i += 2) {
      if (Arrays.equals(section.symbols().get(symbols[i]), name)
          && Arrays.equals(section.symbols().get(symbols[i + 1]), value)) {
        return pair(symbols[i], symbols[i + 1]);
      }
    }
    return -1;
  }

  private boolean has(long pair) {
    int[] symbols = entry.symbols();
    for (int i = 0; i < entry.symbolCount(); i += 2) {
      if (pair(symbols[i], symbols[i + 1]) == pair) {
        return true;
      }
    }
    return false;
  }

  private static long pair(int name, int value) {
    return (long) name << Integer.SIZE | value;
  }

  private void reportMissing(int[] counts) {
    int index = 0;
    for (PeekableIntIterator ids = series.ids().getIntIterator(); ids.hasNext(); index++) {
      long id = Integer.toUnsignedLong(ids.next());
      entry.read(section, series.offset(id));
      int labels = entry.symbolCount() / 2;
      if (counts[index] < labels) {
        reportSeries(
            id,
            "a series is missing in the postings of %d of its %d labels"
                .formatted(labels - counts[index], labels));
      }
    }
  }

  /// @return null, and a report, if the list is damaged
  private @Nullable Postings open(long offset) {
    try {
      Postings list = MappedPostings.open(section.file(), offset);
      if (named == null) {
        sections.addList(offset);
      }
      return list;
    } catch (CorruptionException e) {
      boolean inside = offset >= 0 && offset < section.file().size() - IndexFormat.TOC_LENGTH;
      reportList(inside ? offset : -1, e.what());
      return null;
    }
  }

  /// The frame of a list is right or the end of it unknown; its content is what is wrong.
  private void reportList(long offset, String what) {
    foundDamage = true;
    if (named == null) {
      damage.report(offset, offset < 0 ? -1 : sections.listLength(offset), what);
    }
  }

  private void reportSeries(long id, String what) {
    entry.read(section, series.offset(id));
    long offset = series.offset(id);
    damage.report(offset, entry.end() - offset, what);
  }

  private static String list(byte[] name, byte[] value) {
    return "the list of "
        + new String(name, UTF_8)
        + "="
        + SymbolTable.quote(value, 0, value.length);
  }
}
