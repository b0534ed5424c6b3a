package io.varve.remote;

import static io.varve.remote.TestServer.snappy;
import static io.varve.remote.TestServer.unsnappy;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.fixture.Property;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ChunkedReadResponse;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.QueryResult;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.RemoteProto.ReadResponse;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.ReadHints;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Remote read over HTTP, whatever the store.
abstract class ReadContract {
  private static final long T0 = 1_700_000_000_000L;
  private static final long STEP = 15_000;
  private static final int SAMPLES = 500;
  private static final long T1 = T0 + (SAMPLES - 1) * STEP;
  private static final int MAX_FRAME = 2000;

  @TempDir private Path directory;
  private Varve store;
  private TestServer server;

  /// What is in the store: bits of the values.
  private final Map<Labels, Map<Long, Long>> data = new TreeMap<>();

  /// An empty store.
  abstract Varve open(Path directory) throws IOException;

  @BeforeEach
  void start() throws IOException {
    store = open(directory);
    var random = Property.random();
    try (Appender appender = store.appender()) {
      for (int i = 0; i < SAMPLES; i++) {
        for (String job : List.of("a", "b", "c")) {
          append(appender, Labels.of("__name__", "x", "job", job), i, random.nextDouble());
        }
        append(appender, Labels.of("__name__", "y"), i, i % 7 == 0 ? 0.0 : -0.0);
      }
      appender.commit();
    }
    server = TestServer.over(store, o -> o.withMaxFrameBytes(MAX_FRAME).withMaxSamples(2500));
  }

  private void append(Appender appender, Labels labels, int i, double value) {
    appender.append(labels, T0 + i * STEP, value);
    data.computeIfAbsent(labels, l -> new TreeMap<>())
        .put(T0 + i * STEP, Double.doubleToRawLongBits(value));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    store.close();
  }

  private static LabelMatcher matcher(LabelMatcher.Type type, String name, String value) {
    return LabelMatcher.newBuilder().setType(type).setName(name).setValue(value).build();
  }

  private static Query query(long mint, long maxt, LabelMatcher... matchers) {
    return Query.newBuilder()
        .setStartTimestampMs(mint)
        .setEndTimestampMs(maxt)
        .addAllMatchers(Arrays.asList(matchers))
        .build();
  }

  private static Query all(long mint, long maxt) {
    return query(mint, maxt, matcher(LabelMatcher.Type.RE, "__name__", ".+"));
  }

  private static ReadRequest request(ResponseType type, Query... queries) {
    return ReadRequest.newBuilder()
        .addAllQueries(Arrays.asList(queries))
        .addAcceptedResponseTypes(type)
        .build();
  }

  private static ReadResponse samples(HttpResponse<byte[]> response) throws Exception {
    assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
    assertThat(response.headers().firstValue("Content-Encoding")).contains("snappy");
    return ReadResponse.parseFrom(unsnappy(response.body()));
  }

  private static List<ChunkedReadResponse> frames(HttpResponse<byte[]> response) throws Exception {
    assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
    assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    return Frames.parse(response.body());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static Map<Labels, Map<Long, Long>> bits(QueryResult result) {
    var all = new TreeMap<Labels, Map<Long, Long>>();
    for (TimeSeries series : result.getTimeseriesList()) {
      var samples = new TreeMap<Long, Long>();
      for (Sample sample : series.getSamplesList()) {
        samples.put(sample.getTimestamp(), Double.doubleToRawLongBits(sample.getValue()));
      }
      assertThat(all.put(Frames.labels(series.getLabelsList()), samples)).isNull();
    }
    return all;
  }

  /// What the answer to a query should hold.
  private Map<Labels, Map<Long, Long>> expected(long mint, long maxt, String... keys) {
    var all = new TreeMap<Labels, Map<Long, Long>>();
    data.forEach((labels, samples) -> {
      if (Arrays.asList(keys).contains(key(labels))) {
        all.put(
            labels, new TreeMap<>(((TreeMap<Long, Long>) samples).subMap(mint, true, maxt, true)));
      }
    });
    return all;
  }

  /// `x/a`, `x/b`, `x/c` or `y`.
  private static String key(Labels labels) {
    return labels.get("__name__") + (labels.get("job") == null ? "" : "/" + labels.get("job"));
  }

  private void assertSelects(Query query, String... keys) throws Exception {
    Map<Labels, Map<Long, Long>> expected =
        expected(query.getStartTimestampMs(), query.getEndTimestampMs(), keys);

    ReadResponse samples = samples(server.read(request(ResponseType.SAMPLES, query)));
    List<ChunkedReadResponse> chunks =
        frames(server.read(request(ResponseType.STREAMED_XOR_CHUNKS, query)));

    assertThat(samples.getResultsCount()).isEqualTo(1);
    assertThat(bits(samples.getResults(0))).isEqualTo(expected);
    assertThat(Frames.samples(chunks, 0)).isEqualTo(expected);
  }

  @Test
  void answersWithAllSamplesOfTheRange() throws Exception {
    assertSelects(all(T0, T1), "x/a", "x/b", "x/c", "y");
    assertSelects(all(T0 + 1, T1 - 1), "x/a", "x/b", "x/c", "y");
    assertSelects(all(T0 + 77 * STEP, T0 + 77 * STEP), "x/a", "x/b", "x/c", "y");
    assertSelects(all(0, T0), "x/a", "x/b", "x/c", "y");
    assertSelects(all(0, T0 - 1));
    assertSelects(all(T1 + 1, T1 + STEP));
  }

  @Test
  void knowsAllTypesOfMatchers() throws Exception {
    assertSelects(
        query(T0, T1, matcher(LabelMatcher.Type.EQ, "__name__", "x")), "x/a", "x/b", "x/c");
    assertSelects(
        query(
            T0,
            T1,
            matcher(LabelMatcher.Type.EQ, "__name__", "x"),
            matcher(LabelMatcher.Type.NEQ, "job", "b")),
        "x/a",
        "x/c");
    assertSelects(query(T0, T1, matcher(LabelMatcher.Type.RE, "job", "[ab]")), "x/a", "x/b");
    assertSelects(
        query(
            T0,
            T1,
            matcher(LabelMatcher.Type.NRE, "job", "[ab]"),
            matcher(LabelMatcher.Type.NEQ, "__name__", "")),
        "x/c",
        "y");
    assertSelects(query(T0, T1, matcher(LabelMatcher.Type.EQ, "__name__", "none")));
  }

  @Test
  void answersSeveralQueriesInTheirOrder() throws Exception {
    Query first = query(T0, T0 + 9 * STEP, matcher(LabelMatcher.Type.EQ, "job", "c"));
    Query second = query(T0, T1, matcher(LabelMatcher.Type.EQ, "job", "none"));
    Query third = query(T0 + STEP, T1, matcher(LabelMatcher.Type.EQ, "__name__", "y"));

    ReadResponse samples =
        samples(server.read(request(ResponseType.SAMPLES, first, second, third)));
    List<ChunkedReadResponse> chunks =
        frames(server.read(request(ResponseType.STREAMED_XOR_CHUNKS, first, second, third)));

    assertThat(samples.getResultsList().stream().map(ReadContract::bits))
        .containsExactly(
            expected(T0, T0 + 9 * STEP, "x/c"), Map.of(), expected(T0 + STEP, T1, "y"));
    assertThat(Frames.samples(chunks, 0)).isEqualTo(expected(T0, T0 + 9 * STEP, "x/c"));
    assertThat(Frames.samples(chunks, 1)).isEmpty();
    assertThat(Frames.samples(chunks, 2)).isEqualTo(expected(T0 + STEP, T1, "y"));
    assertThat(chunks.stream().map(ChunkedReadResponse::getQueryIndex)).isSorted();
  }

  @Test
  void streamsSeriesInOrderAndSplitsThemIntoFrames() throws Exception {
    HttpResponse<byte[]> response =
        server.read(request(ResponseType.STREAMED_XOR_CHUNKS, all(T0, T1)));

    var sizes = new ArrayList<Integer>();
    List<ChunkedReadResponse> frames = Frames.parse(response.body(), sizes);
    List<Labels> order =
        frames.stream().map(f -> Frames.labels(f.getChunkedSeries(0).getLabelsList())).toList();
    assertThat(order).isSorted();
    // A chunk of 120 random values has some 1000 bytes, so there are about two to a frame.
    assertThat(frames.size()).isBetween(7, 14);
    assertThat(sizes).allMatch(size -> size < MAX_FRAME + 1200);
    assertThat(frames).allMatch(frame -> frame.getChunkedSeries(0).getChunksCount() > 0);
  }

  @Test
  void answersWithTheFirstAcceptedTypeItKnows() throws Exception {
    ReadRequest.Builder request = ReadRequest.newBuilder().addQueries(all(T0, T0));

    assertThat(samples(server.read(request.build())).getResults(0).getTimeseriesCount())
        .isEqualTo(4);
    request.addAcceptedResponseTypesValue(77);
    assertThat(server.read(request.build()).statusCode()).isEqualTo(400);
    request.addAcceptedResponseTypes(ResponseType.STREAMED_XOR_CHUNKS);
    request.addAcceptedResponseTypes(ResponseType.SAMPLES);
    assertThat(frames(server.read(request.build()))).hasSize(4);
    assertThat(server.get("/metrics").body())
        .contains("varve_remote_read_queries_total{response_type=\"samples\"} 1.0")
        .contains("varve_remote_read_queries_total{response_type=\"streamed_xor_chunks\"} 1.0");
  }

  @Test
  void narrowsTheRangeToThatOfTheHints() throws Exception {
    ReadHints.Builder hints = ReadHints.newBuilder().setStepMs(STEP).setFunc("rate");
    Query.Builder query = all(T0, T1).toBuilder();

    Query unset = query.setHints(hints).build();
    Query set = query.setHints(hints.setStartMs(T0 + STEP).setEndMs(T0 + 3 * STEP)).build();

    assertThat(bits(samples(server.read(request(ResponseType.SAMPLES, unset))).getResults(0)))
        .isEqualTo(expected(T0, T1, "x/a", "x/b", "x/c", "y"));
    assertThat(bits(samples(server.read(request(ResponseType.SAMPLES, set))).getResults(0)))
        .isEqualTo(expected(T0 + STEP, T0 + 3 * STEP, "x/a", "x/b", "x/c", "y"));
    assertThat(
            Frames.samples(frames(server.read(request(ResponseType.STREAMED_XOR_CHUNKS, set))), 0))
        .isEqualTo(expected(T0 + STEP, T0 + 3 * STEP, "x/a", "x/b", "x/c", "y"));
  }

  @Test
  void answersWithLabelsAloneWhereTheySuffice() throws Exception {
    Query query =
        all(T0, T1).toBuilder().setHints(ReadHints.newBuilder().setFunc("series")).build();

    ReadResponse samples = samples(server.read(request(ResponseType.SAMPLES, query)));
    List<ChunkedReadResponse> chunks =
        frames(server.read(request(ResponseType.STREAMED_XOR_CHUNKS, query)));

    assertThat(samples.getResults(0).getTimeseriesList())
        .hasSize(4)
        .allMatch(series -> series.getLabelsCount() > 0 && series.getSamplesCount() == 0);
    assertThat(chunks)
        .hasSize(4)
        .allMatch(frame -> frame.getChunkedSeries(0).getChunksCount() == 0);
    assertThat(Frames.samples(chunks, 0).keySet()).isEqualTo(data.keySet());
  }

  @Test
  void limitsTheSamplesOfAnUnstreamedAnswer() throws Exception {
    Query tooMuch = query(T0, T1, matcher(LabelMatcher.Type.EQ, "__name__", "y"));
    try (TestServer small = TestServer.over(store, o -> o.withMaxSamples(SAMPLES - 1))) {
      HttpResponse<byte[]> response = small.read(request(ResponseType.SAMPLES, tooMuch));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(text(response)).isEqualTo("exceeded sample limit (499)\n");
      assertThat(frames(small.read(request(ResponseType.STREAMED_XOR_CHUNKS, tooMuch))))
          .isNotEmpty();
    }
    try (TestServer large = TestServer.over(store, o -> o.withMaxSamples(SAMPLES))) {
      assertThat(large.read(request(ResponseType.SAMPLES, tooMuch)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void limitsTheBytesOfAnUnstreamedAnswer() throws Exception {
    try (TestServer small = TestServer.over(store, o -> o.withMaxResponseBytes(1000))) {
      HttpResponse<byte[]> response = small.read(request(ResponseType.SAMPLES, all(T0, T1)));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(text(response)).contains("more than 1000 bytes");
      assertThat(small.read(request(ResponseType.SAMPLES, all(T0, T0))).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void refusesWhatMakesNoSense() throws Exception {
    assertRefused(
        request(ResponseType.SAMPLES, all(2, 1)), "the query starts at 2, after it ends at 1");
    assertRefused(request(ResponseType.SAMPLES, query(1, 2)), "the query has no matcher");
    LabelMatcher unknown =
        LabelMatcher.newBuilder().setTypeValue(9).setName("a").setValue("b").build();
    assertRefused(
        request(ResponseType.STREAMED_XOR_CHUNKS, query(1, 2, unknown)),
        "the matcher type 9 is not known");
    assertRefused(
        request(ResponseType.SAMPLES, query(1, 2, matcher(LabelMatcher.Type.RE, "a", "("))), "(");
    assertRefused(
        request(ResponseType.SAMPLES, query(1, 2, matcher(LabelMatcher.Type.NRE, "a", "(?=x)"))),
        "(?=x)");
  }

  @Test
  void doesNotSendALongMistakeBack() throws Exception {
    Query query = query(1, 2, matcher(LabelMatcher.Type.RE, "a\n", "(".repeat(100_000)));

    HttpResponse<byte[]> response = server.read(request(ResponseType.SAMPLES, query));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(response)).hasSizeLessThan(1100);
    assertThat(text(response).lines()).hasSize(1);
  }

  private void assertRefused(ReadRequest request, String reason) throws Exception {
    HttpResponse<byte[]> response = server.read(request);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(response)).contains(reason);
    assertThat(text(response).lines()).hasSize(1);
  }

  @Test
  void refusesDamagedRequests() throws Exception {
    byte[] good = request(ResponseType.SAMPLES, all(T0, T0)).toByteArray();
    for (int length = 1; length < good.length; length++) {
      // Without its last field the request is whole, and asks for samples as well.
      int expected = length == good.length - 3 ? 200 : 400;
      HttpResponse<byte[]> response = server.readRaw(snappy(Arrays.copyOf(good, length)));
      assertThat(response.statusCode()).as("prefix of %d bytes", length).isEqualTo(expected);
    }
    assertThat(server.readRaw(good).statusCode()).isEqualTo(400);
    assertThat(server.readRaw(new byte[0]).statusCode()).isEqualTo(400);
  }

  @Test
  void refusesRequestsThatWouldBlowUpInMemory() throws Exception {
    byte[] matchers = new byte[300_000];
    for (int i = 0; i < matchers.length; i += 2) {
      matchers[i] = 0x1a;
    }
    byte[] body =
        ReadRequest.newBuilder().addQueries(Query.parseFrom(matchers)).build().toByteArray();

    HttpResponse<byte[]> response = server.readRaw(snappy(body));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(response)).contains("more than 100000 conditions");
  }

  @Test
  void answersARequestWithoutQueries() throws Exception {
    assertThat(samples(server.read(ReadRequest.getDefaultInstance())).getResultsCount()).isZero();
  }

  @Test
  void servesPostOnlyAndSnappyOnly() throws Exception {
    assertThat(server.get("/api/v1/read").statusCode()).isEqualTo(405);
    assertThat(
            server
                .send(
                    server
                        .request("/api/v1/read")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(new byte[10])))
                .statusCode())
        .isEqualTo(415);
  }
}
