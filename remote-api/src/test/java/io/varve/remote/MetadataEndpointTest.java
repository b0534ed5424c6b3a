package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.MetricMetadata;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metadata by remote write into the real store, and by HTTP out of it.
class MetadataEndpointTest {
  private static final String REQUESTS =
      "\"requests_total\":[{\"type\":\"counter\",\"unit\":\"\",\"help\":\"Requests,"
          + " \\\"all\\\"\"}]";
  private static final String UP = "\"up\":[{\"type\":\"gauge\",\"unit\":\"bool\",\"help\":\"\"}]";

  @TempDir private Path directory;
  private Varve store;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    store = EngineStore.open(directory);
    server = TestServer.over(store);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    store.close();
  }

  private void write() throws Exception {
    WriteRequest request =
        request(
                series("__name__", "up").addSamples(sample(NOW, 1)),
                series("__name__", "requests_total").addSamples(sample(NOW, 1)))
            .toBuilder()
            .addMetadata(
                MetricMetadata.newBuilder()
                    .setType(MetricMetadata.MetricType.GAUGE)
                    .setMetricFamilyName("up")
                    .setUnit("bool"))
            .addMetadata(
                MetricMetadata.newBuilder()
                    .setType(MetricMetadata.MetricType.COUNTER)
                    .setMetricFamilyName("requests_total")
                    .setHelp("Requests, \"all\""))
            .addMetadata(MetricMetadata.newBuilder().setHelp("of nothing"))
            .build();
    assertThat(server.write(request).statusCode()).isEqualTo(204);
  }

  private void assertAnswers(String parameters, String data) throws Exception {
    HttpResponse<String> response = server.get("/api/v1/metadata" + parameters);

    assertThat(response.body()).isEqualTo("{\"status\":\"success\",\"data\":{" + data + "}}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void answersWhatWasTold() throws Exception {
    assertAnswers("", "");
    write();

    assertAnswers("", REQUESTS + "," + UP);
    assertAnswers("?metric=up", UP);
    assertAnswers("?metric=none", "");
    assertAnswers("?limit=1", REQUESTS);
    assertAnswers("?limit=0", "");
    assertAnswers("?limit=-1&limit_per_metric=1", REQUESTS + "," + UP);
    assertThat(server.get("/metrics").body())
        .contains("varve_remote_write_metadata_total 2.0")
        .contains("varve_remote_write_refused_metadata_total 1.0");
  }

  @Test
  void metadataOutlivesARestart() throws Exception {
    write();
    stop();
    start();

    assertAnswers("", REQUESTS + "," + UP);
  }

  @Test
  void refusesLimitsThatAreNoNumbers() throws Exception {
    for (String name : new String[] {"limit", "limit_per_metric"}) {
      HttpResponse<String> response = server.get("/api/v1/metadata?" + name + "=x");

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\""
                  + name
                  + " must be a number\"}");
    }
  }
}
