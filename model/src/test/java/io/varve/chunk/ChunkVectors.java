package io.varve.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Chunks that Prometheus wrote and what it wrote them from: see the head of the file.
final class ChunkVectors {
  private static final String FILE = "chunks-prometheus-3.13.txt";
  private static final double[] NO_FLOATS = {};
  private static final long[] NO_LONGS = {};

  /// @param how the letter that says what became of it
  /// @param valueBits of a float
  /// @param histogram stale if it is a float
  record Sample(char how, long st, long t, long valueBits, NativeHistogram histogram) {
    boolean startsChunk() {
      return how == 'c' || how == 'n';
    }
  }

  record Series(boolean reduced, byte encoding, List<Sample> samples, List<byte[]> chunks) {
    /// The samples of each chunk.
    List<List<Sample>> perChunk() {
      List<List<Sample>> groups = new ArrayList<>();
      for (Sample sample : samples) {
        if (groups.isEmpty() || sample.startsChunk()) {
          groups.add(new ArrayList<>());
        }
        groups.getLast().add(sample);
      }
      return groups;
    }
  }

  private ChunkVectors() {}

  static List<Series> read() {
    List<Series> all = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(ChunkVectors.class.getResourceAsStream(FILE), FILE)) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        readLine(line, all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static void readLine(String line, List<Series> all) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "#" -> {}
      case "series", "reduced" ->
          all.add(
              new Series(
                  words[0].equals("reduced"),
                  Byte.parseByte(words[1]),
                  new ArrayList<>(),
                  new ArrayList<>()));
      case "=" -> all.getLast().chunks.add(HexFormat.of().parseHex(words[1]));
      default -> all.getLast().samples.add(sample(words, all.getLast().encoding));
    }
  }

  private static Sample sample(String[] words, byte encoding) {
    char how = words[0].charAt(0);
    long st = Long.parseLong(words[1]);
    long t = Long.parseLong(words[2]);
    if (how == 'f') {
      return new Sample(how, st, t, Long.parseUnsignedLong(words[3], 16), Histogram.STALE);
    }
    String[] fields = Arrays.copyOfRange(words, 3, words.length);
    boolean floats =
        encoding == ChunkEncoding.FLOAT_HISTOGRAM || encoding == ChunkEncoding.FLOAT_HISTOGRAM_ST;
    return new Sample(how, st, t, 0, floats ? floatHistogram(fields) : histogram(fields));
  }

  private static Histogram histogram(String[] fields) {
    return new Histogram(
        CounterReset.of(Integer.parseInt(fields[0])),
        Integer.parseInt(fields[1]),
        number(fields[2]),
        Long.parseUnsignedLong(fields[3]),
        Long.parseUnsignedLong(fields[4]),
        number(fields[5]),
        spans(fields[6]),
        spans(fields[7]),
        longs(fields[8]),
        longs(fields[9]),
        numbers(fields[10]));
  }

  private static FloatHistogram floatHistogram(String[] fields) {
    return new FloatHistogram(
        CounterReset.of(Integer.parseInt(fields[0])),
        Integer.parseInt(fields[1]),
        number(fields[2]),
        number(fields[3]),
        number(fields[4]),
        number(fields[5]),
        spans(fields[6]),
        spans(fields[7]),
        numbers(fields[8]),
        numbers(fields[9]),
        numbers(fields[10]));
  }

  private static double number(String text) {
    return text.startsWith("x")
        ? Double.longBitsToDouble(Long.parseUnsignedLong(text.substring(1), 16))
        : Double.parseDouble(text);
  }

  private static double[] numbers(String text) {
    return text.equals("-")
        ? NO_FLOATS
        : Arrays.stream(text.split(",", -1)).mapToDouble(ChunkVectors::number).toArray();
  }

  private static long[] longs(String text) {
    return text.equals("-")
        ? NO_LONGS
        : Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static Spans spans(String text) {
    if (text.equals("-")) {
      return Spans.NONE;
    }
    String[] runs = text.split(",", -1);
    int[] offsets = new int[runs.length];
    int[] lengths = new int[runs.length];
    for (int i = 0; i < runs.length; i++) {
      String[] run = runs[i].split(":", -1);
      offsets[i] = Integer.parseInt(run[0]);
      lengths[i] = Integer.parseInt(run[1]);
    }
    return new Spans(offsets, lengths);
  }

  static boolean isStale(Sample sample) {
    return sample.how == 'f'
        ? sample.valueBits == SampleValue.STALE_NAN_BITS
        : sample.histogram.isStale();
  }
}
