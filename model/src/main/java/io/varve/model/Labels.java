package io.varve.model;

import io.varve.io.Varint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The identity of a series: names and values, sorted by name in UTF-8 byte order (not in the order
/// of Java's `char`s), names unique, neither names nor values empty. A label with an empty value is
/// the same as none and is dropped.
///
/// Held as one packed byte array, see {@link LabelsCodec}. Label sets are ordered name by name,
/// then value, then by length, as the series of a block are. Immutable, thread-safe.
public final class Labels implements Comparable<Labels> {
  public static final Labels EMPTY = new Labels(new byte[0]);

  /// The label that holds the name of the metric.
  public static final String METRIC_NAME = "__name__";

  private final byte[] encoded;

  private Labels(byte[] encoded) {
    this.encoded = encoded;
  }

  /// @param namesAndValues name, value, name, value ... in any order
  /// @throws IllegalArgumentException if a name is empty or occurs twice, or a value is missing
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("the last label has no value");
    }
    var builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (builder.labels.containsKey(namesAndValues[i].getBytes(StandardCharsets.UTF_8))) {
        throw new IllegalArgumentException("label \"" + namesAndValues[i] + "\" occurs twice");
      }
      builder.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /// A label set from its canonical packed form.
  ///
  /// @throws IllegalArgumentException if the bytes are not canonical
  public static Labels decode(byte[] bytes, int offset, int length) {
    String problem = LabelsCodec.problem(bytes, offset, length);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return ofCanonical(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /// A label set around bytes known to be canonical, not copied: the caller gives them away.
  public static Labels ofCanonical(byte[] encoded) {
    return new Labels(encoded);
  }

  public static Builder builder() {
    return new Builder();
  }

  /// The packed form. Shared, not to be changed.
  public byte[] encoded() {
    return encoded;
  }

  /// Number of labels. Takes a walk over the packed form.
  public int size() {
    int count = 0;
    for (int at = 0; at < encoded.length; count++) {
      at = after(after(at));
    }
    return count;
  }

  public boolean isEmpty() {
    return encoded.length == 0;
  }

  /// The value of a label, or null if there is no such label.
  public @Nullable String get(String name) {
    long value =
        LabelsCodec.find(encoded, 0, encoded.length, name.getBytes(StandardCharsets.UTF_8));
    return value < 0 ? null : string(value);
  }

  /// Calls {@code action} with each name and value, in order.
  public void forEach(BiConsumer<String, String> action) {
    for (int at = 0; at < encoded.length; ) {
      long name = field(at);
      long value = field(end(name));
      action.accept(string(name), string(value));
      at = end(value);
    }
  }

  /// Names in order.
  public List<String> names() {
    var names = new ArrayList<String>();
    forEach((name, value) -> names.add(name));
    return names;
  }

  /// A builder that starts with these labels.
  public Builder toBuilder() {
    var builder = new Builder();
    forEach(builder::set);
    return builder;
  }

  /// A 64-bit hash; see {@link LabelsCodec#hash}.
  public long hash() {
    return LabelsCodec.hash(encoded, 0, encoded.length);
  }

  @Override
  public int compareTo(Labels other) {
    byte[] a = encoded;
    byte[] b = other.encoded;
    int at = 0;
    int common = Arrays.mismatch(a, b);
    if (common < 0) {
      return 0;
    }
    // Both are alike up to the field that holds the first difference; find that field.
    while (at < a.length && at < b.length) {
      long fieldA = LabelsCodec.field(a, at, a.length);
      if (end(fieldA) > common) {
        long fieldB = LabelsCodec.field(b, at, b.length);
        return Arrays.compareUnsigned(
            a, LabelsCodec.start(fieldA), end(fieldA), b, LabelsCodec.start(fieldB), end(fieldB));
      }
      at = end(fieldA);
    }
    return Integer.compare(a.length, b.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Labels labels && Arrays.equals(encoded, labels.encoded);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash());
  }

  /// As Prometheus writes it: `{name="value", other="value"}`, values quoted with Go's escapes.
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    forEach((name, value) -> {
      if (text.length() > 1) {
        text.append(", ");
      }
      GoQuote.appendName(text, name);
      text.append('=');
      GoQuote.append(text, value);
    });
    return text.append('}').toString();
  }

  private long field(int at) {
    return LabelsCodec.field(encoded, at, encoded.length);
  }

  private int after(int at) {
    return end(field(at));
  }

  private static int end(long field) {
    return LabelsCodec.start(field) + LabelsCodec.length(field);
  }

  private String string(long field) {
    return new String(
        encoded, LabelsCodec.start(field), LabelsCodec.length(field), StandardCharsets.UTF_8);
  }

  /// Collects labels in any order. Confined to one thread.
  public static final class Builder {
    private final TreeMap<byte[], byte[]> labels = new TreeMap<>(Arrays::compareUnsigned);

    private Builder() {}

    /// Sets a label, replacing one of the same name. An empty value removes it.
    ///
    /// @throws IllegalArgumentException if the name is empty
    public Builder set(String name, String value) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a label name is empty");
      }
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      if (value.isEmpty()) {
        labels.remove(key);
      } else {
        labels.put(key, value.getBytes(StandardCharsets.UTF_8));
      }
      return this;
    }

    public Labels build() {
      int length = 0;
      for (var label : labels.entrySet()) {
        length += fieldLength(label.getKey()) + fieldLength(label.getValue());
      }
      byte[] encoded = new byte[length];
      int at = 0;
      for (var label : labels.entrySet()) {
        at = LabelsCodec.putField(encoded, at, label.getKey());
        at = LabelsCodec.putField(encoded, at, label.getValue());
      }
      return new Labels(encoded);
    }

    private static int fieldLength(byte[] field) {
      return Varint.lengthOfUnsigned(field.length) + field.length;
    }
  }
}
