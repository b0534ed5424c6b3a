package io.varve.block;

import java.util.List;

/// Members of a JSON object that Varve does not know, each value as the text it had: Thanos, Mimir
/// and later versions of Prometheus keep theirs in `meta.json`, and a rewrite must not lose them.
/// Immutable.
public record ExtraFields(List<Field> fields) {
  public static final ExtraFields NONE = new ExtraFields(List.of());

  public ExtraFields {
    fields = List.copyOf(fields);
  }

  /// @param json the value, well-formed JSON
  public record Field(String name, String json) {}
}
