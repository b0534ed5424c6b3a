package io.varve.remote;

import io.javalin.http.Context;
import io.varve.Varve;
import io.varve.model.Metadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `/api/v1/metadata`: type, unit and help of families of metrics. Thread-safe.
final class MetadataEndpoint {
  private final BodyReader bodies;
  private final Gate gate;

  /// @param gate limits these requests
  MetadataEndpoint(BodyReader bodies, Gate gate) {
    this.bodies = bodies;
    this.gate = gate;
  }

  void serve(Context context, Varve store) throws IOException {
    gate.enter();
    try {
      Parameters parameters = Parameters.of(context.req(), bodies);
      int limit = limit(parameters, "limit");
      int perMetric = limit(parameters, "limit_per_metric");
      SortedMap<String, List<Metadata>> found = named(store.metadata(), parameters.get("metric"));
      JsonEnvelope.data(
          context.res(),
          json -> write(json, found, limit < 0 ? found.size() : limit, Math.max(0, perMetric)));
    } finally {
      gate.leave();
    }
  }

  /// @return -1 without a limit
  private static int limit(Parameters parameters, String name) {
    String text = parameters.get(name);
    try {
      return text == null ? -1 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Refusal.badRequest(name + " must be a number");
    }
  }

  private static SortedMap<String, List<Metadata>> named(
      SortedMap<String, List<Metadata>> all, @Nullable String metric) {
    if (metric == null) {
      return all;
    }
    List<Metadata> found = all.get(metric);
    return found == null ? new TreeMap<>() : new TreeMap<>(Map.of(metric, found));
  }

  /// @param perMetric most entries of a family, 0 without a limit
  private static void write(
      JsonGenerator json, SortedMap<String, List<Metadata>> found, int limit, int perMetric) {
    json.writeStartObject();
    found.entrySet().stream()
        .limit(limit)
        .forEach(family -> {
          json.writeArrayPropertyStart(family.getKey());
          family.getValue().stream()
              .limit(perMetric == 0 ? Long.MAX_VALUE : perMetric)
              .forEach(metadata -> write(json, metadata));
          json.writeEndArray();
        });
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Metadata metadata) {
    json.writeStartObject();
    json.writeStringProperty("type", metadata.type().toString());
    json.writeStringProperty("unit", metadata.unit());
    json.writeStringProperty("help", metadata.help());
    json.writeEndObject();
  }
}
