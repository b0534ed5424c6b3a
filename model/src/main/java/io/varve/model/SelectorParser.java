package io.varve.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a series selector as Prometheus writes it: `up`, `up{job="node", host=~"a.*"}`,
/// `{__name__="up"}`, `{"metric.with.dots", "label.with.dots"!="x"}`.
///
/// ```
/// selector = name | [name] "{" [item ("," item)* [","]] "}"
/// item     = label ("=" | "!=" | "=~" | "!~") string | string
/// label    = identifier | string
/// ```
///
/// A string alone in the braces is the name of the metric. Strings are quoted by `"`, `'` or
/// backticks, see {@link GoUnquote}. Between tokens may be white space and comments from `#` to the
/// end of the line.
///
/// Used through {@link #parse}.
public final class SelectorParser {
  private final String text;
  private final List<Matcher> matchers = new ArrayList<>();
  private int at;

  private SelectorParser(String text) {
    this.text = text;
  }

  /// The matchers of a selector. The empty selector `{}` is legal here; see {@link
  /// Matcher#requireNonEmpty}.
  ///
  /// @throws IllegalArgumentException with one sentence that says what is wrong and where
  public static List<Matcher> parse(String selector) {
    return new SelectorParser(selector).selector();
  }

  private List<Matcher> selector() {
    skipSpace();
    String metric = identifier(true);
    skipSpace();
    if (metric.isEmpty() || at < text.length()) {
      braces();
    }
    skipSpace();
    if (at < text.length()) {
      throw unexpected("the end of the selector");
    }
    if (!metric.isEmpty()) {
      addMetric(metric);
    }
    return List.copyOf(matchers);
  }

  private void addMetric(String metric) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        throw wrong("the metric name must not be set twice, as " + metric + " and by " + matcher);
      }
    }
    matchers.addFirst(Matcher.equal(Labels.METRIC_NAME, metric));
  }

  private void braces() {
    if (!take('{')) {
      throw unexpected("a metric name or \"{\"");
    }
    skipSpace();
    while (!take('}')) {
      item();
      skipSpace();
      if (!take(',') && !at('}')) {
        throw unexpected("\",\" or \"}\"");
      }
      skipSpace();
    }
  }

  private void item() {
    int start = at;
    String quoted = string();
    String label = quoted == null ? identifier(false) : quoted;
    if (quoted == null && label.isEmpty()) {
      throw unexpected("a label name or \"}\"");
    }
    skipSpace();
    if (quoted != null && (at(',') || at('}'))) {
      matchers.add(Matcher.equal(Labels.METRIC_NAME, quoted));
      return;
    }
    Matcher.Type type = operator();
    skipSpace();
    String value = string();
    if (value == null) {
      throw unexpected("a quoted value");
    }
    try {
      matchers.add(Matcher.of(type, label, value));
    } catch (IllegalArgumentException e) {
      at = start;
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Matcher.Type operator() {
    for (Matcher.Type type :
        // The longer ones first: "=" is the beginning of "=~".
        new Matcher.Type[] {
          Matcher.Type.REGEX, Matcher.Type.NOT_REGEX, Matcher.Type.NOT_EQUAL, Matcher.Type.EQUAL
        }) {
      if (text.startsWith(type.operator(), at)) {
        at += type.operator().length();
        return type;
      }
    }
    throw unexpected("one of the operators = != =~ !~");
  }

  /// Takes an unquoted name, `""` if there is none.
  ///
  /// @param metric whether colons are allowed
  private String identifier(boolean metric) {
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at), at == start, metric)) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isNamePart(char c, boolean first, boolean metric) {
    boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (metric && c == ':') || (!first && c >= '0' && c <= '9');
  }

  /// Takes a quoted string, null if there is none.
  private @Nullable String string() {
    if (!at('"') && !at('\'') && !at('`')) {
      return null;
    }
    try {
      GoUnquote.Quoted quoted = GoUnquote.read(text, at);
      at = quoted.end();
      return quoted.value();
    } catch (GoUnquote.MalformedStringException e) {
      at = e.position();
      throw wrong(e.what());
    }
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return;
      }
    }
  }

  private boolean at(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean take(char c) {
    boolean there = at(c);
    if (there) {
      at++;
    }
    return there;
  }

  private IllegalArgumentException unexpected(String expected) {
    String found =
        at < text.length() ? "'" + Character.toString(text.codePointAt(at)) + "'" : "the end";
    return wrong("expected " + expected + " but found " + found);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "selector is not valid at character " + (at + 1) + ": " + what);
  }
}
