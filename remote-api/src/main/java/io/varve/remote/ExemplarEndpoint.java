package io.varve.remote;

import io.javalin.http.Context;
import io.varve.ExemplarSeries;
import io.varve.Varve;
import io.varve.model.Exemplar;
import io.varve.model.Matcher;
import io.varve.model.SelectorExtractor;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// `/api/v1/query_exemplars`: the exemplars of the series that a PromQL expression is about; no
/// content, as in Prometheus, if it is about none. Thread-safe.
final class ExemplarEndpoint {
  private final BodyReader bodies;
  private final Gate gate;

  /// @param gate limits these requests
  ExemplarEndpoint(BodyReader bodies, Gate gate) {
    this.bodies = bodies;
    this.gate = gate;
  }

  void serve(Context context, Varve store) throws IOException {
    gate.enter();
    try {
      Parameters parameters = Parameters.of(context.req(), bodies);
      long mint = parameters.time("start", ApiTime.MIN);
      long maxt = parameters.time("end", ApiTime.MAX);
      if (maxt < mint) {
        throw Refusal.badRequest("end timestamp must not be before start timestamp");
      }
      List<List<Matcher>> selectors = selectors(parameters);
      if (selectors.isEmpty()) {
        Answers.noContent(context.res());
        return;
      }
      List<ExemplarSeries> found = store.exemplars(mint, maxt, selectors);
      JsonEnvelope.list(context.res(), found, Integer.MAX_VALUE, ExemplarEndpoint::write);
    } finally {
      gate.leave();
    }
  }

  private static List<List<Matcher>> selectors(Parameters parameters) {
    String query = parameters.get("query");
    try {
      return SelectorExtractor.extract(query == null ? "" : query);
    } catch (IllegalArgumentException e) {
      throw Parameters.invalid("query", e);
    }
  }

  private static void write(JsonGenerator json, ExemplarSeries series) {
    json.writeStartObject();
    json.writeName("seriesLabels");
    JsonEnvelope.writeLabels(json, series.series());
    json.writeArrayPropertyStart("exemplars");
    series.exemplars().forEach(exemplar -> write(json, exemplar));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Exemplar exemplar) {
    json.writeStartObject();
    json.writeName("labels");
    JsonEnvelope.writeLabels(json, exemplar.labels());
    json.writeStringProperty("value", ApiNumber.value(exemplar.value()));
    json.writeName("timestamp");
    json.writeRawValue(ApiNumber.seconds(exemplar.timestamp()));
    json.writeEndObject();
  }
}
