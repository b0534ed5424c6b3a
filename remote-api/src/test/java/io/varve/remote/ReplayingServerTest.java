package io.varve.remote;

import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Opening;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.GatedDisk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.RemoteProto.ReadResponse;
import io.varve.remote.TypesProto.LabelMatcher;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose store still replays its log.
final class ReplayingServerTest {
  private static final long RANGE = 7_200_000;
  private static final long START = 1_690_000_000_000L / RANGE * RANGE;

  /// Where the block ends and the head begins.
  private static final long END = START + RANGE;

  private static final VarveOptions OPTIONS =
      VarveOptions.defaults().withMaintenance(false).withHeadSnapshot(false);

  @TempDir Path directory;

  private final AtomicReference<Varve> store = new AtomicReference<>();

  private void fill() throws IOException {
    try (Varve db = Varve.open(directory, OPTIONS);
        Appender app = db.appender()) {
      for (long t = START; t < END + RANGE; t += 60_000) {
        app.append(Labels.of("__name__", "up", "half", t < END ? "old" : "new"), t, 1);
      }
      app.commit();
      db.maintain();
      assertThat(db.blocks()).hasSize(1);
    }
  }

  private interface Check {
    void accept(TestServer server) throws Exception;
  }

  private void whileReplaying(Check check, Check afterwards) throws Exception {
    fill();
    var gated = new GatedDisk(new LocalDisk(), "wal");
    try (TestServer server = TestServer.over(() -> Optional.ofNullable(store.get()));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Opening opening = Varve.begin(directory, OPTIONS.withDisk(gated.disk()))) {
      assertThat(replay(server)).contains("\"state\":\"waiting\"");
      server.server().serveWhile(opening);
      Future<Varve> opened = threads.submit(opening::finish);
      try {
        gated.awaitReached();
        check.accept(server);
      } finally {
        gated.open();
      }
      try (Varve open = opened.get()) {
        store.set(open);
        afterwards.accept(server);
      }
    }
  }

  private static String replay(TestServer server) throws Exception {
    HttpResponse<String> response = server.get("/api/v1/status/walreplay");
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static void assertNotReady(HttpResponse<?> response) {
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("5");
    assertThat(response.headers().firstValue("X-Prometheus-Stopping")).contains("false");
  }

  private static String range(long from, long to) {
    return "start=" + from / 1000 + "&end=" + to / 1000;
  }

  @Test
  void tellsHowFarTheReplayIs() throws Exception {
    whileReplaying(
        server -> {
          HttpResponse<String> ready = server.get("/-/ready");
          assertNotReady(ready);
          assertThat(ready.body()).isEqualTo("the log is being replayed, segment 0 of 0 to 1\n");
          assertThat(replay(server))
              .isEqualTo(
                  "{\"status\":\"success\",\"data\":"
                      + "{\"min\":0,\"max\":1,\"current\":0,\"state\":\"in progress\"}}");
        },
        server -> {
          assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);
          assertThat(replay(server))
              .isEqualTo(
                  "{\"status\":\"success\",\"data\":"
                      + "{\"min\":0,\"max\":1,\"current\":1,\"state\":\"done\"}}");
        });
  }

  @Test
  void labelsOfBlocksAreAnswered() throws Exception {
    whileReplaying(
        server -> {
          String old = range(START, END - 1000);
          assertThat(server.get("/api/v1/label/half/values?" + old).body())
              .isEqualTo("{\"status\":\"success\",\"data\":[\"old\"]}");
          assertThat(server.get("/api/v1/labels?" + old).body()).contains("half");
          assertThat(server.get("/api/v1/series?match[]=up&" + old).body()).contains("old");
          assertNotReady(server.get("/api/v1/label/half/values?" + range(START, END)));
          assertNotReady(server.get("/api/v1/labels"));
          assertNotReady(server.get("/api/v1/series?match[]=up"));
          assertNotReady(server.get("/api/v1/metadata"));
          assertThat(server.get("/api/v1/labels?start=x").statusCode()).isEqualTo(400);
        },
        server ->
            assertThat(server.get("/api/v1/label/half/values").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"new\",\"old\"]}"));
  }

  @Test
  void samplesOfBlocksAreAnswered() throws Exception {
    whileReplaying(
        server -> {
          for (ResponseType type :
              new ResponseType[] {ResponseType.SAMPLES, ResponseType.STREAMED_XOR_CHUNKS}) {
            HttpResponse<byte[]> old = server.read(read(type, END - 1));
            assertThat(old.statusCode()).isEqualTo(200);
            assertThat(old.body()).isNotEmpty();
            assertNotReady(server.read(read(type, END)));
            assertNotReady(server.read(read(type, END - 1, Long.MAX_VALUE)));
          }
          byte[] samples = server.read(read(ResponseType.SAMPLES, END - 1)).body();
          ReadResponse response = ReadResponse.parseFrom(TestServer.unsnappy(samples));
          assertThat(response.getResults(0).getTimeseries(0).getSamplesCount()).isEqualTo(120);
        },
        server ->
            assertThat(server.read(read(ResponseType.SAMPLES, Long.MAX_VALUE)).statusCode())
                .isEqualTo(200));
  }

  /// A query for each end.
  private static ReadRequest read(ResponseType type, long... ends) {
    ReadRequest.Builder request = ReadRequest.newBuilder().addAcceptedResponseTypes(type);
    for (long end : ends) {
      request.addQueries(
          Query.newBuilder()
              .setStartTimestampMs(START)
              .setEndTimestampMs(end)
              .addMatchers(LabelMatcher.newBuilder().setName("__name__").setValue("up")));
    }
    return request.build();
  }

  @Test
  void writesHaveToComeAgain() throws Exception {
    whileReplaying(
        server ->
            assertNotReady(
                server.write(request(series("__name__", "x").addSamples(sample(START, 1))))),
        server ->
            assertThat(
                    server
                        .write(
                            request(series("__name__", "x").addSamples(sample(END + 2 * RANGE, 1))))
                        .statusCode())
                .isEqualTo(204));
  }
}
