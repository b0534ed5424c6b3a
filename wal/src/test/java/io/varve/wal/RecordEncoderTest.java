package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordEncoderTest {
  private final HeapByteSink sink = ByteSink.onHeap(16);

  @Test
  void writesSeriesWithTheNumberOfTheirLabels() {
    RecordEncoder.seriesStart(sink);
    RecordEncoder.series(sink, 1, Labels.of("a", "bc").encoded());
    RecordEncoder.series(sink, 0x0102030405060708L, Labels.of("x", "y", "u", "v").encoded());

    assertThat(Logs.hex(sink.toByteArray()))
        .isEqualTo(
            "01"
                + "0000000000000001"
                + "01"
                + "0161"
                + "026263"
                + "0102030405060708"
                + "02"
                + "0175"
                + "0176"
                + "0178"
                + "0179");
  }

  @Test
  void writesLabelsFromTheMiddleOfAnArray() {
    byte[] packed = Logs.join(Logs.bytes("ff"), Labels.of("a", "b").encoded(), Logs.bytes("ff"));

    RecordEncoder.series(sink, 2, packed, 1, packed.length - 2);

    assertThat(Logs.hex(sink.toByteArray())).isEqualTo("0000000000000002" + "01" + "01610162");
  }

  @Test
  void refusesLabelsThatAreCutShort() {
    assertThatThrownBy(() -> RecordEncoder.series(sink, 1, Logs.bytes("0161")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RecordEncoder.series(sink, 1, Logs.bytes("0161 0262")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesSamplesRelativeToTheFirst() {
    long[] refs = {9, 10, 11, 9};
    long[] times = {0, 1000, 1000, 999};
    long[] values = {0, Double.doubleToRawLongBits(1), 0x7ff0000000000002L, -1};

    RecordEncoder.samples(sink, refs, times, values, 1, 4);

    assertThat(Logs.hex(sink.toByteArray()))
        .isEqualTo(
            "02"
                + "000000000000000a"
                + "00000000000003e8"
                + "00"
                + "00"
                + "3ff0000000000000"
                + "02"
                + "00"
                + "7ff0000000000002"
                + "01"
                + "01"
                + "ffffffffffffffff");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "63, 7e",
    "-64, 7f",
    "64, 8001",
    "-65, 8101",
    "8191, fe7f",
    "-8192, ff7f",
    "8192, 808001",
    "-8193, 818001",
    "1099511627776, 808080808040",
    "-9223372036854775808, ffffffffffffffffff01",
    "9223372036854775807, feffffffffffffffff01",
  })
  void writesDifferencesZigZag(long difference, String expected) {
    long[] pair = {0, difference};

    RecordEncoder.samples(sink, pair, pair, new long[2], 0, 2);

    assertThat(Logs.hex(sink.toByteArray()).substring(2 * 27))
        .isEqualTo(expected + expected + "0000000000000000");
  }

  @Test
  void writesNoRecordWithoutSamples() {
    RecordEncoder.samples(sink, new long[1], new long[1], new long[1], 1, 1);

    assertThat(sink.length()).isZero();
  }

  @Test
  void writesTombstones() {
    RecordEncoder.tombstonesStart(sink);
    RecordEncoder.tombstone(sink, 3, -1, 64);
    RecordEncoder.tombstone(sink, 4, Long.MIN_VALUE, Long.MAX_VALUE);

    assertThat(Logs.hex(sink.toByteArray()))
        .isEqualTo(
            "03"
                + "0000000000000003"
                + "01"
                + "8001"
                + "0000000000000004"
                + "ffffffffffffffffff01"
                + "feffffffffffffffff01");
  }

  @Test
  void dropsARecordWithoutBytes() {
    var batch = new RecordBatch();
    batch.begin();
    batch.end();
    batch.begin().putByte(7);
    batch.end();
    batch.begin().putByte(8);

    batch.begin();
    batch.end();

    assertThat(batch.records()).isEqualTo(1);
    assertThat(batch.bytes()).isEqualTo(1);
    batch.clear();
    assertThat(batch.isEmpty()).isTrue();
  }
}
