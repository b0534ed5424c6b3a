package io.varve.remote;

import io.varve.ReplayProgress;
import io.varve.model.Labels;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Answers of the query API, in the form that Prometheus gives them:
///
/// ```
/// {"status": "success", "data": [...], "warnings": [...]}
/// {"status": "error", "errorType": "bad_data", "error": "..."}
/// ```
///
/// Stateless.
final class JsonEnvelope {
  private static final String TYPE = "application/json";
  private static final JsonFactory JSON = new JsonFactory();

  private JsonEnvelope() {}

  static void strings(HttpServletResponse response, Collection<String> data, int limit)
      throws IOException {
    list(response, data, limit, JsonGenerator::writeString);
  }

  static void series(HttpServletResponse response, Collection<Labels> data, int limit)
      throws IOException {
    list(response, data, limit, JsonEnvelope::writeLabels);
  }

  static void writeLabels(JsonGenerator json, Labels labels) {
    json.writeStartObject();
    labels.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  /// The items go out as they are written. The generator is closed at the end only: closed half
  /// way, it would complete the text, and a part of the list would look like the whole.
  static <T> void list(
      HttpServletResponse response,
      Collection<T> data,
      int limit,
      BiConsumer<JsonGenerator, T> item)
      throws IOException {
    data(
        response,
        json -> {
          json.writeStartArray();
          Iterator<T> items = data.iterator();
          for (int i = 0; i < limit && items.hasNext(); i++) {
            item.accept(json, items.next());
          }
          json.writeEndArray();
          if (items.hasNext()) {
            json.writeArrayPropertyStart("warnings");
            json.writeString("results truncated due to limit");
            json.writeEndArray();
          }
        });
  }

  /// Answers with what {@code data} writes, one value; it may add other parts of the envelope.
  static void data(HttpServletResponse response, Consumer<JsonGenerator> data) throws IOException {
    response.setContentType(TYPE);
    try {
      JsonGenerator json =
          JSON.createGenerator(ObjectWriteContext.empty(), response.getOutputStream());
      json.writeStartObject();
      json.writeStringProperty("status", "success");
      json.writeName("data");
      data.accept(json);
      json.writeEndObject();
      json.close();
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }

  static void replay(HttpServletResponse response, ReplayProgress progress) throws IOException {
    data(
        response,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("min", progress.min());
          json.writeNumberProperty("max", progress.max());
          json.writeNumberProperty("current", progress.current());
          json.writeStringProperty("state", progress.state().text());
          json.writeEndObject();
        });
  }

  static void error(HttpServletResponse response, Refusal refusal) throws IOException {
    var body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("status", "error");
      json.writeStringProperty("errorType", errorType(refusal.status()));
      json.writeStringProperty("error", refusal.sentence());
      json.writeEndObject();
    }
    Answers.bytes(response, refusal.status(), TYPE, body.toByteArray());
  }

  private static String errorType(int status) {
    return switch (status) {
      case 500 -> "internal";
      case 503 -> "unavailable";
      default -> "bad_data";
    };
  }
}
