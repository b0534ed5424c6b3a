package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LifecycleTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Program program = new Program();
  private final RemoteServer server =
      new RemoteServer(
          Optional::empty,
          RemoteOptions.defaults().withListenAddress("127.0.0.1:0"),
          () -> 0,
          program);

  /// A program that only notes what it is asked to.
  private static final class Program implements Lifecycle {
    final AtomicInteger quits = new AtomicInteger();
    final AtomicInteger reloads = new AtomicInteger();
    volatile boolean enabled = true;
    volatile Reload answer = new Reload(true, "");

    @Override
    public boolean enabled() {
      return enabled;
    }

    @Override
    public Reload reload() {
      reloads.incrementAndGet();
      return answer;
    }

    @Override
    public void quit() {
      quits.incrementAndGet();
    }

    @Override
    public boolean reloaded() {
      return answer.successful();
    }

    @Override
    public long reloadedAt() {
      return 1_700_000_000_500L;
    }
  }

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.noBody())
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void reloadsAlsoWhileTheStoreIsBeingOpened(String method) throws Exception {
    assertThat(send(method, "/-/reload").statusCode()).isEqualTo(200);
    assertThat(program.reloads).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void quits(String method) throws Exception {
    HttpResponse<String> response = send(method, "/-/quit");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).startsWith("Requesting termination... Goodbye!");
    // Asked after the answer is on its way.
    server.stop();
    assertThat(program.quits).hasValue(1);
  }

  @Test
  void tellsWhatIsWrongWithAConfiguration() throws Exception {
    program.answer = new Lifecycle.Reload(false, "varve.yml:3: unknown key x");

    HttpResponse<String> response = send("POST", "/-/reload");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("failed to reload config: varve.yml:3: unknown key x\n");
    assertThat(send("GET", "/metrics").body().lines())
        .contains("prometheus_config_last_reload_successful 0.0");
  }

  @Test
  void tellsWhatHasToWait() throws Exception {
    program.answer = new Lifecycle.Reload(true, "waits for the next start: a");

    assertThat(send("POST", "/-/reload").body()).contains("waits for the next start: a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/reload", "/-/quit"})
  void doesNothingUnlessEnabled(String path) throws Exception {
    program.enabled = false;

    HttpResponse<String> response = send("POST", path);

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).isEqualTo("Lifecycle API is not enabled.\n");
    server.stop();
    assertThat(program.reloads).hasValue(0);
    assertThat(program.quits).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/reload", "/-/quit"})
  void takesNoOrdersByGet(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("POST, PUT");
    assertThat(program.reloads).hasValue(0);
    assertThat(program.quits).hasValue(0);
  }

  @Test
  void showsWhenTheConfigurationWasRead() throws Exception {
    assertThat(send("GET", "/metrics").body().lines())
        .contains(
            "prometheus_config_last_reload_successful 1.0",
            "prometheus_config_last_reload_success_timestamp_seconds 1.7000000005E9");
  }
}
