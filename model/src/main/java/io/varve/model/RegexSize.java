package io.varve.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses regular expressions that would take the memory or the stack of the process: RE2/J
/// unrolls counts, so that `((a{1000}){1000}){1000}` is a program of 10^9 steps, and it descends
/// into groups by recursion. RE2 and Go have such limits of their own.
///
/// Estimates the number of steps from the text, before anything is compiled. A step stands for a
/// character or a class; an expression that is not valid may get any answer. Confined to one
/// thread, used once.
final class RegexSize {
  private static final Pattern COUNT = Pattern.compile("([0-9]{1,4})(?:,([0-9]{0,4}))?}");

  /// Groups within one another, as in Go.
  private static final int MAX_DEPTH = 1000;

  /// Steps beyond those for the characters of the text.
  private static final long MAX_UNROLLED = 1 << 17;

  private final String regex;

  /// Steps of each open group, the whole expression first.
  private final long[] steps = new long[MAX_DEPTH + 1];

  private int depth;
  private int at;

  /// Steps of what was read last, which a count repeats.
  private long last;

  private RegexSize(String regex) {
    this.regex = regex;
  }

  /// Says why an expression is refused.
  ///
  /// @return the end of a sentence, or null if all is well
  static @Nullable String problem(String regex) {
    return new RegexSize(regex).problem();
  }

  private @Nullable String problem() {
    while (at < regex.length()) {
      switch (regex.charAt(at++)) {
        case '(' -> {
          if (depth == MAX_DEPTH) {
            return "it is nested too deeply";
          }
          steps[++depth] = 1;
        }
        case ')' -> closeGroup();
        case '{' -> repeat();
        case '[' -> skipClass();
        case '\\' -> skipEscape();
        default -> step(1);
      }
      if (steps[depth] - regex.length() > MAX_UNROLLED) {
        return "it repeats too much";
      }
    }
    return null;
  }

  private void step(long count) {
    last = count;
    steps[depth] += count;
  }

  private void closeGroup() {
    if (depth > 0) {
      step(steps[depth--]);
    }
  }

  /// A count: `{2}`, `{2,}` or `{2,5}`. Other braces are characters.
  private void repeat() {
    java.util.regex.Matcher count = COUNT.matcher(regex).region(at, regex.length());
    if (!count.lookingAt()) {
      step(1);
      return;
    }
    at = count.end();
    String most = count.group(count.group(2) == null || count.group(2).isEmpty() ? 1 : 2);
    step(last * Math.max(1, Integer.parseInt(most)));
  }

  private void skipEscape() {
    if (at < regex.length() && regex.charAt(at) == 'Q') {
      int end = regex.indexOf("\\E", at);
      int quoted = (end < 0 ? regex.length() : end) - at;
      at = end < 0 ? regex.length() : end + 2;
      step(quoted);
    } else {
      at++;
      step(1);
    }
  }

  private void skipClass() {
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    // Right at the beginning a bracket is one of the characters.
    if (at < regex.length() && regex.charAt(at) == ']') {
      at++;
    }
    while (at < regex.length() && regex.charAt(at) != ']') {
      int named = regex.startsWith("[:", at) ? regex.indexOf(":]", at) : -1;
      if (named >= 0) {
        at = named + 2;
      } else {
        at += regex.charAt(at) == '\\' ? 2 : 1;
      }
    }
    at++;
    step(1);
  }
}
