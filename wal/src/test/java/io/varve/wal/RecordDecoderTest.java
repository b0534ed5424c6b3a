package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.CorruptionException;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordDecoderTest {

  @Test
  void readsSeries() {
    byte[] record =
        Logs.bytes(
            "01 0000000000000001 01 0161 026263" + "  0000000000000002 02 0175 0176 0178 0179");

    assertThat(Told.by(record))
        .containsExactly("series 1 {a=\"bc\"}", "series 2 {u=\"v\", x=\"y\"}");
  }

  @Test
  void readsSamples() {
    byte[] record =
        Logs.bytes(
            "02 000000000000000a 00000000000003e8"
                + " 00 00 3ff0000000000000  02 00 7ff0000000000002  01 808001 8000000000000000");

    assertThat(Told.by(record))
        .containsExactly(
            "sample 10 1000 3ff0000000000000",
            "sample 11 1000 7ff0000000000002",
            "sample 9 9192 8000000000000000");
  }

  @Test
  void readsTombstones() {
    byte[] record = Logs.bytes("03 0000000000000003 01 8001 0000000000000004 00 02");

    assertThat(Told.by(record)).containsExactly("tombstone 3 -1 64", "tombstone 4 0 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "01", "02", "03", "04", "05", "06", "07", "08", "09", "0a", "0b", "0c", "0d"})
  void readsRecordsOfNothing(String record) {
    assertThat(Told.by(Logs.bytes(record))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 14, 15, 100, 255})
  void passesOnWhatItDoesNotKnow(int type) {
    byte[] record = {(byte) type, 1, 2, 3};

    assertThat(Told.by(record)).containsExactly("unknown " + type + " 4");
  }

  @Test
  void readsBackSamplesWithDifferencesOfAnySize() {
    RandomGenerator random = Logs.random();
    long[] refs = new long[500];
    long[] times = new long[500];
    long[] values = new long[500];
    var expected = new ArrayList<String>();
    for (int i = 0; i < refs.length; i++) {
      refs[i] = random.nextLong() >> random.nextInt(64);
      times[i] = random.nextLong() >> random.nextInt(64);
      values[i] = random.nextLong();
      expected.add("sample " + refs[i] + " " + times[i] + " " + Long.toHexString(values[i]));
    }
    for (int count = 1; count <= refs.length; count += 13) {
      HeapByteSink sink = ByteSink.onHeap(0);

      RecordEncoder.samples(sink, refs, times, values, 0, count);

      assertThat(Told.by(sink.toByteArray())).isEqualTo(expected.subList(0, count));
    }
  }

  @Test
  void sortsLabelsThatAreOutOfOrderAndDropsEmptyOnes() {
    byte[] record = Logs.bytes("01 0000000000000001 04 0162 0131 02c3bf 0133 0161 0132 0163 00");

    assertThat(Told.by(record)).containsExactly("series 1 {a=\"2\", b=\"1\", \"\u00ff\"=\"3\"}");
  }

  @Test
  void tellsOfSeriesThatHaveNoCanonicalLabels() {
    assertThat(Told.by(Logs.bytes("01 0000000000000001 02 0161 0131 0161 0132")))
        .containsExactly("malformed 1 label \"a\" occurs twice");
    assertThat(Told.by(Logs.bytes("01 0000000000000002 02 0162 0131 0161 01ff")))
        .containsExactly("malformed 2 the value of label \"a\" is not valid UTF-8");
    assertThat(Told.by(Logs.bytes("01 0000000000000003 01 00 0131")))
        .containsExactly("malformed 3 a label name is empty");
    assertThat(Told.by(Logs.bytes("01 0000000000000004 00")))
        .containsExactly("malformed 4 it has no labels");
    assertThat(Told.by(Logs.bytes("01 0000000000000005 01 0161 00")))
        .containsExactly("malformed 5 it has no labels");
  }

  @Test
  void goesOnAfterAMalformedSeries() {
    byte[] record = Logs.bytes("01 0000000000000004 00 0000000000000005 01 0161 0162");

    assertThat(Told.by(record))
        .containsExactly("malformed 4 it has no labels", "series 5 {a=\"b\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01 00",
        "01 0000000000000001",
        "01 0000000000000001 01 0161 0162 00",
        "01 0000000000000001 02 0161 0162",
        "01 0000000000000001 01 0261",
        "01 0000000000000001 ffffffffffffffffff01 0161",
        "01 0000000000000001 01 ffffffff0f 61",
        "01 0000000000000001 01 ffffffffffffffff7f 61",
        "02 00",
        "02 0000000000000001 00",
        "02 0000000000000001 0000000000000001 00",
        "02 0000000000000001 0000000000000001 00 00 00",
        "02 0000000000000001 0000000000000001 00 00 0000000000000000 00",
        "02 0000000000000001 0000000000000001 ffffffffffffffffffff 00 0000000000000000",
        "02 0000000000000001 0000000000000001 ffffffffffffffffff7f 00 0000000000000000",
        "03 00",
        "03 0000000000000001 00",
        "03 0000000000000001 00 00 00",
        // exemplars: no base, no value, labels cut short, too many labels
        "04 00",
        "04 0000000000000001 0000000000000001 00 00",
        "04 0000000000000001 0000000000000001 00 00 0000000000000000 01 0161",
        "04 0000000000000001 0000000000000001 00 00 0000000000000000 ffffffff0f",
        // markers: half of one
        "05 0000000000000001 00000000",
        // metadata: no fields, more fields than bytes, a text beyond the record
        "06 01 01",
        "06 01 01 ffffffff0f 00 00",
        "06 01 01 01 04554e4954 05 61",
        // histograms: no base, cut short, spans, buckets and bounds without end
        "07 00",
        "07 0000000000000001 0000000000000001 00 00 00",
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 ffffffff07 00 00 00",
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 00 00 ffffffff07 00",
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 00 00 00 ffffffffffffffffff01",
        "09 0000000000000001 0000000000000001 00 00 00 69 0000000000000000 00 00"
            + " 0000000000000000 00 00 00 00 80808001 0000000000000000",
        // a span of 2^31 buckets, an offset and a schema beyond 32 bits
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 01 00 8080808008 00 00 00",
        // spans of 5 and of 2^63-1 buckets, the sum of which overflows
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 02 00 05 00 ffffffffffffffff7f 00 00 00",
        "07 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 00 00"
            + " 0000000000000000 01 8080808010 00 00 00 00",
        "07 0000000000000001 0000000000000001 00 00 00 8080808010 0000000000000000 00 00"
            + " 0000000000000000 00 00 00 00",
        "08 0000000000000001 0000000000000001 00 00 00 00 0000000000000000 0000000000000000"
            + " 0000000000000000 0000000000000000 00 00 81808001 0000000000000000 00",
        // samples with starts: no value, an unknown mark, no start behind its mark
        "0b 02 02 02",
        "0b 02 02 02 0000000000000000 02 02 03 0000000000000000",
        "0b 02 02 02 0000000000000000 02 02 02",
        "0c 02 02 02",
        "0d 02 02 02 00",
      })
  void refusesWhatDoesNotFollowTheFormat(String record) {
    assertThatThrownBy(() -> Told.by(Logs.bytes(record))).isInstanceOf(CorruptionException.class);
  }

  @Test
  void skipsFieldsOfMetadataThatItDoesNotKnow() {
    byte[] record =
        Logs.bytes("06 01 63 03 0448454c50 0168 0358595a 03616263 04554e4954 0175" + "02 00 00");

    assertThat(Told.by(record)).containsExactly("metadata 1 99 [u] [h]", "metadata 2 0 [] []");
  }

  @Test
  void skipsWhatNobodyCanTakeAndGoesOn() {
    String head = "0000000000000001 0000000000000064";
    String ofSchema77 = " 00 9a01 0000000000000000 00 00 0000000000000000 00 00 00 00";
    String ofTwoBuckets = " 00 00 0000000000000000 00 00 0000000000000000 01 00 03 00 02 02 02 00";

    assertThat(Told.by(Logs.bytes("07" + head + "00 00" + ofSchema77 + "02 02" + ofTwoBuckets)))
        .containsExactly(
            "skipped 7 1 100 schema 77 is not known",
            "skipped 7 2 101 spans of 3 and 0 buckets, but 2 and 0 are there");
    assertThat(
            Told.by(
                Logs.bytes(
                    "04"
                        + head
                        + "00 00 0000000000000007 02 0161 0162 0161 0163"
                        + "02 02 0000000000000008 01 0161 0162")))
        .containsExactly("skipped 4 1 100 label \"a\" occurs twice", "exemplar 2 101 8 {a=\"b\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {-9, -4, 0, 8, 9, 52})
  void readsHistogramsOfAllReservedSchemas(int schema) {
    HeapByteSink sink = ByteSink.onHeap(0);
    sink.putBytes(Logs.bytes("07 0000000000000001 0000000000000064 00 00 00"));
    sink.putVarint(schema);
    sink.putBytes(Logs.bytes("0000000000000000 00 00 0000000000000000 00 00 00 00"));

    assertThat(Told.by(sink.toByteArray()))
        .singleElement()
        .asString()
        .startsWith("histogram 1 100 Histogram[schema=" + schema + " ");
  }

  @ParameterizedTest
  @ValueSource(ints = {-54, -52, -10, 53, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void skipsHistogramsOfOtherSchemas(int schema) {
    HeapByteSink sink = ByteSink.onHeap(0);
    sink.putBytes(Logs.bytes("08 0000000000000001 0000000000000064 00 00 00"));
    sink.putVarint(schema);
    sink.putBytes(new byte[4 * Long.BYTES + 4]);

    assertThat(Told.by(sink.toByteArray()))
        .containsExactly("skipped 8 1 100 schema " + schema + " is not known");
  }

  @Test
  void namesThePlaceOfTheFault() {
    byte[] record = Logs.bytes("ffff 03 0000000000000001 00 00 aa");
    var reader = new ByteReader(record, 2, record.length - 2, "wal/00000003, record at 7", 0);

    assertThatThrownBy(() -> RecordDecoder.decode(reader, new Told()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageStartingWith("wal/00000003, record at 7 at offset 11: ");
  }

  /// Every prefix of a record is either what comes out of a shorter record or a fault.
  @Test
  void survivesEveryTruncation() {
    for (byte[] record : records()) {
      List<String> whole = Told.by(record);
      for (int length = 0; length < record.length; length++) {
        var told = new Told();
        try {
          RecordDecoder.decode(new ByteReader(record, 0, length, "test", 0), told);
        } catch (CorruptionException e) {
          assertThat(e.offset()).isLessThanOrEqualTo(length);
        }
        assertThat(told.lines).isEqualTo(whole.subList(0, told.lines.size()));
      }
    }
  }

  @Test
  void survivesNoise() {
    RandomGenerator random = Logs.random();
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      if (noise.length > 0) {
        noise[0] = (byte) random.nextInt(15);
      }
      var told = new Told();
      try {
        RecordDecoder.decode(new ByteReader(noise, 0, noise.length, "noise", 0), told);
      } catch (CorruptionException e) {
        assertThat(e.file()).isEqualTo("noise");
      }
      assertThat(told.lines.size()).isLessThanOrEqualTo(noise.length);
    }
  }

  private static List<byte[]> records() {
    HeapByteSink series = ByteSink.onHeap(0);
    RecordEncoder.seriesStart(series);
    RecordEncoder.series(series, 1, Labels.of("__name__", "up", "job", "node").encoded());
    RecordEncoder.series(series, 2, Labels.of("__name__", "up", "job", "ö").encoded());
    HeapByteSink samples = ByteSink.onHeap(0);
    long[] refs = {1, 2, 300, 1L << 60};
    long[] times = {1_700_000_000_000L, 1_700_000_000_000L, 1_700_000_015_000L, 0};
    RecordEncoder.samples(samples, refs, times, refs, 0, 4);
    HeapByteSink tombstones = ByteSink.onHeap(0);
    RecordEncoder.tombstonesStart(tombstones);
    RecordEncoder.tombstone(tombstones, 1, 5, 1_700_000_000_000L);
    RecordEncoder.tombstone(tombstones, 2, 5, 6);
    var records =
        new ArrayList<>(
            List.of(series.toByteArray(), samples.toByteArray(), tombstones.toByteArray()));
    for (String name : PrometheusRecordsTest.ALL) {
      records.add(Logs.bytes(Golden.line(name)));
    }
    return records;
  }
}
