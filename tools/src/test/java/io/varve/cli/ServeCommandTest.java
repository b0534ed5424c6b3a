package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ServeCommandTest {
  @TempDir Path directory;

  /// What is done with a server while it runs.
  private interface Visit {
    void to(HttpClient client, URI server) throws IOException, InterruptedException;
  }

  @Test
  void keepsWhatItWasGivenBeforeTheOrderToStop() throws IOException {
    Path data = directory.resolve("data");
    long now = System.currentTimeMillis();

    int exit =
        serve(
            data,
            (client, server) -> {
              var write =
                  HttpRequest.newBuilder(server.resolve("/api/v1/write"))
                      .header("Content-Encoding", "snappy")
                      .header("Content-Type", "application/x-protobuf")
                      .POST(BodyPublishers.ofByteArray(snappy(up(now))))
                      .build();
              assertThat(client.send(write, BodyHandlers.ofString()).statusCode())
                  .isBetween(200, 299);
            });

    assertThat(exit).isZero();
    try (Varve db = Varve.openReadOnly(data, VarveOptions.defaults());
        var querier = db.querier(now, now)) {
      var up = querier.select(Matcher.equal("__name__", "up"));
      assertThat(up.next()).isTrue();
      assertThat(up.labels()).isEqualTo(Labels.of("__name__", "up"));
      var samples = up.samples();
      assertThat(samples.next()).isTrue();
      assertThat(samples.timestamp()).isEqualTo(now);
      assertThat(samples.value()).isEqualTo(1);
    }
  }

  @Test
  void isReadyWhenItSaysSo() {
    int exit =
        serve(
            directory,
            (client, server) -> {
              for (String path : List.of("/-/ready", "/-/healthy", "/metrics")) {
                var get = HttpRequest.newBuilder(server.resolve(path)).build();
                assertThat(client.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
              }
            });

    assertThat(exit).isZero();
  }

  @Test
  void freesTheDirectoryForTheNext() {
    assertThat(serve(directory, (_, _) -> {})).isZero();
    assertThat(serve(directory, (_, _) -> {})).isZero();
  }

  @Test
  void saysThatTheDirectoryIsInUse() throws IOException {
    try (Varve _ = Varve.open(directory, VarveOptions.defaults())) {
      Cli cli = Cli.run("serve", "--storage.tsdb.path=" + directory, freePort());

      assertThat(cli.exitCode()).isEqualTo(1);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err().lines())
          .singleElement()
          .asString()
          .contains("in use by another process", directory.toString());
    }
  }

  @Test
  void saysThatTheAddressIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      Cli cli = Cli.run("serve", "--web.listen-address", address, "--storage.tsdb.path", directory);

      assertThat(cli.exitCode()).isEqualTo(1);
      assertThat(cli.err().lines()).singleElement().asString().contains("listen", address);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void saysThatTheDirectoryIsNone() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    Cli cli = Cli.run("serve", "--storage.tsdb.path", file, freePort());

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err().lines()).singleElement().asString().contains(file.toString());
  }

  @Test
  void goesOnWithoutABlockOfAnUnknownVersion() throws IOException {
    Path index = blockWithIndex();
    try (var file = new RandomAccessFile(index.toFile(), "rw")) {
      file.seek(4);
      file.write(9);
    }

    int exit =
        serve(
            directory,
            (client, server) -> {
              var get = HttpRequest.newBuilder(server.resolve("/metrics")).build();
              assertThat(client.send(get, BodyHandlers.ofString()).body())
                  .contains("varve_damaged_blocks_total 1.0");
            });

    assertThat(exit).isZero();
    assertThat(index).doesNotExist();
    Path block = directory.relativize(index.getParent());
    assertThat(directory.resolve("quarantine-1").resolve(block).resolve("index")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "--storage.tsdb.retention.time=15days, is not a duration",
    "--storage.tsdb.wal-segment-size=1MB, is not between 10MB and 256MB",
    "--storage.tsdb.wal-segment-size=257MB, is not between 10MB and 256MB",
    "--storage.tsdb.wal-segment-size=20000001B, no multiple of 32 KiB",
    "--storage.tsdb.wal-compression-type=lz4, lz4",
    "--storage.tsdb.min-block-duration=0, is not a duration above 0",
    "--storage.remote.read-sample-limit=-1, is not a count",
    "--storage.remote.read-concurrent-limit=0, is not a whole number above 0",
    "--web.listen-address=nonsense, nonsense",
    "--log.level=loud, loud",
  })
  void saysWhichFlagCannotBe(String flag, String message) {
    Cli cli = Cli.run("serve", "--storage.tsdb.path=" + directory, flag);

    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.err().lines()).hasSize(2).first().asString().contains(message);
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "--no-storage.tsdb.wal-compression, false",
    "--storage.tsdb.wal-compression, true",
    "--storage.tsdb.wal-compression=false, false",
    "--storage.tsdb.wal-compression-type=none, false",
    "--storage.tsdb.wal-compression-type=snappy, true",
    "--storage.remote.read-sample-limit=5e6, true",
  })
  void compressesTheLogUnlessToldOtherwise(String flag, boolean compressed) throws IOException {
    long now = System.currentTimeMillis();

    serve(
        directory,
        (client, server) -> {
          var write =
              HttpRequest.newBuilder(server.resolve("/api/v1/write"))
                  .POST(BodyPublishers.ofByteArray(snappy(up(now))))
                  .build();
          assertThat(client.send(write, BodyHandlers.ofString()).statusCode()).isBetween(200, 299);
        },
        flag);

    // The header byte of the first record: bit 3 says Snappy, the bits below that it is whole.
    byte first = Files.readAllBytes(directory.resolve("wal").resolve("00000000"))[0];
    assertThat(first).isEqualTo((byte) (compressed ? 0x09 : 0x01));
  }

  /// Runs a server until `visit` is over.
  ///
  /// @return the exit code
  private static int serve(Path data, Visit visit, String... more) {
    var stop = new StopSignal();
    var command =
        new ServeCommand(
            () -> stop,
            port -> {
              try (HttpClient client = HttpClient.newHttpClient()) {
                visit.to(client, URI.create("http://127.0.0.1:" + port));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                stop.stop("visited");
              }
            });
    String[] args = Arrays.copyOf(more, more.length + 3);
    args[more.length] = freePort();
    args[more.length + 1] = "--storage.tsdb.path=" + data;
    args[more.length + 2] = "--log.level=warn";
    return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
  }

  private static String freePort() {
    return "--web.listen-address=127.0.0.1:0";
  }

  private static WriteRequest up(long now) {
    return WriteRequest.newBuilder()
        .addTimeseries(
            TimeSeries.newBuilder()
                .addLabels(Label.newBuilder().setName("__name__").setValue("up"))
                .addSamples(Sample.newBuilder().setValue(1).setTimestamp(now)))
        .build();
  }

  private static byte[] snappy(WriteRequest request) {
    byte[] body = request.toByteArray();
    byte[] compressed = new byte[Compression.SNAPPY.maxCompressedLength(body.length)];
    int length = Compression.SNAPPY.compress(body, 0, body.length, compressed, 0);
    return Arrays.copyOf(compressed, length);
  }

  /// Has the store cut a block.
  private Path blockWithIndex() throws IOException {
    VarveOptions options =
        VarveOptions.defaults().withMaintenance(false).withBlockRange(Duration.ofMinutes(1));
    try (Varve db = Varve.open(directory, options);
        Appender appender = db.appender()) {
      for (long time = 0; time <= 300_000; time += 1000) {
        appender.append(Labels.of("__name__", "up"), time, 1);
        appender.commit();
      }
      db.maintain();
      String block = db.blocks().getFirst().ulid().toString();
      return directory.resolve(block).resolve("index");
    }
  }
}
