package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.Crc32c;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Writes indices of version 1, as its specification in {@link IndexFormat} has it.
final class Version1 {
  private Version1() {}

  private record Entry(String name, String value, List<Integer> ids) {}

  static byte[] write(SortedMap<Labels, ChunkList> series, RandomGenerator random) {
    HeapByteSink out = ByteSink.onHeap(1 << 12);
    out.putInt(IndexFormat.MAGIC);
    out.putByte(1);
    Map<String, Integer> symbols = writeSymbols(series, out);
    long seriesStart = out.position();
    List<Entry> lists = writeSeries(series, symbols, out);
    long postingsStart = out.position();
    HeapByteSink table = ByteSink.onHeap(1 << 12);
    table.putInt(lists.size());
    // All series come first, which the real one keeps too; the rest lies in any order.
    Collections.shuffle(lists.subList(1, lists.size()), new Random(random.nextLong()));
    for (Entry list : lists) {
      writeList(list, out, table);
    }
    long tableStart = out.position();
    putSection(table, out);
    int toc = out.length();
    for (long offset :
        new long[] {5, seriesStart, postingsStart, tableStart, postingsStart, tableStart}) {
      out.putLong(offset);
    }
    out.putInt(out.crc32c(toc));
    return out.toByteArray();
  }

  private static Map<String, Integer> writeSymbols(
      SortedMap<Labels, ChunkList> series, HeapByteSink out) {
    var offsets = new HashMap<String, Integer>();
    var symbols = IndexFixture.symbols(series.keySet());
    HeapByteSink section = ByteSink.onHeap(1 << 12);
    section.putInt(symbols.size());
    for (String symbol : symbols) {
      offsets.put(symbol, out.length() + Integer.BYTES + section.length());
      putString(symbol, section);
    }
    putSection(section, out);
    return offsets;
  }

  private static List<Entry> writeSeries(
      SortedMap<Labels, ChunkList> series, Map<String, Integer> symbols, HeapByteSink out) {
    var lists = new TreeMap<String, Entry>();
    lists.put("", new Entry("", "", new ArrayList<>()));
    HeapByteSink body = ByteSink.onHeap(1 << 12);
    series.forEach((labels, chunks) -> {
      int id = out.length();
      lists.get("").ids().add(id);
      body.clear();
      body.putUnsignedVarint(labels.size());
      labels.forEach((name, value) -> {
        body.putUnsignedVarint(symbols.get(name));
        body.putUnsignedVarint(symbols.get(value));
        lists
            .computeIfAbsent(
                name + "\u0000" + value, key -> new Entry(name, value, new ArrayList<>()))
            .ids()
            .add(id);
      });
      putChunks(chunks, body);
      out.putUnsignedVarint(body.length());
      body.putInt(body.crc32c(0));
      out.putBytes(body.array(), 0, body.length());
    });
    return new ArrayList<>(lists.values());
  }

  private static void putChunks(ChunkList chunks, HeapByteSink body) {
    body.putUnsignedVarint(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      if (i == 0) {
        body.putVarint(chunks.minTime(0));
      } else {
        body.putUnsignedVarint(chunks.minTime(i) - chunks.maxTime(i - 1));
      }
      body.putUnsignedVarint(chunks.maxTime(i) - chunks.minTime(i));
      if (i == 0) {
        body.putUnsignedVarint(chunks.ref(0));
      } else {
        body.putVarint(chunks.ref(i) - chunks.ref(i - 1));
      }
    }
  }

  private static void writeList(Entry list, HeapByteSink out, HeapByteSink table) {
    out.align(0, 4);
    table.putUnsignedVarint(2);
    putString(list.name, table);
    putString(list.value, table);
    table.putUnsignedVarint(out.length());
    HeapByteSink ids = ByteSink.onHeap(64);
    ids.putInt(list.ids.size());
    list.ids.forEach(ids::putInt);
    putSection(ids, out);
  }

  private static void putSection(HeapByteSink section, HeapByteSink out) {
    out.putInt(section.length());
    out.putBytes(section.array(), 0, section.length());
    out.putInt(section.crc32c(0));
  }

  private static void putString(String string, HeapByteSink out) {
    byte[] bytes = string.getBytes(UTF_8);
    out.putUnsignedVarint(bytes.length);
    out.putBytes(bytes);
  }

  /// Puts the checksum of the entry at {@code offset} right.
  static void sealSeries(byte[] index, int offset) {
    var in = new ByteReader(index, offset, index.length - offset, "index", offset);
    int length = (int) in.readUnsignedVarint();
    int start = in.position();
    int crc = Crc32c.of(index, start, length);
    for (int i = 0; i < Integer.BYTES; i++) {
      index[start + length + i] = (byte) (crc >>> (24 - 8 * i));
    }
  }
}
