package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ReloadTest {
  @TempDir Path directory;

  private final StopSignal orders = new StopSignal();
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    file = directory.resolve("varve.yml");
    configure("limits: {max_series: 1}");
  }

  private void configure(String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  /// What is done with a server while it runs.
  private interface Visit {
    void to(Visited server) throws IOException, InterruptedException;
  }

  private record Visited(HttpClient client, URI uri) {
    HttpResponse<String> post(String path) throws IOException, InterruptedException {
      return post(path, new byte[0]);
    }

    private HttpResponse<String> post(String path, byte[] body)
        throws IOException, InterruptedException {
      var request =
          HttpRequest.newBuilder(uri.resolve(path)).POST(BodyPublishers.ofByteArray(body)).build();
      return client.send(request, BodyHandlers.ofString());
    }

    String metrics() throws IOException, InterruptedException {
      var request = HttpRequest.newBuilder(uri.resolve("/metrics")).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }

    /// Whether a series that is new is taken.
    boolean takes(String metric) throws IOException, InterruptedException {
      byte[] body =
          WriteRequest.newBuilder()
              .addTimeseries(
                  TimeSeries.newBuilder()
                      .addLabels(Label.newBuilder().setName("__name__").setValue(metric))
                      .addSamples(
                          Sample.newBuilder().setValue(1).setTimestamp(System.currentTimeMillis())))
              .build()
              .toByteArray();
      byte[] compressed = new byte[Compression.SNAPPY.maxCompressedLength(body.length)];
      int length = Compression.SNAPPY.compress(body, 0, body.length, compressed, 0);
      int status = post("/api/v1/write", Arrays.copyOf(compressed, length)).statusCode();
      assertThat(status).isIn(204, 400);
      return status == 204;
    }
  }

  /// Runs a server until `visit` is over.
  private int serve(Visit visit, String... more) {
    var command =
        new ServeCommand(
            () -> orders,
            port -> {
              try (HttpClient client = HttpClient.newHttpClient()) {
                visit.to(new Visited(client, URI.create("http://127.0.0.1:" + port)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                orders.stop("visited");
              }
            },
            Map.of("VARVE_CONFIG_FILE", file.toString()));
    String[] args = Arrays.copyOf(more, more.length + 3);
    args[more.length] = "--web.listen-address=127.0.0.1:0";
    args[more.length + 1] = "--storage.tsdb.path=" + directory.resolve("data");
    args[more.length + 2] = "--log.level=error";
    return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
  }

  @Test
  void aSignalChangesTheLimitsOfARunningServer() {
    int exit =
        serve(server -> {
          assertThat(server.takes("a")).isTrue();
          assertThat(server.takes("b")).isFalse();

          configure("limits: {max_series: 2}");
          assertThat(server.takes("b")).isFalse();
          orders.hangUp();

          assertThat(server.takes("b")).isTrue();
          assertThat(server.takes("c")).isFalse();
        });

    assertThat(exit).isZero();
  }

  @Test
  void aRequestDoesTheSame() {
    serve(
        server -> {
          assertThat(server.takes("a")).isTrue();
          configure("limits: {max_series: 0}");

          HttpResponse<String> response = server.post("/-/reload");

          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.body()).isBlank();
          assertThat(server.takes("b")).isTrue();
        },
        "--web.enable-lifecycle");
  }

  @Test
  void aBadFileChangesNothingAndIsToldOf() {
    serve(
        server -> {
          assertThat(server.takes("a")).isTrue();
          configure("limits:", "  max_series: 0", "storage: {tsdb: {retention: {time: ever}}}");

          HttpResponse<String> response = server.post("/-/reload");

          assertThat(response.statusCode()).isEqualTo(500);
          assertThat(response.body())
              .isEqualTo(
                  "failed to reload config: "
                      + file
                      + ":3: storage.tsdb.retention.time: 'ever' is not a duration such as 15d,"
                      + " 2h30m or 90s\n");
          assertThat(server.takes("b")).isFalse();
          assertThat(server.metrics().lines())
              .contains("prometheus_config_last_reload_successful 0.0");

          configure("limits: {max_series: 0}");
          orders.hangUp();
          assertThat(server.metrics().lines())
              .contains("prometheus_config_last_reload_successful 1.0");
          assertThat(server.takes("b")).isTrue();
        },
        "--web.enable-lifecycle");
  }

  @Test
  void namesWhatCannotBeChangedInARunningServer() {
    serve(
        server -> {
          configure(
              "limits: {max_series: 5}",
              "storage: {tsdb: {min_block_duration: 1h, path: other}}",
              "web: {enable_lifecycle: true, listen_address: ':1'}");

          for (int i = 0; i < 2; i++) {
            assertThat(server.post("/-/reload").body())
                .isEqualTo(
                    "cannot be changed in a running server, so it waits for the next start:"
                        + " storage.tsdb.min_block_duration\n");
          }

          configure("limits: {max_series: 5}");
          assertThat(server.post("/-/reload").body()).isBlank();
        },
        "--web.enable-lifecycle");
  }

  @Test
  void flagsKeepTheLastWord() {
    serve(
        server -> {
          configure("limits: {max_series: 0}");
          orders.hangUp();

          assertThat(server.takes("a")).isTrue();
          assertThat(server.takes("b")).isFalse();
        },
        "--limits.max-series=1");
  }

  @Test
  void withoutTheFlagNobodyMay() {
    serve(server -> {
      assertThat(server.post("/-/reload").statusCode()).isEqualTo(403);
      assertThat(server.post("/-/quit").statusCode()).isEqualTo(403);
      assertThat(server.takes("a")).isTrue();
    });
  }

  @Test
  void quitsWhenAsked() {
    int exit =
        serve(
            server -> {
              assertThat(server.post("/-/quit").statusCode()).isEqualTo(200);
              assertThat(orders.await()).isEqualTo("/-/quit");
            },
            "--web.enable-lifecycle");

    assertThat(exit).isZero();
  }
}
