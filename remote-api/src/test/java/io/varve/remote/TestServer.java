package io.varve.remote;

import com.google.protobuf.MessageLite;
import io.varve.Varve;
import io.varve.io.Compression;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// A server on a free port of the loopback interface, and a client to talk to it.
final class TestServer implements AutoCloseable {
  /// What the server takes for the present, milliseconds since the epoch.
  static final long NOW = 1_700_000_000_000L;

  static final String PROTOBUF = "application/x-protobuf";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final RemoteServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestServer(Supplier<Optional<Varve>> store, RemoteOptions options) throws IOException {
    server = new RemoteServer(store, options.withListenAddress("127.0.0.1:0"), () -> NOW);
    server.start();
  }

  static TestServer over(Varve store) throws IOException {
    return over(store, UnaryOperator.identity());
  }

  static TestServer over(Varve store, UnaryOperator<RemoteOptions> options) throws IOException {
    return new TestServer(() -> Optional.of(store), options.apply(RemoteOptions.defaults()));
  }

  static TestServer over(Supplier<Optional<Varve>> store) throws IOException {
    return new TestServer(store, RemoteOptions.defaults());
  }

  RemoteServer server() {
    return server;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(TIMEOUT);
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
      throws Exception {
    return client.send(request.build(), body);
  }

  /// Posts a form.
  HttpResponse<String> form(String path, String form) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  HttpResponse<String> write(WriteRequest body) throws Exception {
    return writeRaw(snappy(body.toByteArray()));
  }

  HttpResponse<String> writeRaw(byte[] body) throws Exception {
    return send(writeOf(body));
  }

  /// A remote write as Prometheus sends it.
  HttpRequest.Builder writeOf(byte[] body) {
    return request("/api/v1/write")
        .header("Content-Encoding", "snappy")
        .header("Content-Type", PROTOBUF)
        .header("X-Prometheus-Remote-Write-Version", "0.1.0")
        .POST(BodyPublishers.ofByteArray(body));
  }

  HttpResponse<byte[]> read(ReadRequest body) throws Exception {
    return readRaw(snappy(body.toByteArray()));
  }

  HttpResponse<byte[]> readRaw(byte[] body) throws Exception {
    return send(readOf(body), BodyHandlers.ofByteArray());
  }

  /// A remote read as Prometheus sends it.
  HttpRequest.Builder readOf(byte[] body) {
    return request("/api/v1/read")
        .header("Content-Encoding", "snappy")
        .header("Accept-Encoding", "snappy")
        .header("Content-Type", PROTOBUF)
        .header("X-Prometheus-Remote-Read-Version", "0.1.0")
        .POST(BodyPublishers.ofByteArray(body));
  }

  /// A bare connection, for what a proper client does not do.
  Socket socket() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    return socket;
  }

  @Override
  public void close() {
    server.stop();
    client.close();
  }

  static byte[] snappy(MessageLite message) {
    return snappy(message.toByteArray());
  }

  static byte[] snappy(byte[] message) {
    byte[] target = new byte[Compression.SNAPPY.maxCompressedLength(message.length)];
    return Arrays.copyOf(
        target, Compression.SNAPPY.compress(message, 0, message.length, target, 0));
  }

  static byte[] unsnappy(byte[] block) {
    byte[] target = new byte[(int) Compression.SNAPPY.decompressedLength(block, 0, block.length)];
    if (Compression.SNAPPY.decompress(block, 0, block.length, target, 0) != target.length) {
      throw new IllegalArgumentException("no Snappy block");
    }
    return target;
  }

  static WriteRequest request(TimeSeries.Builder... series) {
    var request = WriteRequest.newBuilder();
    Arrays.stream(series).forEach(request::addTimeseries);
    return request.build();
  }

  /// A series with labels in the order given.
  static TimeSeries.Builder series(String... namesAndValues) {
    var series = TimeSeries.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      series.addLabels(
          Label.newBuilder().setName(namesAndValues[i]).setValue(namesAndValues[i + 1]));
    }
    return series;
  }

  static TimeSeries.Builder series(Labels labels) {
    var series = TimeSeries.newBuilder();
    labels.forEach(
        (name, value) -> series.addLabels(Label.newBuilder().setName(name).setValue(value)));
    return series;
  }

  static Sample sample(long timestamp, double value) {
    return Sample.newBuilder().setTimestamp(timestamp).setValue(value).build();
  }
}
