package io.varve.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One condition on the value of a label: `name="value"`, `name!="value"`, `name=~"regex"` or
/// `name!~"regex"`. A series without the label has the value `""` for it.
///
/// Regular expressions are RE2's, must match the whole value, and their dot matches a newline, as
/// in Prometheus (`^(?s:regex)$`).
///
/// Immutable, thread-safe.
public final class Matcher {
  /// How the value is compared.
  public enum Type {
    EQUAL("="),
    NOT_EQUAL("!="),
    REGEX("=~"),
    NOT_REGEX("!~");

    private final String operator;

    Type(String operator) {
      this.operator = operator;
    }

    /// As it is written in a selector.
    public String operator() {
      return operator;
    }
  }

  private final Type type;
  private final String name;
  private final String value;
  private final @Nullable LabelRegex regex;

  private Matcher(Type type, String name, String value, @Nullable LabelRegex regex) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.regex = regex;
  }

  public static Matcher equal(String name, String value) {
    return of(Type.EQUAL, name, value);
  }

  public static Matcher notEqual(String name, String value) {
    return of(Type.NOT_EQUAL, name, value);
  }

  /// @throws IllegalArgumentException if the regular expression is not valid
  public static Matcher regex(String name, String regex) {
    return of(Type.REGEX, name, regex);
  }

  /// @throws IllegalArgumentException if the regular expression is not valid
  public static Matcher notRegex(String name, String regex) {
    return of(Type.NOT_REGEX, name, regex);
  }

  /// @throws IllegalArgumentException if {@code type} takes a regular expression and {@code value}
  ///   is not a valid one
  public static Matcher of(Type type, String name, String value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    return switch (type) {
      case EQUAL, NOT_EQUAL -> new Matcher(type, name, value, null);
      case REGEX, NOT_REGEX -> new Matcher(type, name, value, LabelRegex.compile(name, value));
    };
  }

  /// Refuses matchers that together would select every series by default.
  ///
  /// @return {@code matchers}
  /// @throws IllegalArgumentException if each of them matches the empty value, so that the selector
  ///   says nothing that a series must have
  public static List<Matcher> requireNonEmpty(List<Matcher> matchers) {
    if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
      throw new IllegalArgumentException(
          "a selector needs at least one matcher that does not match the empty value");
    }
    return matchers;
  }

  public Type type() {
    return type;
  }

  /// Name of the label.
  public String name() {
    return name;
  }

  /// The value or the regular expression, as it was given.
  public String value() {
    return value;
  }

  /// Whether a label value fulfils the condition.
  ///
  /// @param candidate the value, `""` for a series without the label
  public boolean matches(String candidate) {
    return switch (type) {
      case EQUAL -> value.equals(candidate);
      case NOT_EQUAL -> !value.equals(candidate);
      case REGEX -> regex().matches(candidate);
      case NOT_REGEX -> !regex().matches(candidate);
    };
  }

  /// Whether series without the label are selected.
  public boolean matchesEmpty() {
    return matches("");
  }

  /// The matcher that selects exactly the other series.
  public Matcher inverse() {
    Type opposite =
        switch (type) {
          case EQUAL -> Type.NOT_EQUAL;
          case NOT_EQUAL -> Type.EQUAL;
          case REGEX -> Type.NOT_REGEX;
          case NOT_REGEX -> Type.REGEX;
        };
    return new Matcher(opposite, name, value, regex);
  }

  /// All values that match, without repetition, where they are few and known: of an `EQUAL` matcher
  /// its value, of a `REGEX` such as `a|b` or `(a|b)x` its alternatives, the empty value included.
  /// Empty for the others; for a `NOT_` matcher ask its {@link #inverse()}.
  public Optional<List<String>> literals() {
    return switch (type) {
      case EQUAL -> Optional.of(List.of(value));
      case REGEX -> regex().literals();
      case NOT_EQUAL, NOT_REGEX -> Optional.empty();
    };
  }

  /// A string with which every value begins that matches; `""` if none is known.
  public String prefix() {
    return switch (type) {
      case EQUAL -> value;
      case REGEX -> regex().prefix();
      case NOT_EQUAL, NOT_REGEX -> "";
    };
  }

  /// Whether this is known to match every value, as `=~".*"` does.
  public boolean isAlwaysTrue() {
    return type == Type.REGEX && regex().matchesAll();
  }

  /// Whether this is known to match no value, as `!~".*"` does.
  public boolean isAlwaysFalse() {
    return type == Type.NOT_REGEX && regex().matchesAll();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Matcher matcher
        && type == matcher.type
        && name.equals(matcher.name)
        && value.equals(matcher.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, name, value);
  }

  /// As it is written in a selector: `name="value"`.
  @Override
  public String toString() {
    var text = new StringBuilder();
    GoQuote.appendName(text, name);
    text.append(type.operator());
    GoQuote.append(text, value);
    return text.toString();
  }

  private LabelRegex regex() {
    return Objects.requireNonNull(regex);
  }
}
