package io.varve.cli;

import io.varve.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A metric name with the values of each of its own labels. With the label `le` it is a histogram,
/// which has buckets, a sum and a count.
record MetricFamily(String name, List<Dimension> dimensions) {
  private static final Map<String, String> SHARED_VALUES =
      Map.of(
          "$seconds", "0.005|0.01|0.025|0.05|0.1|0.25|0.5|1|2.5|5|10|+Inf",
          "$fast", "0.001|0.002|0.004|0.008|0.016|0.032|0.064|0.128|0.256|0.512|1.024|+Inf",
          "$bytes", "256|1024|4096|16384|65536|262144|1.048576e+06|+Inf",
          "$verb", "GET|LIST|WATCH|POST|PUT|PATCH|DELETE",
          "$resource", "pods|nodes|leases|events|configmaps|secrets|endpointslices|deployments",
          "$queue", "deployment|replicaset|daemonset|job|namespace|serviceaccount|node_lifecycle");
  private static final Pattern SYNTAX = Pattern.compile("(\\w+)(?:\\{(.*)})?");
  private static final String BUCKET_BOUND = "le";

  /// One label and the values it takes.
  record Dimension(String label, List<String> values) {
    private static Dimension parse(String text) {
      String[] parts = text.split("=", -1);
      String values = SHARED_VALUES.getOrDefault(parts[1], parts[1]);
      return new Dimension(parts[0], List.of(values.split("\\|", -1)));
    }
  }

  /// Families are separated by white space, each written `name` or `name{label=value|value,...}`; a
  /// value that starts with `$` stands for several.
  static List<MetricFamily> parse(String text) {
    return Stream.of(text.strip().split("\\s+", -1)).map(MetricFamily::parseOne).toList();
  }

  private static MetricFamily parseOne(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no metric family: " + text);
    }
    String labels = matcher.group(2);
    return new MetricFamily(
        matcher.group(1),
        labels == null
            ? List.of()
            : Stream.of(labels.split(",", -1)).map(Dimension::parse).toList());
  }

  /// Calls {@code series} with the labels of every series of the family on one target.
  void expand(Labels target, Consumer<Labels> series) {
    expand(0, target.toBuilder(), series);
  }

  private void expand(int depth, Labels.Builder labels, Consumer<Labels> series) {
    boolean histogram = dimensions.stream().anyMatch(d -> d.label.equals(BUCKET_BOUND));
    if (depth == dimensions.size()) {
      emit(histogram ? "_bucket" : "", labels, series);
      return;
    }
    Dimension dimension = dimensions.get(depth);
    for (String value : dimension.values) {
      expand(depth + 1, labels.set(dimension.label, value), series);
    }
    if (dimension.label.equals(BUCKET_BOUND)) {
      labels.set(BUCKET_BOUND, "");
      emit("_sum", labels, series);
      emit("_count", labels, series);
    }
  }

  private void emit(String suffix, Labels.Builder labels, Consumer<Labels> series) {
    series.accept(labels.set(Labels.METRIC_NAME, name + suffix).build());
  }
}
