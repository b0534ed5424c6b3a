package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static io.varve.remote.TestServer.snappy;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.BucketSpan;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Histogram;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.MetricMetadata;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Remote write over HTTP, whatever the store.
abstract class WriteContract {
  @TempDir private Path directory;
  private Varve store;
  private TestServer server;

  /// An empty store.
  abstract Varve open(Path directory) throws IOException;

  @BeforeEach
  void start() throws IOException {
    store = open(directory);
    server = TestServer.over(store);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    store.close();
  }

  /// Bits of the values of a series by their times.
  private Map<Long, Long> stored(String... labels) {
    var samples = new TreeMap<Long, Long>();
    try (Querier querier = store.querier(0, Long.MAX_VALUE)) {
      for (SeriesSet set = querier.select(Matcher.regex("__name__", ".*")); set.next(); ) {
        if (set.labels().equals(Labels.of(labels))) {
          for (SampleCursor c = set.samples(); c.next(); ) {
            samples.put(c.timestamp(), Double.doubleToRawLongBits(c.value()));
          }
        }
      }
    }
    return samples;
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  @Test
  void storesSamplesAndAnswersWithNoContent() throws Exception {
    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "up", "job", "a")
                    .addSamples(sample(NOW, 1))
                    .addSamples(sample(NOW + 15_000, 0)),
                series("__name__", "up", "job", "b").addSamples(sample(NOW, -2.5))));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(stored("__name__", "up", "job", "a"))
        .isEqualTo(Map.of(NOW, bits(1), NOW + 15_000, bits(0)));
    assertThat(stored("__name__", "up", "job", "b")).isEqualTo(Map.of(NOW, bits(-2.5)));
  }

  @Test
  void keepsEveryBitOfAValue() throws Exception {
    double stale = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);
    double nan = Double.longBitsToDouble(SampleValue.NORMAL_NAN_BITS);

    server.write(
        request(
            series("__name__", "x")
                .addSamples(sample(NOW, stale))
                .addSamples(sample(NOW + 1, nan))
                .addSamples(sample(NOW + 2, -0.0))
                .addSamples(sample(NOW + 3, Double.NEGATIVE_INFINITY))));

    assertThat(stored("__name__", "x"))
        .isEqualTo(
            Map.of(
                NOW,
                SampleValue.STALE_NAN_BITS,
                NOW + 1,
                SampleValue.NORMAL_NAN_BITS,
                NOW + 2,
                bits(-0.0),
                NOW + 3,
                bits(Double.NEGATIVE_INFINITY)));
  }

  @Test
  void acceptsAnEmptyRequest() throws Exception {
    assertThat(server.write(WriteRequest.getDefaultInstance()).statusCode()).isEqualTo(204);
  }

  @Test
  void keepsLabelsInUtf8AndLongOnes() throws Exception {
    String longValue = "é€😀".repeat(1000);

    HttpResponse<String> response =
        server.write(
            request(series("__name__", "ü", "l.with dots", longValue).addSamples(sample(NOW, 7))));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(stored("__name__", "ü", "l.with dots", longValue)).hasSize(1);
  }

  @Test
  void takesAnEqualSampleTwice() throws Exception {
    WriteRequest request = request(series("__name__", "x").addSamples(sample(NOW, 3)));

    assertThat(server.write(request).statusCode()).isEqualTo(204);
    assertThat(server.write(request).statusCode()).isEqualTo(204);
  }

  @Test
  void storesTheRestOfARequestWithAnOutOfOrderSample() throws Exception {
    server.write(request(series("__name__", "x").addSamples(sample(NOW, 3))));

    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "x")
                    .addSamples(sample(NOW - 1000, 1))
                    .addSamples(sample(NOW - 500, 1))
                    .addSamples(sample(NOW + 1000, 4)),
                series("__name__", "y").addSamples(sample(NOW, 1))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            "2 of 4 samples were not stored (2 out of order sample); the first: out of order"
                + " sample of the series {__name__=\"x\"} at 1699999999000\n");
    assertThat(stored("__name__", "x")).isEqualTo(Map.of(NOW, bits(3), NOW + 1000, bits(4)));
    assertThat(stored("__name__", "y")).hasSize(1);
  }

  @Test
  void refusesAnotherValueForTheSameTime() throws Exception {
    server.write(request(series("__name__", "x").addSamples(sample(NOW, 3))));

    HttpResponse<String> response =
        server.write(request(series("__name__", "x").addSamples(sample(NOW, 4))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("1 duplicate sample for timestamp");
    assertThat(stored("__name__", "x")).isEqualTo(Map.of(NOW, bits(3)));
  }

  @Test
  void refusesSamplesMoreThanTenMinutesAhead() throws Exception {
    long limit = NOW + 600_000;

    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "x")
                    .addSamples(sample(limit, 1))
                    .addSamples(sample(limit + 1, 2)),
                series("__name__", "never").addSamples(sample(Long.MAX_VALUE, 2))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            "2 of 3 samples were not stored (2 too far in the future); the first: out of bounds,"
                + " more than 10 minutes in the future, of the series {__name__=\"x\"} at "
                + (limit + 1)
                + "\n");
    assertThat(stored("__name__", "x")).isEqualTo(Map.of(limit, bits(1)));
    try (Querier querier = store.querier(0, Long.MAX_VALUE)) {
      assertThat(querier.series(Matcher.equal("__name__", "never"))).isEmpty();
    }
  }

  @Test
  void storesTheRestOfARequestWithInvalidLabels() throws Exception {
    TimeSeries.Builder notUtf8 =
        TimeSeries.newBuilder()
            .addLabels(Label.newBuilder().setName("__name__").setValue("x"))
            .addSamples(sample(NOW, 1));
    byte[] damaged = request(notUtf8).toByteArray();
    damaged[indexOf(damaged, (byte) 'x')] = (byte) 0xff;

    check(request(series("job", "a", "__name__", "x")), "labels are not sorted");
    check(request(series("__name__", "x", "a", "1", "a", "2")), "label \"a\" occurs twice");
    check(request(series("__name__", "x", "", "1")), "a label name is empty");
    check(request(series("__name__", "x", "a", "")), "the value of label \"a\" is empty");
    check(request(series("a", "1")), "the label __name__ is missing");
    check(request(series()), "the label __name__ is missing");
    HttpResponse<String> response = server.writeRaw(snappy(damaged));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("1 invalid labels").contains("is not valid UTF-8");
  }

  private void check(WriteRequest bad, String reason) throws Exception {
    TimeSeries.Builder series = bad.getTimeseries(0).toBuilder();
    WriteRequest request =
        request(
            series.addSamples(sample(NOW, 1)).addSamples(sample(NOW + 1, 1)),
            series("__name__", "good", "reason", reason).addSamples(sample(NOW, 1)));

    HttpResponse<String> response = server.write(request);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .startsWith("2 of 3 samples were not stored (2 invalid labels); the first: ")
        .contains(reason);
    assertThat(stored("__name__", "good", "reason", reason)).hasSize(1);
  }

  private static int indexOf(byte[] bytes, byte wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new IllegalArgumentException();
  }

  @Test
  void storesHistograms() throws Exception {
    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "h").addHistograms(histogram(3)),
                series("__name__", "x").addSamples(sample(NOW, 1))));

    assertThat(response.body()).isEmpty();
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(stored("__name__", "x")).hasSize(1);
  }

  @Test
  void refusesHistogramsWhoseCountsDoNotAddUpAndStoresTheSamplesBeside() throws Exception {
    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "h").addHistograms(histogram(4)),
                series("__name__", "x").addSamples(sample(NOW, 1))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            "1 of 2 samples were not stored (1 invalid histogram); the first: invalid histogram"
                + " (the count of observations is not that of all buckets) of the series"
                + " {__name__=\"h\"} at "
                + NOW
                + "\n");
    assertThat(stored("__name__", "x")).hasSize(1);
  }

  private static Histogram.Builder histogram(long count) {
    return Histogram.newBuilder()
        .setTimestamp(NOW)
        .setSchema(1)
        .setCountInt(count)
        .setZeroCountInt(1)
        .setSum(4.5)
        .addPositiveSpans(BucketSpan.newBuilder().setOffset(-2).setLength(2))
        .addPositiveDeltas(1)
        .addPositiveDeltas(0);
  }

  @Test
  void countsExemplarsAndMetadata() throws Exception {
    WriteRequest request =
        request(
                series("__name__", "x")
                    .addSamples(sample(NOW, 1))
                    .addExemplars(Exemplar.newBuilder().setValue(1).setTimestamp(NOW)))
            .toBuilder()
            .addMetadata(MetricMetadata.newBuilder().setMetricFamilyName("x").setHelp("help"))
            .build();

    assertThat(server.write(request).statusCode()).isEqualTo(204);
    assertThat(server.get("/metrics").body())
        .contains("varve_remote_write_exemplars_total 1.0")
        .contains("varve_remote_write_metadata_total 1.0");
  }

  @Test
  void skipsFieldsItDoesNotKnow() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                900,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(1)
                    .addFixed32(2)
                    .addFixed64(3)
                    .addLengthDelimited(ByteString.copyFromUtf8("four"))
                    .addGroup(
                        UnknownFieldSet.newBuilder()
                            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                            .build())
                    .build())
            .build();
    TimeSeries.Builder series =
        TimeSeries.newBuilder()
            .setUnknownFields(unknown)
            .addLabels(
                Label.newBuilder().setName("__name__").setValue("x").setUnknownFields(unknown))
            .addSamples(sample(NOW, 1).toBuilder().setUnknownFields(unknown));

    HttpResponse<String> response =
        server.write(request(series).toBuilder().setUnknownFields(unknown).build());

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(stored("__name__", "x")).hasSize(1);
  }

  @Test
  void takesFieldsInAnyOrder() throws Exception {
    byte[] label =
        message(out -> {
          out.writeString(2, "x");
          out.writeString(1, "__name__");
        });
    byte[] first =
        message(out -> {
          out.writeInt64(2, NOW);
          out.writeDouble(1, 5);
        });
    byte[] series =
        message(out -> {
          out.writeByteArray(2, first);
          out.writeByteArray(1, label);
          out.writeByteArray(2, sample(NOW + 1, 6).toByteArray());
        });

    HttpResponse<String> response =
        server.writeRaw(snappy(message(out -> out.writeByteArray(1, series))));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    assertThat(stored("__name__", "x")).isEqualTo(Map.of(NOW, bits(5), NOW + 1, bits(6)));
  }

  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.to(out);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void refusesEveryPrefixOfADamagedMessageOrTakesItWhole() throws Exception {
    byte[] body =
        request(
                series("__name__", "x", "a", "1")
                    .addSamples(sample(NOW, 1))
                    .addSamples(sample(NOW + 1, 2))
                    .addExemplars(Exemplar.newBuilder().setValue(1)),
                series("__name__", "y").addSamples(sample(NOW, 1)))
            .toByteArray();
    int firstEnd = 2 + body[1];

    for (int length = 0; length < body.length; length++) {
      HttpResponse<String> response = server.writeRaw(snappy(Arrays.copyOf(body, length)));

      boolean whole = length == 0 || length == firstEnd;
      assertThat(response.statusCode())
          .as("prefix of %d bytes", length)
          .isEqualTo(whole ? 204 : 400);
      assertThat(stored("__name__", "x", "a", "1")).hasSize(length < firstEnd ? 0 : 2);
      assertThat(stored("__name__", "y")).isEmpty();
    }
  }

  @Test
  void refusesADamagedMessageWhole() throws Exception {
    byte[] good = request(series("__name__", "x").addSamples(sample(NOW, 1))).toByteArray();

    assertMalformed(good, new byte[] {0x0a}, "cut short");
    assertMalformed(good, new byte[] {0x0a, 5, 1}, "cut short");
    assertMalformed(good, new byte[] {0x08, 1}, "field 1 is of the wrong type");
    assertMalformed(good, new byte[] {0x0a, 2, 0x08, 1}, "field 1 is of the wrong type");
    assertMalformed(good, new byte[] {0x02, 0}, "no valid number");
    assertMalformed(good, new byte[] {0x37}, "wire type 7");
    assertMalformed(good, new byte[] {0x33, 0x33}, "cut short");
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0xff);
    endless[0] = 0x20;
    assertMalformed(good, endless, "varint does not end");
    byte[] nested = new byte[3000];
    Arrays.fill(nested, (byte) 0x33);
    assertMalformed(good, nested, "nested too deep");
  }

  private void assertMalformed(byte[] good, byte[] bad, String what) throws Exception {
    byte[] body = Arrays.copyOf(good, good.length + bad.length);
    System.arraycopy(bad, 0, body, good.length, bad.length);

    HttpResponse<String> response = server.writeRaw(snappy(body));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .startsWith("the body is no remote write request: ")
        .contains(what)
        .endsWith("\n");
    assertThat(stored("__name__", "x")).isEmpty();
  }

  @Test
  void refusesWhatIsNoSnappyBlock() throws Exception {
    byte[] message = request(series("__name__", "x").addSamples(sample(NOW, 1))).toByteArray();

    assertThat(server.writeRaw(message).statusCode()).isEqualTo(400);
    assertThat(server.writeRaw(new byte[0]).statusCode()).isEqualTo(400);
    assertThat(server.writeRaw("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)).body())
        .isEqualTo("the request body is not a Snappy block\n");
    byte[] block = snappy(message);
    for (int length = 0; length < block.length; length++) {
      assertThat(server.writeRaw(Arrays.copyOf(block, length)).statusCode()).isEqualTo(400);
    }
    assertThat(stored("__name__", "x")).isEmpty();
  }

  @Test
  void answersEveryBodyWithOneSentence() throws Exception {
    byte[] block =
        snappy(request(series("__name__", "x").addSamples(sample(NOW, 1))).toByteArray());
    for (int i = 0; i < block.length; i++) {
      byte[] flipped = block.clone();
      flipped[i] ^= 0x55;
      HttpResponse<String> response = server.writeRaw(flipped);
      assertThat(response.statusCode()).isIn(204, 400);
      assertThat(response.body().lines()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void servesPostOnly() throws Exception {
    for (String method : new String[] {"GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}) {
      HttpResponse<String> response =
          server.send(server.request("/api/v1/write").method(method, BodyPublishers.noBody()));
      assertThat(response.statusCode()).as(method).isEqualTo(405);
      assertThat(response.headers().firstValue("Allow")).contains("POST");
    }
  }

  @Test
  void refusesOtherCodingsAndTypes() throws Exception {
    assertThat(status("gzip", TestServer.PROTOBUF)).isEqualTo(415);
    assertThat(status("snappy", "text/plain")).isEqualTo(415);
    assertThat(status("snappy", "application/json")).isEqualTo(415);
    assertThat(status("snappy", "application/x-protobuf;proto=other.Message")).isEqualTo(415);
    assertThat(status("snappy", "application/x-protobuf;broken")).isEqualTo(415);
    assertThat(status("snappy", "application/x-protobuf;proto=prometheus.WriteRequest"))
        .isEqualTo(204);
    assertThat(status("Snappy", "Application/X-Protobuf; proto=prometheus.WriteRequest"))
        .isEqualTo(204);
  }

  private int status(String coding, String type) throws Exception {
    return server
        .send(
            server
                .request("/api/v1/write")
                .header("Content-Encoding", coding)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(snappy(new byte[0]))))
        .statusCode();
  }

  @Test
  void takesMissingHeadersForVersionOne() throws Exception {
    HttpResponse<String> response =
        server.send(
            server.request("/api/v1/write").POST(BodyPublishers.ofByteArray(snappy(new byte[0]))));

    assertThat(response.statusCode()).isEqualTo(204);
  }

  @Test
  void tellsSendersOfVersionTwoToFallBack() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request("/api/v1/write")
                .header("Content-Encoding", "snappy")
                .header(
                    "Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
                .header("X-Prometheus-Remote-Write-Version", "2.0.0")
                .POST(BodyPublishers.ofByteArray(snappy(new byte[0]))));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("remote write 2.0 is not supported");
  }
}
