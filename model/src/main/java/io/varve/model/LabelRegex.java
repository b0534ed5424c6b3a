package io.varve.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A regular expression that is matched against whole label values.
///
/// What {@link RegexLanguage} finds out about it answers most candidates without running the
/// expression: the usual ones in dashboards are `a|b|c`, `prefix.*`, `.+` and `.*`. Immutable,
/// thread-safe.
final class LabelRegex {
  private final Pattern pattern;
  private final RegexLanguage language;
  private final @Nullable Set<String> literals;

  private LabelRegex(Pattern pattern, RegexLanguage language) {
    this.pattern = pattern;
    this.language = language;
    this.literals = language.isFinite() ? new HashSet<>(language.words()) : null;
  }

  /// @param label name of the label, for the message
  static LabelRegex compile(String label, String regex) {
    String problem = RegexSize.problem(regex);
    if (problem == null) {
      problem = RegexFold.problem(regex);
    }
    if (problem != null) {
      throw invalid(label, regex, problem);
    }
    try {
      // Not put between ^(?s: and )$: a text such as `a)(b` would be valid in there.
      return new LabelRegex(Pattern.compile(regex, Pattern.DOTALL), RegexLanguage.of(regex));
    } catch (PatternSyntaxException e) {
      throw invalid(label, regex, e.getDescription());
    } catch (StackOverflowError e) {
      throw invalid(label, regex, "it is nested too deeply");
    }
  }

  private static IllegalArgumentException invalid(String label, String regex, String why) {
    var text = new StringBuilder("the regular expression ");
    GoQuote.append(text, regex);
    text.append(" for label ");
    GoQuote.append(text, label);
    return new IllegalArgumentException(text.append(" is not valid: ").append(why).toString());
  }

  boolean matches(String candidate) {
    if (literals != null) {
      return literals.contains(candidate);
    }
    if (!candidate.startsWith(language.prefix())) {
      return false;
    }
    return switch (language.rest()) {
      case ANYTHING -> true;
      case SOMETHING -> candidate.length() > language.prefix().length();
      case UNKNOWN -> run(candidate);
    };
  }

  private boolean run(String candidate) {
    try {
      return pattern.matches(candidate);
    } catch (StackOverflowError e) {
      // RE2/J follows a chain of optional parts by recursion.
      throw new IllegalArgumentException("a regular expression is too complex to be run", e);
    }
  }

  Optional<List<String>> literals() {
    return language.isFinite() ? Optional.of(language.words()) : Optional.empty();
  }

  String prefix() {
    return language.prefix();
  }

  boolean matchesAll() {
    return !language.isFinite()
        && language.prefix().isEmpty()
        && language.rest() == RegexLanguage.Rest.ANYTHING;
  }
}
