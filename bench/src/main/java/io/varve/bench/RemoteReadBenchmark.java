package io.varve.bench;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ChunkedReadResponse;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.TypesProto.Chunk;
import io.varve.remote.TypesProto.ChunkedSeries;
import io.varve.remote.TypesProto.LabelMatcher;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/// Reads 100,000 series of a day at 15 s back over remote read, as streamed chunks, from a server
/// with a heap of 256 MB. Checks that series come in order, that every frame's checksum holds, and
/// that no sample is missing; prints the time to the first byte, the whole time, and what the
/// server took.
///
/// Makes the store first (27 h, so that a day is in blocks), unless the directory has one:
///
/// ```
/// java -cp 'bench/target/*:bench/target/lib/*' io.varve.bench.RemoteReadBenchmark DIRECTORY [SERIES]
/// ```
public final class RemoteReadBenchmark {
  private static final long START = 1_700_006_400_000L;
  private static final long INTERVAL_MILLIS = 15_000;
  private static final long DAY_MILLIS = Duration.ofHours(24).toMillis();
  private static final long FILLED_MILLIS = Duration.ofHours(28).toMillis();
  private static final int COMMIT_SERIES = 10_000;
  private static final String HEAP = "-Xmx256m";

  private RemoteReadBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int series = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
    if (new LocalDisk().stat(directory.resolve("wal")).isEmpty()) {
      fill(directory, series);
    }
    int port = freePort();
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                HEAP,
                "-XX:+UseSerialGC",
                "-jar",
                "tools/target/varve/varve.jar",
                "serve",
                "--storage.tsdb.path=" + directory,
                "--web.listen-address=127.0.0.1:" + port)
            .inheritIO()
            .start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + port;
      awaitReady(client, base);
      for (int round = 1; round <= 3; round++) {
        read(client, base, series, round);
      }
      print(client, base);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static void fill(Path directory, int series) throws IOException {
    long begin = System.nanoTime();
    VarveOptions options =
        VarveOptions.defaults().withMaintenance(false).withWalCompression(Compression.NONE);
    try (Varve db = Varve.open(directory, options);
        Appender appender = db.appender()) {
      SeriesRef[] refs = new SeriesRef[series];
      for (int i = 0; i < series; i++) {
        byte[] labels = labels(i).encoded();
        refs[i] = appender.series(labels, 0, labels.length);
      }
      for (long t = START; t < START + FILLED_MILLIS; t += INTERVAL_MILLIS) {
        for (int i = 0; i < series; i++) {
          appender.append(refs[i], t, (double) ((t - START) / INTERVAL_MILLIS * (i % 50)));
          if (i % COMMIT_SERIES == COMMIT_SERIES - 1) {
            appender.commit();
          }
        }
        appender.commit();
        db.maintain();
      }
    }
    System.out.printf(Locale.ROOT, "filled in %.1f s%n", seconds(begin));
  }

  private static Labels labels(int i) {
    return Labels.of(
        "__name__", "http_requests_total",
        "cluster", "eu-1",
        "instance", "10.0." + i / 250 % 250 + "." + i % 250,
        "job", "api",
        "pod", String.format(Locale.ROOT, "api-%06d", i));
  }

  private static void read(HttpClient client, String base, int series, int round) throws Exception {
    Query query =
        Query.newBuilder()
            .setStartTimestampMs(START)
            .setEndTimestampMs(START + DAY_MILLIS - 1)
            .addMatchers(
                LabelMatcher.newBuilder()
                    .setType(LabelMatcher.Type.EQ)
                    .setName("__name__")
                    .setValue("http_requests_total"))
            .build();
    ReadRequest request =
        ReadRequest.newBuilder()
            .addQueries(query)
            .addAcceptedResponseTypes(ReadRequest.ResponseType.STREAMED_XOR_CHUNKS)
            .build();
    byte[] message = request.toByteArray();
    byte[] body = new byte[Compression.SNAPPY.maxCompressedLength(message.length)];
    int length = Compression.SNAPPY.compress(message, 0, message.length, body, 0);
    long begin = System.nanoTime();
    HttpResponse<java.io.InputStream> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + "/api/v1/read"))
                .header("Content-Encoding", "snappy")
                .header("Content-Type", "application/x-protobuf")
                .POST(BodyPublishers.ofByteArray(body, 0, length))
                .build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    try (var in = new DataInputStream(new BufferedInputStream(response.body(), 1 << 16))) {
      new Check(begin, series).run(in, round);
    }
  }

  /// What came over the wire.
  private static final class Check {
    private final long begin;
    private final int expectedSeries;
    private String last = "";
    private long firstNanos;
    private long bytes;
    private int series;
    private long samples;

    Check(long begin, int expectedSeries) {
      this.begin = begin;
      this.expectedSeries = expectedSeries;
    }

    void run(DataInputStream in, int round) throws IOException {
      while (frame(in)) {}
      long expected = (long) expectedSeries * (DAY_MILLIS / INTERVAL_MILLIS);
      if (series != expectedSeries || samples != expected) {
        throw new IllegalStateException(
            series + " series with " + samples + " samples instead of " + expected);
      }
      double whole = seconds(begin);
      System.out.printf(
          Locale.ROOT,
          "round %d: first byte %.3f s, all %.2f s, %d series, %d samples, %.0f MB, %.1f M"
              + " samples/s%n",
          round,
          firstNanos / 1e9,
          whole,
          series,
          samples,
          bytes / 1e6,
          samples / whole / 1e6);
    }

    private boolean frame(DataInputStream in) throws IOException {
      int length = 0;
      try {
        int first = in.readUnsignedByte();
        if (bytes == 0) {
          firstNanos = System.nanoTime() - begin;
        }
        length = first & 0x7f;
        for (int shift = 7; first > 0x7f; shift += 7) {
          first = in.readUnsignedByte();
          length |= (first & 0x7f) << shift;
        }
      } catch (EOFException e) {
        return false;
      }
      int checksum = in.readInt();
      byte[] payload = in.readNBytes(length);
      var crc = new CRC32C();
      crc.update(payload);
      if ((int) crc.getValue() != checksum) {
        throw new IllegalStateException("a frame's checksum is wrong");
      }
      bytes += length;
      for (ChunkedSeries one : ChunkedReadResponse.parseFrom(payload).getChunkedSeriesList()) {
        add(one);
      }
      return true;
    }

    private void add(ChunkedSeries one) {
      String pod = one.getLabels(one.getLabelsCount() - 1).getValue();
      // The separator sorts before every byte of a value, as the end of a value does.
      String instance = one.getLabels(2).getValue() + '\0' + pod;
      if (instance.compareTo(last) < 0) {
        throw new IllegalStateException(instance + " comes after " + last);
      }
      series += instance.equals(last) ? 0 : 1;
      last = instance;
      for (Chunk chunk : one.getChunksList()) {
        samples += (chunk.getData().byteAt(0) & 0xff) << 8 | (chunk.getData().byteAt(1) & 0xff);
      }
    }
  }

  private static void print(HttpClient client, String base) throws Exception {
    String metrics = get(client, base + "/metrics").body();
    List<String> wanted =
        List.of(
            "process_resident_memory_bytes", "process_cpu_seconds_total", "jvm_memory_max_bytes");
    metrics
        .lines()
        .filter(line -> wanted.stream().anyMatch(line::startsWith))
        .forEach(System.out::println);
  }

  private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  private static void awaitReady(HttpClient client, String base) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (get(client, base + "/-/ready").statusCode() == 200) {
          return;
        }
      } catch (ConnectException e) {
        // not listening yet
      }
      Thread.onSpinWait();
    }
    throw new IllegalStateException("the server is not ready after 5 minutes");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
