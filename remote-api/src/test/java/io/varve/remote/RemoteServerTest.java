package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static io.varve.remote.TestServer.snappy;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.CommitResult;
import io.varve.Querier;
import io.varve.Varve;
import io.varve.WritesSuspendedException;
import io.varve.io.CorruptionException;
import io.varve.io.Varint;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Histogram;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.MetricMetadata;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteServerTest {
  private static final ReadRequest READ_ALL =
      ReadRequest.newBuilder()
          .addQueries(
              Query.newBuilder()
                  .setEndTimestampMs(Long.MAX_VALUE)
                  .addMatchers(
                      LabelMatcher.newBuilder()
                          .setType(LabelMatcher.Type.RE)
                          .setName("__name__")
                          .setValue(".+")))
          .build();

  private static ReadRequest streamed() {
    return READ_ALL.toBuilder().addAcceptedResponseTypes(ResponseType.STREAMED_XOR_CHUNKS).build();
  }

  private static byte[] oneSample() {
    return snappy(request(series("__name__", "x").addSamples(sample(NOW, 1))).toByteArray());
  }

  /// The head of a remote write with no more than the beginning of its body.
  private static Socket begin(TestServer server, String headers, byte[] body) throws IOException {
    Socket socket = server.socket();
    OutputStream out = socket.getOutputStream();
    out.write(("POST /api/v1/write HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n").getBytes(US_ASCII));
    out.write(body);
    out.flush();
    return socket;
  }

  private static String statusLine(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
  }

  // --- readiness --------------------------------------------------------------------------------

  @Test
  void isHealthyAndNotReadyWhileTheStoreIsOpening() throws Exception {
    var store = new AtomicReference<Varve>();
    try (TestServer server = TestServer.over(() -> Optional.ofNullable(store.get()))) {
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics").body()).contains("prometheus_ready 0.0");
      HttpResponse<String> notReady = server.get("/-/ready");
      assertThat(notReady.statusCode()).isEqualTo(503);
      assertThat(notReady.body()).isEqualTo("the store is still being opened\n");
      assertThat(notReady.headers().firstValue("X-Prometheus-Stopping")).contains("false");
      for (String path :
          new String[] {"/api/v1/labels", "/api/v1/series", "/api/v1/label/a/values"}) {
        HttpResponse<String> response = server.get(path);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
      }
      assertThat(server.writeRaw(oneSample()).statusCode()).isEqualTo(503);
      assertThat(server.read(READ_ALL).statusCode()).isEqualTo(503);

      store.set(new MemoryVarve());

      assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics").body()).contains("prometheus_ready 1.0");
      assertThat(server.writeRaw(oneSample()).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void answersProbesWithoutABody() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      for (String path : new String[] {"/-/healthy", "/-/ready"}) {
        HttpResponse<String> head =
            server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(server.get(path).body()).startsWith("Varve is ");
      }
    }
  }

  @Test
  void answersUnknownPathsInPlainWords() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      HttpResponse<String> response =
          server.send(server.request("/api/v1/nothing").header("Accept", "text/html"));

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).isEqualTo("Not Found\n");
    }
  }

  @Test
  void answersWhatIsNotHttpInPlainWords() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve());
        Socket socket = server.socket()) {
      socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("<").doesNotContain("at org.");
    }
  }

  @Test
  void saysWhyItCannotListen() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      String taken = "127.0.0.1:" + server.server().port();
      var second =
          new RemoteServer(
              Optional::empty, RemoteOptions.defaults().withListenAddress(taken), () -> NOW);

      assertThatIOException().isThrownBy(second::start).withMessageContaining(taken);
      second.stop();
    }
  }

  // --- size limits ------------------------------------------------------------------------------

  @Test
  void refusesALargeBodyBeforeItComes() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve());
        Socket socket =
            begin(server, "Content-Length: " + ((32 << 20) + 1) + "\r\n", new byte[100])) {
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void refusesALargeBodyOfUnknownLength() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve(), o -> o.withMaxBodyBytes(100_000))) {
      InputStream body = new ByteArrayInputStream(new byte[100_001]);
      HttpResponse<String> response =
          server.send(
              server.request("/api/v1/write").POST(BodyPublishers.ofInputStream(() -> body)));

      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body()).contains("100000 bytes allowed");
    }
  }

  @Test
  void takesABodyOfUnknownLength() throws Exception {
    byte[] block = oneSample();
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      HttpResponse<String> response =
          server.send(
              server
                  .request("/api/v1/write")
                  .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(block))));

      assertThat(response.statusCode()).isEqualTo(204);
    }
  }

  @Test
  void refusesABodyThatWouldBeLargeDecompressed() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve(), o -> o.withMaxBodyBytes(1 << 20))) {
      HttpResponse<String> response = server.writeRaw(snappy(new byte[(1 << 20) + 1]));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body())
          .isEqualTo(
              "the decompressed body has 1048577 bytes, more than the 1048576 that are allowed\n");
    }
  }

  @Test
  void refusesABlockThatClaimsMoreThanItCanHold() throws Exception {
    byte[] block = new byte[1000];
    Varint.putUnsigned(block, 0, 30 << 20);
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      assertThat(server.writeRaw(block).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void capsTheBytesInFlight() throws Exception {
    byte[] noise = new byte[700_000];
    Arrays.fill(noise, (byte) 7);
    try (TestServer server =
        TestServer.over(new MemoryVarve(), o -> o.withMaxInFlightBytes(1 << 20))) {
      try (Socket slow = begin(server, "Content-Length: 900000\r\n", noise)) {
        awaitMetric(server, "varve_http_in_flight_bytes ", bytes -> bytes >= 700_000);
        assertThat(server.writeRaw(oneSample()).statusCode()).isEqualTo(204);

        HttpResponse<String> response = server.writeRaw(noise);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(response.body()).contains("too many bytes");
        assertThat(slow.isConnected()).isTrue();
      }
      awaitMetric(server, "varve_http_in_flight_bytes ", bytes -> bytes == 0);
      assertThat(server.writeRaw(noise).statusCode()).isEqualTo(400);
    }
  }

  /// Each is of 2 bytes, and compresses to almost nothing.
  @ParameterizedTest
  @ValueSource(strings = {"samples", "exemplars", "histograms", "metadata"})
  void countsWhatTheFieldsOfARequestTakeInMemory(String field) throws Exception {
    var series = TimeSeries.newBuilder();
    var request = WriteRequest.newBuilder();
    for (int i = 0; i < 100_000; i++) {
      switch (field) {
        case "samples" -> series.addSamples(Sample.getDefaultInstance());
        case "exemplars" -> series.addExemplars(Exemplar.getDefaultInstance());
        case "histograms" -> series.addHistograms(Histogram.getDefaultInstance());
        default -> request.addMetadata(MetricMetadata.getDefaultInstance());
      }
    }
    var store = new MemoryVarve();
    try (TestServer server = TestServer.over(store, o -> o.withMaxInFlightBytes(8 << 20))) {
      HttpResponse<String> response = server.write(request.addTimeseries(series).build());

      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body())
          .matches(
              "the request needs [0-9]+ bytes of memory, more than the 8388608 that all requests"
                  + " may take\n");
      assertThat(server.writeRaw(oneSample()).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void refusesTooManyParameters() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      HttpResponse<String> response = server.form("/api/v1/series", "&".repeat(1 << 20));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("the request has more than 10000 parameters");
    }
  }

  private static void awaitMetric(TestServer server, String name, DoublePredicate wanted)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    double value;
    do {
      value =
          server
              .get("/metrics")
              .body()
              .lines()
              .filter(line -> line.startsWith(name))
              .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
              .findFirst()
              .orElseThrow();
      assertThat(System.nanoTime()).as(name + value).isLessThan(deadline);
    } while (!wanted.test(value));
  }

  // --- slow and vanishing clients ---------------------------------------------------------------

  @Test
  void servesOthersWhileAClientIsSlow() throws Exception {
    byte[] block = oneSample();
    try (TestServer server = TestServer.over(new MemoryVarve());
        Socket slow =
            begin(
                server,
                "Content-Length: " + block.length + "\r\n",
                Arrays.copyOf(block, block.length - 1))) {
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
      assertThat(server.writeRaw(oneSample()).statusCode()).isEqualTo(204);

      slow.getOutputStream().write(block, block.length - 1, 1);

      assertThat(statusLine(slow)).startsWith("HTTP/1.1 204 ");
    }
  }

  @Test
  void forgetsAClientThatVanishesInTheMiddleOfItsBody() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      try (Socket socket = begin(server, "Content-Length: 1000\r\n", new byte[500])) {
        awaitMetric(server, "varve_http_in_flight_bytes ", bytes -> bytes > 0);
        socket.shutdownOutput();
      }
      awaitMetric(server, "varve_http_in_flight_bytes ", bytes -> bytes == 0);
    }
  }

  @Test
  void endsTheWorkOnAnAnswerNobodyWaitsFor() throws Exception {
    var reading = new CountDownLatch(1);
    var endless = new EndlessVarve(reading);
    try (TestServer server = TestServer.over(endless, o -> o.withMaxSamples(Long.MAX_VALUE))) {
      byte[] body = snappy(READ_ALL);
      try (Socket socket = server.socket()) {
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /api/v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(US_ASCII));
        out.write(body);
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
      }
      awaitMetric(server, "prometheus_remote_read_handler_queries ", reads -> reads == 0);
    }
  }

  @Test
  void endsAStreamNobodyReads() throws Exception {
    var reading = new CountDownLatch(1);
    try (TestServer server = TestServer.over(new EndlessVarve(reading))) {
      HttpResponse<InputStream> response =
          server.send(server.readOf(snappy(streamed())), BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        // The stream has begun although it has no end: nothing is collected first.
        assertThat(in.readNBytes(1 << 20)).hasSize(1 << 20);
      }
      awaitMetric(server, "prometheus_remote_read_handler_queries ", reads -> reads == 0);
    }
  }

  // --- concurrency ------------------------------------------------------------------------------

  @Test
  void limitsTheReadsThatRunAndWait() throws Exception {
    var store = new BlockingVarve(2);
    try (TestServer server = TestServer.over(store, o -> o.withMaxReads(2));
        var threads = Executors.newCachedThreadPool()) {
      Future<?>[] reads = new Future<?>[4];
      for (int i = 0; i < reads.length; i++) {
        reads[i] = threads.submit(() -> server.read(READ_ALL).statusCode());
      }
      store.entered.await();
      awaitMetric(server, "prometheus_remote_read_handler_queries ", n -> n == 4);

      HttpResponse<byte[]> fifth = server.read(READ_ALL);

      assertThat(fifth.statusCode()).isEqualTo(503);
      assertThat(fifth.headers().firstValue("Retry-After")).contains("1");
      store.go.countDown();
      for (Future<?> read : reads) {
        assertThat(read.get()).isEqualTo(200);
      }
    }
  }

  // --- faults -----------------------------------------------------------------------------------

  @Test
  void hidesWhatWentWrongInside() throws Exception {
    Varve broken =
        new MemoryVarve() {
          @Override
          public Appender appender() {
            throw new IllegalStateException("secret");
          }

          @Override
          public Querier querier(long mint, long maxt) {
            throw new CorruptionException("secret", 7, "damaged");
          }
        };
    try (TestServer server = TestServer.over(broken)) {
      for (HttpResponse<String> response :
          Arrays.asList(
              server.writeRaw(oneSample()),
              server.send(server.readOf(snappy(READ_ALL))),
              server.send(server.readOf(snappy(streamed()))))) {
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("internal error, see the log of the server\n");
      }
      HttpResponse<String> labels = server.get("/api/v1/labels");
      assertThat(labels.statusCode()).isEqualTo(500);
      assertThat(labels.body())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"internal\","
                  + "\"error\":\"internal error, see the log of the server\"}");
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void asksToTryAgainWhenTheLogCannotBeWritten() throws Exception {
    var full =
        new MemoryVarve() {
          @Override
          public Appender appender() {
            Appender appender = super.appender();
            return (Appender)
                Proxy.newProxyInstance(
                    Appender.class.getClassLoader(),
                    new Class<?>[] {Appender.class},
                    (proxy, method, args) -> {
                      if (method.getReturnType() == CommitResult.class) {
                        throw new UncheckedIOException(new IOException("No space left on device"));
                      }
                      return method.invoke(appender, args);
                    });
          }
        };
    try (TestServer server = TestServer.over(full)) {
      HttpResponse<String> response = server.writeRaw(oneSample());

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).contains("5");
      assertThat(full.samples("__name__", "x")).isEmpty();
    }
  }

  @Test
  void asksToTryAgainWhileNoSamplesAreTaken() throws Exception {
    var full =
        new MemoryVarve() {
          @Override
          public Appender appender() {
            throw new WritesSuspendedException(
                WritesSuspendedException.Reason.DISK_RESERVE, "no samples are taken for now");
          }
        };
    try (TestServer server = TestServer.over(full)) {
      HttpResponse<String> response = server.writeRaw(oneSample());

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).contains("5");
      assertThat(response.body()).isEqualTo("no samples are taken for now\n");
      assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void cutsAStreamThatFailsHalfWay() throws Exception {
    var store = new EndlessVarve(new CountDownLatch(1));
    store.failAfterSeries = 1000;
    try (TestServer server = TestServer.over(store)) {
      assertThatThrownBy(
              () -> server.send(server.readOf(snappy(streamed())), BodyHandlers.ofByteArray()))
          .isInstanceOf(IOException.class);
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
    }
  }

  // --- stop -------------------------------------------------------------------------------------

  @Test
  void waitsForRequestsInFlightWhenItStops() throws Exception {
    var store = new BlockingVarve(1);
    try (TestServer server = TestServer.over(store);
        var threads = Executors.newCachedThreadPool()) {
      Future<HttpResponse<String>> write = threads.submit(() -> server.writeRaw(oneSample()));
      store.entered.await();
      CompletableFuture<Void> stop =
          CompletableFuture.runAsync(() -> server.server().stop(), threads);
      awaitRefused(server);
      assertThat(stop).isNotDone();

      store.go.countDown();

      assertThat(write.get().statusCode()).isEqualTo(204);
      stop.get(10, TimeUnit.SECONDS);
      assertThat(store.samples("__name__", "x")).hasSize(1);
    }
  }

  private static void awaitRefused(TestServer server) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      try {
        server.socket().close();
      } catch (IOException refused) {
        return;
      }
    }
  }

  @Test
  void neverInterruptsAThreadInsideTheStore() throws Exception {
    var store = new BlockingVarve(1);
    try (TestServer server = TestServer.over(store, o -> o.withStopTimeout(Duration.ofMillis(50)));
        var threads = Executors.newCachedThreadPool()) {
      var ignored = threads.submit(() -> server.writeRaw(oneSample()));
      store.entered.await();

      server.server().stop();
      server.server().stop();

      assertThat(store.interrupted).isFalse();
      store.go.countDown();
    }
  }

  /// Series without end, each with one chunk or sample.
  private static final class EndlessVarve extends MemoryVarve {
    private final CountDownLatch reading;
    int failAfterSeries = Integer.MAX_VALUE;

    EndlessVarve(CountDownLatch reading) {
      this.reading = reading;
      put(Labels.of("__name__", "x"), NOW, 1);
    }

    @Override
    public Querier querier(long mint, long maxt) {
      Querier querier = super.querier(mint, maxt);
      return (Querier)
          Proxy.newProxyInstance(
              Querier.class.getClassLoader(),
              new Class<?>[] {Querier.class},
              (proxy, method, args) ->
                  switch (method.getName()) {
                    case "select", "selectChunks" -> endless(method.getReturnType(), querier);
                    default -> method.invoke(querier, args);
                  });
    }

    private Object endless(Class<?> type, Querier querier) {
      var count = new int[1];
      var present = new Object[1];
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, args) -> {
            if (!method.getName().equals("next")) {
              return method.invoke(present[0], args);
            }
            reading.countDown();
            if (++count[0] > failAfterSeries) {
              throw new CorruptionException("chunks/000001", 8, "bad checksum");
            }
            present[0] =
                type == ChunkSeriesSet.class
                    ? querier.selectChunks(Matcher.equal("__name__", "x"))
                    : querier.select(Matcher.equal("__name__", "x"));
            return method.invoke(present[0], args);
          });
    }
  }
}
