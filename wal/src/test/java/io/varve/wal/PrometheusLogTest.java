package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs that real Prometheus wrote; see the README beside them.
final class PrometheusLogTest {

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void tellsWhatPromtoolTells(String version) throws Exception {
    Path directory = logOf(version);
    var replay = new Replay();

    try (WalReader reader = WalReader.open(DISK, directory)) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), replay);
      }
      assertThat(reader.tornTail()).isFalse();
    }

    String dump = new String(DISK.readAll(directory.resolve("dump.txt"), 1 << 20), UTF_8);
    assertThat(replay.dump()).containsExactlyInAnyOrder(dump.split("\n"));
    assertThat(replay.staleMarkers).isEqualTo(3);
  }

  @Test
  void readsExemplarsAndMetadata() throws Exception {
    var told = new Told();

    try (WalReader reader = WalReader.open(DISK, logOf("3.5"))) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), told);
      }
    }

    assertThat(told.lines)
        .anyMatch(line -> line.startsWith("exemplar "))
        .anyMatch(line -> line.startsWith("metadata "))
        .noneMatch(line -> line.startsWith("unknown "));
  }

  private static Path logOf(String version) throws URISyntaxException {
    return Path.of(PrometheusLogTest.class.getResource("/prometheus/" + version).toURI());
  }

  private static final class Replay implements RecordHandler {
    private final Map<Long, Labels> series = new HashMap<>();
    private final Map<Long, TreeMap<Long, Long>> samples = new TreeMap<>();
    private int staleMarkers;

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      series.put(ref, Labels.decode(buf, offset, length));
    }

    @Override
    public void sample(long ref, long t, long st, long valueBits) {
      samples.computeIfAbsent(ref, r -> new TreeMap<>()).put(t, valueBits);
      staleMarkers += valueBits == 0x7ff0000000000002L ? 1 : 0;
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {
      samples.get(ref).subMap(mint, true, maxt, true).clear();
    }

    @Override
    public void histogram(long ref, long t, long st, Histogram histogram) {
      throw new AssertionError(histogram);
    }

    @Override
    public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
      throw new AssertionError(histogram);
    }

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

    @Override
    public void mmapMarker(long ref, long chunkRef) {
      throw new AssertionError(ref);
    }

    @Override
    public void metadata(long ref, int kind, String unit, String help) {}

    @Override
    public void unknown(int type, int length) {
      throw new AssertionError(type);
    }

    @Override
    public void malformedSeries(long ref, String problem) {
      throw new AssertionError(problem);
    }

    @Override
    public void skipped(int type, long ref, long t, String problem) {
      throw new AssertionError(problem);
    }

    private List<String> dump() {
      var lines = new ArrayList<String>();
      samples.forEach((ref, values) ->
          values.forEach((t, bits) ->
              lines.add(series.get(ref) + " " + number(Double.longBitsToDouble(bits)) + " " + t)));
      return lines;
    }

    /// As Go writes it; none of the numbers needs an exponent.
    private static String number(double value) {
      if (Double.isNaN(value)) {
        return "NaN";
      }
      return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
  }
}
