package io.varve.remote;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The parameters of a request: of the form in its body and of its query string; where both have a
/// parameter, the form comes first. Immutable.
final class Parameters {
  private static final String FORM = "application/x-www-form-urlencoded";

  /// Far above any real request. Each takes a byte in the request, and dozens in memory.
  private static final int MAX_PARAMETERS = 10_000;

  /// Bytes of memory for a byte of a form: the text, and its parts decoded.
  private static final int FORM_WEIGHT = 4;

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /// @throws Refusal if the form or the query string is malformed
  static Parameters of(HttpServletRequest request, BodyReader bodies) throws IOException {
    var values = new TreeMap<String, List<String>>();
    String type = request.getContentType();
    if (type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
      add(values, bodies.plain(request, Parameters::text));
    }
    add(values, request.getQueryString());
    return new Parameters(values);
  }

  private static String text(RequestBuffers buffers, int length, LongConsumer memory) {
    memory.accept((long) FORM_WEIGHT * length);
    return new String(buffers.body(), 0, length, StandardCharsets.UTF_8);
  }

  private static void add(Map<String, List<String>> values, @Nullable String encoded) {
    if (encoded == null) {
      return;
    }
    if (encoded.chars().filter(c -> c == '&').count() >= MAX_PARAMETERS) {
      throw Refusal.badRequest("the request has more than " + MAX_PARAMETERS + " parameters");
    }
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  private static String decode(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("a parameter is not encoded as in a URL: " + e.getMessage());
    }
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /// The first value, null if there is none or it is empty.
  @Nullable String get(String name) {
    List<String> all = all(name);
    return all.isEmpty() || all.getFirst().isEmpty() ? null : all.getFirst();
  }

  /// A time in milliseconds since the epoch.
  ///
  /// @param missing the time if there is no such parameter
  long time(String name, long missing) {
    String text = get(name);
    if (text == null) {
      return missing;
    }
    try {
      return ApiTime.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, e);
    }
  }

  /// The largest number of results wanted, {@link Integer#MAX_VALUE} without a limit.
  int limit() {
    String text = get("limit");
    try {
      int limit = text == null ? 0 : Integer.parseInt(text);
      if (limit < 0) {
        throw new IllegalArgumentException("limit must be non-negative");
      }
      return limit == 0 ? Integer.MAX_VALUE : limit;
    } catch (NumberFormatException e) {
      throw Refusal.badRequest("invalid parameter \"limit\": not a number: \"" + text + '"');
    } catch (IllegalArgumentException e) {
      throw invalid("limit", e);
    }
  }

  static Refusal invalid(String name, IllegalArgumentException why) {
    return Refusal.badRequest("invalid parameter \"" + name + "\": " + why.getMessage());
  }
}
