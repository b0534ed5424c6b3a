package io.varve.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses regular expressions that RE2/J would never finish to compile. It looks for the cases of
/// a character by folding until it comes back to where it began, and from U+1C80 to U+1C88 (old
/// forms of Cyrillic letters) it does not: its tables do not know that these belong to letters
/// which Java maps to each other (google/re2j#168). No other character does that on Java 25.
///
/// Finds them where they stand by themselves and within the ranges of classes; classes by name are
/// folded by tables. An expression that is not valid may get any answer. Confined to one thread,
/// used once.
final class RegexFold {
  private static final Pattern IGNORES_CASE = Pattern.compile("\\(\\?[a-zA-Z]*i");
  private static final Pattern HEX = Pattern.compile("\\\\x\\{0*([0-9a-fA-F]{1,6})}");
  private static final char FIRST = '\u1c80';
  private static final char LAST = '\u1c88';

  private final String regex;
  private int at;

  private RegexFold(String regex) {
    this.regex = regex;
  }

  /// Says why an expression is refused.
  ///
  /// @return the end of a sentence, or null if all is well
  static @Nullable String problem(String regex) {
    return IGNORES_CASE.matcher(regex).find() && new RegexFold(regex).hasEndless()
        ? "it ignores the case of characters from U+1C80 to U+1C88, which is not supported"
        : null;
  }

  private boolean hasEndless() {
    while (at < regex.length()) {
      boolean found;
      if (regex.startsWith("\\Q", at)) {
        found = quotedHasEndless();
      } else if (regex.charAt(at) == '[') {
        found = classHasEndless();
      } else {
        int point = character();
        found = isEndless(point, point);
      }
      if (found) {
        return true;
      }
    }
    return false;
  }

  private boolean quotedHasEndless() {
    int end = regex.indexOf("\\E", at);
    String quoted = regex.substring(at + 2, end < 0 ? regex.length() : end);
    at = end < 0 ? regex.length() : end + 2;
    return quoted.chars().anyMatch(c -> isEndless(c, c));
  }

  private boolean classHasEndless() {
    at++;
    if (regex.startsWith("^", at)) {
      at++;
    }
    // Right at the beginning a bracket is one of the characters.
    for (int begin = at; at < regex.length() && (at == begin || regex.charAt(at) != ']'); ) {
      int named = regex.startsWith("[:", at) ? regex.indexOf(":]", at) : -1;
      if (named >= 0) {
        at = named + 2;
        continue;
      }
      int low = character();
      int high = low;
      if (regex.startsWith("-", at) && !regex.startsWith("-]", at) && at + 1 < regex.length()) {
        at++;
        high = character();
      }
      if (isEndless(low, high)) {
        return true;
      }
    }
    at++;
    return false;
  }

  /// Takes one character. Escapes other than by number in braces stand for some below the endless
  /// ones, and count as 0.
  private int character() {
    int point = regex.codePointAt(at);
    if (point != '\\') {
      at += Character.charCount(point);
      return point;
    }
    java.util.regex.Matcher number = HEX.matcher(regex).region(at, regex.length());
    if (number.lookingAt()) {
      at = number.end();
      return Integer.parseInt(number.group(1), 16);
    }
    at = Math.min(at + 2, regex.length());
    return 0;
  }

  private static boolean isEndless(int low, int high) {
    return low <= LAST && high >= FIRST;
  }
}
