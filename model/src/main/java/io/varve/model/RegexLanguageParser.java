package io.varve.model;

import io.varve.model.RegexLanguage.Rest;
import java.util.ArrayList;

/// Reads as much of RE2's syntax as is needed to say what an expression matches. The expression is
/// already known to be valid. Anything that is not surely understood (flags, named groups, classes
/// by name, odd escapes) ends the attempt, with nothing known: a wrong answer here would lose
/// series.
///
/// ```
/// alternation = sequence ("|" sequence)*
/// sequence    = (atom quantifier?)*
/// atom        = "." | class | "(" alternation ")" | "(?:" alternation ")" | escape | character
/// quantifier  = ("*" | "+" | "?" | "{" ... "}") "?"?
/// ```
///
/// Confined to one thread, used once.
final class RegexLanguageParser {
  private static final String LITERAL_ESCAPES = "afnrtv";
  private static final String LITERAL_ESCAPED = "\u0007\f\n\r\t\u000b";
  private static final int MAX_DEPTH = 100;

  private final String regex;
  private int at;
  private int depth;

  /// Something that this parser does not know.
  private static final class NotUnderstood extends Exception {
    NotUnderstood() {
      super(null, null, false, false);
    }
  }

  RegexLanguageParser(String regex) {
    this.regex = regex;
  }

  RegexLanguage parse() {
    try {
      RegexLanguage language = alternation();
      return at == regex.length() ? language : RegexLanguage.NOTHING_KNOWN;
    } catch (NotUnderstood e) {
      return RegexLanguage.NOTHING_KNOWN;
    }
  }

  private RegexLanguage alternation() throws NotUnderstood {
    if (++depth > MAX_DEPTH) {
      throw new NotUnderstood();
    }
    var alternatives = new ArrayList<RegexLanguage>();
    alternatives.add(sequence());
    while (at < regex.length() && regex.charAt(at) == '|') {
      at++;
      alternatives.add(sequence());
    }
    depth--;
    return RegexLanguage.anyOf(alternatives);
  }

  private RegexLanguage sequence() throws NotUnderstood {
    RegexLanguage language = RegexLanguage.EMPTY_WORD;
    var run = new StringBuilder();
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      boolean any = regex.charAt(at) == '.';
      int point = literal();
      if (point >= 0 && !atQuantifier()) {
        run.appendCodePoint(point);
        continue;
      }
      RegexLanguage atom = point >= 0 ? RegexLanguage.word(Character.toString(point)) : compound();
      language = flush(language, run).then(quantified(atom, any));
    }
    return flush(language, run);
  }

  private static RegexLanguage flush(RegexLanguage language, StringBuilder run) {
    if (run.isEmpty()) {
      return language;
    }
    String word = run.toString();
    run.setLength(0);
    return language.then(RegexLanguage.word(word));
  }

  /// Takes one literal character, escaped or not; -1, and nothing taken, if something else comes.
  private int literal() throws NotUnderstood {
    int point = regex.codePointAt(at);
    if (point == '\\') {
      return escapedLiteral();
    }
    if ("^$.[(*+?{".indexOf(point) >= 0) {
      return -1;
    }
    at += Character.charCount(point);
    return point;
  }

  private int escapedLiteral() throws NotUnderstood {
    char escaped = afterBackslash();
    int known = LITERAL_ESCAPES.indexOf(escaped);
    if (known >= 0) {
      at += 2;
      return LITERAL_ESCAPED.charAt(known);
    }
    if ("dDsSwW".indexOf(escaped) >= 0) {
      return -1;
    }
    if (escaped <= ' ' || escaped >= 0x7f || Character.isLetterOrDigit(escaped)) {
      throw new NotUnderstood();
    }
    at += 2;
    return escaped;
  }

  private char afterBackslash() throws NotUnderstood {
    if (at + 1 >= regex.length()) {
      throw new NotUnderstood();
    }
    return regex.charAt(at + 1);
  }

  /// Takes what stands for more than one string, or for a place between characters.
  private RegexLanguage compound() throws NotUnderstood {
    switch (regex.charAt(at)) {
      case '(' -> {
        return group();
      }
      case '.' -> at++;
      case '\\' -> at += 2;
      case '[' -> skipClass();
      case '^' -> {
        // Only where it holds anyway: values are matched from their start to their end.
        return anchor(at == 0);
      }
      case '$' -> {
        return anchor(at == regex.length() - 1);
      }
      default -> throw new NotUnderstood();
    }
    return RegexLanguage.NOTHING_KNOWN;
  }

  private RegexLanguage anchor(boolean holds) throws NotUnderstood {
    if (!holds) {
      throw new NotUnderstood();
    }
    at++;
    return RegexLanguage.EMPTY_WORD;
  }

  private RegexLanguage group() throws NotUnderstood {
    at++;
    if (regex.startsWith("?:", at)) {
      at += 2;
    } else if (at < regex.length() && regex.charAt(at) == '?') {
      throw new NotUnderstood();
    }
    RegexLanguage inner = alternation();
    if (at >= regex.length() || regex.charAt(at) != ')') {
      throw new NotUnderstood();
    }
    at++;
    return inner;
  }

  /// A character class of plain characters, ranges and escapes; `[:alpha:]` and the like are left.
  private void skipClass() throws NotUnderstood {
    at++;
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    for (boolean first = true; at < regex.length(); first = false) {
      char c = regex.charAt(at);
      if (c == ']' && !first) {
        at++;
        return;
      }
      if (c == ']' || c == '[') {
        throw new NotUnderstood();
      }
      if (c == '\\' && literal() < 0) {
        at += 2;
      } else if (c != '\\') {
        at++;
      }
    }
    throw new NotUnderstood();
  }

  private boolean atQuantifier() {
    return at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0;
  }

  /// @param any whether {@code atom} is the dot, which stands for every character
  private RegexLanguage quantified(RegexLanguage atom, boolean any) throws NotUnderstood {
    if (!atQuantifier()) {
      return atom;
    }
    char quantifier = regex.charAt(at++);
    RegexLanguage result =
        switch (quantifier) {
          case '*' -> any ? RegexLanguage.endless("", Rest.ANYTHING) : RegexLanguage.NOTHING_KNOWN;
          case '+' -> any ? RegexLanguage.endless("", Rest.SOMETHING) : atom.repeated();
          case '?' -> atom.optional();
          default -> counted(atom);
        };
    if (at < regex.length() && regex.charAt(at) == '?') {
      at++;
    }
    return result;
  }

  /// A count in braces: `{2}`, `{2,}` or `{2,5}`. Other braces are literal characters in RE2.
  private RegexLanguage counted(RegexLanguage atom) throws NotUnderstood {
    int close = regex.indexOf('}', at);
    if (close < 0 || !regex.substring(at, close).matches("[0-9]+(,[0-9]*)?")) {
      throw new NotUnderstood();
    }
    boolean mayBeAbsent = regex.charAt(at) == '0';
    at = close + 1;
    return mayBeAbsent ? RegexLanguage.NOTHING_KNOWN : atom.repeated();
  }
}
