package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricTypeTest {
  @Test
  void numbersAndNamesAreThoseOfPrometheus() {
    String[] names = {
      "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"
    };
    for (int i = 0; i < names.length; i++) {
      assertThat(MetricType.of(i)).hasToString(names[i]);
      assertThat(MetricType.of(i).number()).isEqualTo(i);
    }
    assertThat(MetricType.of(8)).isEqualTo(MetricType.UNKNOWN);
    assertThat(MetricType.of(255)).isEqualTo(MetricType.UNKNOWN);
    assertThat(MetricType.of(-1)).isEqualTo(MetricType.UNKNOWN);
  }

  @Test
  void seriesAndFamiliesFindEachOther() {
    assertThat(MetricType.HISTOGRAM.seriesOf("x"))
        .containsExactly("x", "x_count", "x_sum", "x_bucket");
    assertThat(MetricType.HISTOGRAM.familyOf("x_bucket")).isEqualTo("x");
    assertThat(MetricType.HISTOGRAM.familyOf("x")).isEqualTo("x");
    assertThat(MetricType.GAUGE_HISTOGRAM.familyOf("x_gsum")).isEqualTo("x");
    assertThat(MetricType.SUMMARY.familyOf("x_count")).isEqualTo("x");
    assertThat(MetricType.SUMMARY.familyOf("x_bucket")).isEqualTo("x_bucket");
    assertThat(MetricType.SUMMARY.familyOf("_count")).isEqualTo("_count");
    assertThat(MetricType.COUNTER.familyOf("x_total")).isEqualTo("x_total");
    assertThat(MetricType.COUNTER.familiesOf("x_total")).containsExactly("x_total", "x");
    assertThat(MetricType.GAUGE.familyOf("x_count")).isEqualTo("x_count");
  }
}
