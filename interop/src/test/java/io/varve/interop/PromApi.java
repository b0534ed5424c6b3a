package io.varve.interop;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The query API of a Prometheus. Thread-safe.
final class PromApi {
  private final URI server;

  PromApi(URI server) {
    this.server = server;
  }

  /// Evaluates an expression every second.
  ///
  /// @param start time of the first evaluation, milliseconds since the epoch
  /// @param end time of the last one, milliseconds since the epoch
  /// @return the series of the answer, sorted by their labels, each with its values
  List<Object> range(String expression, long start, long end) throws IOException {
    return range(expression, start, end, 1000);
  }

  /// Evaluates an expression every {@code step} milliseconds, else as {@link #range(String, long,
  /// long)}.
  List<Object> range(String expression, long start, long end, long step) throws IOException {
    return result(
        "query_range",
        Map.of(
            "query",
            expression,
            "start",
            seconds(start),
            "end",
            seconds(end),
            "step",
            seconds(step)));
  }

  /// Evaluates an expression once.
  ///
  /// @param time milliseconds since the epoch
  /// @return the series of the answer, sorted by their labels, each with its value, or with its
  ///   samples if the expression is a range
  List<Object> instant(String expression, long time) throws IOException {
    return result("query", Map.of("query", expression, "time", seconds(time)));
  }

  /// Evaluates an expression that gives at most one number.
  ///
  /// @param time milliseconds since the epoch
  /// @return NaN if there is no answer
  double scalar(String expression, long time) throws IOException {
    List<Object> vector = instant(expression, time);
    if (vector.isEmpty()) {
      return Double.NaN;
    }
    List<?> sample = (List<?>) ((Map<?, ?>) vector.getFirst()).get("value");
    return Double.parseDouble((String) sample.getLast());
  }

  @SuppressWarnings("unchecked")
  private List<Object> result(String query, Map<String, String> form) throws IOException {
    Map<String, Object> answer = Json.object(Http.post(server.resolve("/api/v1/" + query), form));
    if (!"success".equals(answer.get("status")) || answer.containsKey("warnings")) {
      throw new AssertionError(form + " is answered by " + answer);
    }
    var result = (List<Object>) ((Map<String, Object>) answer.get("data")).get("result");
    result.sort(Comparator.comparing(series -> ((Map<?, ?>) series).get("metric").toString()));
    return result;
  }

  private static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).toString();
  }
}
