package io.varve.interop;

import io.varve.Compatibility;
import io.varve.model.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;

/// The releases of Prometheus that Varve is held to: Debian 12's, which knows the fewest formats,
/// and one of the present series. What they do differently is told here.
enum PrometheusVersion {
  V2_42("2.42"),
  V3_5("3.5"),

  /// Newer than what can be had everywhere: for tests of what it alone has, where it is installed.
  V3_13("3.13");

  private final String number;

  PrometheusVersion(String number) {
    this.number = number;
  }

  Path prometheus() {
    return Peers.program("prometheus-" + number, "prometheus");
  }

  Path promtool() {
    return Peers.program("prometheus-" + number, "promtool");
  }

  /// Flags that make it lock its data directory. Debian's 2.42 does not unless it is told to.
  List<String> lockFlags() {
    return this == V2_42 ? List.of("--storage.tsdb.use-lockfile") : List.of();
  }

  /// With what Varve writes what this version reads.
  Compatibility compatibility() {
    return switch (this) {
      case V2_42 -> Compatibility.V2_42;
      case V3_5 -> Compatibility.V3_5;
      case V3_13 -> Compatibility.V3_13;
    };
  }

  /// A label set as this version prints it: 2.42 takes every name for a plain one.
  String print(Labels labels) {
    if (this != V2_42) {
      return labels.toString();
    }
    var text = new StringJoiner(", ", "{", "}");
    labels.forEach((name, value) -> text.add(name + '=' + GoText.quote(value)));
    return text.toString();
  }

  @Override
  public String toString() {
    return number;
  }
}
