package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KubernetesSeriesTest {
  @Test
  void givesAsManyDifferentSeriesAsAskedFor() {
    List<Labels> series = generate(20_000);

    assertThat(new HashSet<>(series)).hasSize(20_000);
  }

  @Test
  void fewerSeriesAreTheFirstOfMore() {
    assertThat(generate(5_000)).isEqualTo(generate(7_000).subList(0, 5_000));
  }

  @Test
  void seriesHaveTenToThirteenLabels() {
    assertThat(generate(20_000)).allMatch(labels -> labels.size() >= 10 && labels.size() <= 13);
  }

  @Test
  void neitherNamesNorValuesHoldWhatTheFileIsSplitAt() {
    for (Labels labels : generate(20_000)) {
      labels.forEach(
          (name, value) -> assertThat(name + value).doesNotContainPattern("[,:\"{}\\s]"));
    }
  }

  /// Benchmark figures of different days are of the same series only as long as this holds.
  @Test
  void seriesStayTheSameForGood() {
    List<Labels> series = generate(20_000);

    assertThat(series.getFirst())
        .hasToString(
            "{__name__=\"up\", cluster=\"prod-eu-west-1\", container=\"kube-apiserver\","
                + " endpoint=\"https-metrics\", instance=\"10.83.71.147\","
                + " job=\"kube-apiserver\", namespace=\"kube-system\","
                + " node=\"ip-10-61-157-246.eu-west-1.compute.internal\","
                + " pod=\"kube-apiserver-ip-10-61-157-246.eu-west-1.compute.internal\","
                + " service=\"kube-apiserver\"}");
    assertThat(series.getLast())
        .hasToString(
            "{__name__=\"go_memstats_mspan_inuse_bytes\", cluster=\"prod-eu-west-1\","
                + " container=\"build-runner\", endpoint=\"http-metrics\","
                + " instance=\"10.116.63.62\", job=\"build-runner\", namespace=\"ci\","
                + " node=\"ip-10-19-243-67.eu-west-1.compute.internal\","
                + " pod=\"build-runner-g6qqvrwxhc-j77x7\", service=\"build-runner\"}");
  }

  private static List<Labels> generate(int count) {
    var series = new ArrayList<Labels>();
    KubernetesSeries.generate(count, series::add);
    return series;
  }
}
