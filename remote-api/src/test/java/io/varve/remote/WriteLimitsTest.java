package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Limits;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.remote.RemoteProto.WriteRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WriteLimitsTest {
  @TempDir Path directory;

  private Varve open(Limits limits) throws Exception {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false).withLimits(limits));
  }

  private static WriteRequest pods(String metric, int count, long time) {
    var request = WriteRequest.newBuilder();
    for (int pod = 0; pod < count; pod++) {
      request.addTimeseries(
          series("__name__", metric, "pod", "p" + pod)
              .addSamples(sample(time, 1))
              .addSamples(sample(time + 1, 2)));
    }
    return request.build();
  }

  @Test
  void keepsTheRestOfARequestAndTellsTheSenderNotToTryAgain() throws Exception {
    try (Varve store = open(Limits.NONE.withSeriesPerMetric(3));
        TestServer server = TestServer.over(store)) {
      HttpResponse<String> response =
          server.write(pods("bad", 10, NOW).toBuilder().mergeFrom(pods("good", 2, NOW)).build());

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body())
          .isEqualTo(
              "14 of 24 samples were not stored (14 over limit); the first: over limit (the limit"
                  + " max_series_per_metric of 3 is reached by the metric \"bad\") of the series"
                  + " {__name__=\"bad\", pod=\"p3\"} at "
                  + NOW
                  + "\n");
      assertThat(store.stats().headSeries()).isEqualTo(5);
      assertThat(store.stats().samplesAppended()).isEqualTo(10);
      assertThat(server.write(pods("bad", 3, NOW + 15_000)).statusCode()).isEqualTo(204);
      assertThat(server.get("/metrics").body().lines())
          .contains(
              "varve_limit_refusals_total{limit=\"max_series_per_metric\"} 14.0",
              "varve_limit_refusals_total{limit=\"max_series\"} 0.0",
              "varve_remote_write_rejected_samples_total{reason=\"over limit\"} 14.0");
    }
  }

  @Test
  void refusesTooManyLabelsAlone() throws Exception {
    try (Varve store = open(Limits.NONE.withLabels(2));
        TestServer server = TestServer.over(store)) {
      HttpResponse<String> response =
          server.write(
              request(
                  series("__name__", "up", "a", "1", "b", "2").addSamples(sample(NOW, 1)),
                  series("__name__", "up", "a", "1").addSamples(sample(NOW, 1))));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("the limit label_limit of 2 is below its 3 labels");
      assertThat(store.stats().samplesAppended()).isEqualTo(1);
    }
  }
}
