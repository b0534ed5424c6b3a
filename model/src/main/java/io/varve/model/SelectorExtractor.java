package io.varve.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Finds the series selectors in a PromQL expression: in `rate(x{a="b"}[5m]) / on (job) up` these
/// are `x{a="b"}` and `up`. Does not parse it: tokens are told apart by whether an operand or an
/// operator is due where they stand, which is enough to know a metric name from a function, a
/// keyword or a label to group by. Much that is no PromQL passes, then; what cannot be read is
/// refused.
///
/// Used through {@link #extract}.
public final class SelectorExtractor {
  /// Far beyond what a person or a dashboard writes; bounds the work that a request makes.
  private static final int MAX_SELECTORS = 100;

  /// Operators that are words; between an operand and its offset stands one, too.
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "atan2", "offset");

  /// Words before labels in parentheses, behind an aggregation or its operand.
  private static final Set<String> GROUPINGS = Set.of("by", "without");

  /// Words between a binary operator and its second operand, perhaps with labels or a value in
  /// parentheses.
  private static final Set<String> MATCHINGS =
      Set.of(
          "on", "ignoring", "group_left", "group_right", "fill", "fill_left", "fill_right", "bool");

  /// Of these the parentheses may be missing.
  private static final Set<String> BARE_MATCHINGS = Set.of("group_left", "group_right", "bool");

  /// Words behind a selector.
  private static final Set<String> MODIFIERS = Set.of("anchored", "smoothed");

  private static final Set<String> NUMBERS = Set.of("inf", "nan");

  private final String text;
  private final List<List<Matcher>> selectors = new ArrayList<>();
  private int at;
  private int depth;

  /// Whether an operand comes next.
  private boolean operandNext = true;

  /// Whether what stands right before is the opening parenthesis of a call, so that an operand may
  /// be missing.
  private boolean callOpen;

  private SelectorExtractor(String text) {
    this.text = text;
  }

  /// The matchers of each selector, in the order in which they stand in the expression; empty if it
  /// has none.
  ///
  /// @throws IllegalArgumentException with one sentence that says what is wrong and where
  public static List<List<Matcher>> extract(String expression) {
    return new SelectorExtractor(expression).extract();
  }

  private List<List<Matcher>> extract() {
    skipSpace();
    while (at < text.length()) {
      boolean empty = callOpen;
      callOpen = false;
      if (empty && at(')')) {
        operandNext = false;
      }
      if (operandNext) {
        operand();
      } else {
        operator();
      }
      skipSpace();
    }
    if (operandNext) {
      throw wrong("expected an operand but found the end");
    }
    if (depth > 0) {
      throw wrong("a parenthesis is not closed");
    }
    return List.copyOf(selectors);
  }

  private void operand() {
    char c = text.charAt(at);
    if (c == '(') {
      at++;
      depth++;
    } else if (c == '+' || c == '-') {
      at++;
    } else if (isQuote(c)) {
      skipString();
      operandNext = false;
    } else if (c == '{') {
      selector(at);
    } else if (isDigit(c) || c == '.') {
      skipNumber();
      operandNext = false;
    } else if (isWordStart(c)) {
      word();
    } else {
      throw unexpected("an operand");
    }
  }

  /// A word where an operand is due.
  private void word() {
    int start = at;
    String word = takeWord();
    skipSpace();
    if (at('(')) {
      if (MATCHINGS.contains(word)) {
        skipParentheses();
      } else {
        at++;
        depth++;
        callOpen = true;
      }
    } else if (isGrouping()) {
      takeWord();
      skipSpace();
      skipParentheses();
    } else if (NUMBERS.contains(word)) {
      operandNext = false;
    } else if (!BARE_MATCHINGS.contains(word)) {
      selector(start);
    }
  }

  /// Whether a word comes that groups, with its parenthesis: the word before is an aggregation.
  private boolean isGrouping() {
    int start = at;
    boolean grouping = at < text.length() && isWordStart(text.charAt(at));
    if (grouping) {
      grouping = GROUPINGS.contains(takeWord());
      skipSpace();
      grouping &= at('(');
    }
    at = start;
    return grouping;
  }

  private void operator() {
    char c = text.charAt(at);
    if (c == ')') {
      at++;
      if (--depth < 0) {
        at--;
        throw wrong("a parenthesis closes that was not opened");
      }
    } else if (c == ',' && depth > 0) {
      at++;
      operandNext = true;
    } else if (c == '[') {
      skipBrackets();
    } else if (isWordStart(c)) {
      operatorWord();
    } else {
      takeOperator();
      operandNext = true;
    }
  }

  private void operatorWord() {
    int start = at;
    String word = takeWord();
    if (OPERATORS.contains(word)) {
      operandNext = true;
    } else if (GROUPINGS.contains(word)) {
      skipSpace();
      skipParentheses();
    } else if (!MODIFIERS.contains(word)) {
      at = start;
      throw unexpected("an operator");
    }
  }

  private void takeOperator() {
    char c = text.charAt(at);
    char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    if ("+-*/%^@".indexOf(c) >= 0) {
      at++;
    } else if (c == '<' || c == '>') {
      at += next == '=' || next == '/' ? 2 : 1;
    } else if ((c == '=' || c == '!') && next == '=') {
      at += 2;
    } else {
      throw unexpected("an operator");
    }
  }

  /// The selector that begins at {@code start}: a name has been read, or a brace comes.
  private void selector(int start) {
    if (selectors.size() == MAX_SELECTORS) {
      throw wrong("there are more than " + MAX_SELECTORS + " selectors");
    }
    if (at('{')) {
      skipBraces();
    }
    selectors.add(
        Matcher.requireNonEmpty(SelectorParser.parse(text.substring(start, at).stripTrailing())));
    operandNext = false;
  }

  private void skipBraces() {
    skipTo('}', "a brace is not closed");
  }

  private void skipParentheses() {
    if (!at('(')) {
      throw unexpected("\"(\"");
    }
    skipTo(')', "a parenthesis is not closed");
  }

  private void skipBrackets() {
    skipTo(']', "a bracket is not closed");
  }

  /// Goes behind the next {@code end} that stands in no string and in no comment.
  private void skipTo(char end, String missing) {
    int start = at++;
    skipSpace();
    while (!at(end)) {
      if (at >= text.length()) {
        at = start;
        throw wrong(missing);
      }
      if (isQuote(text.charAt(at))) {
        skipString();
      } else {
        at++;
      }
      skipSpace();
    }
    at++;
  }

  private void skipString() {
    try {
      at = GoUnquote.read(text, at).end();
    } catch (GoUnquote.MalformedStringException e) {
      at = e.position();
      throw wrong(e.what());
    }
  }

  /// A number or a duration: what is no valid one is not this class's concern.
  private void skipNumber() {
    while (at < text.length() && (isWordPart(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
  }

  /// In lower case, as keywords may be written in any.
  private String takeWord() {
    int start = at;
    while (at < text.length() && (isWordPart(text.charAt(at)) || at(':'))) {
      at++;
    }
    return text.substring(start, at).toLowerCase(Locale.ROOT);
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return c == ':' || (isWordPart(c) && !isDigit(c));
  }

  private static boolean isWordPart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
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

  private IllegalArgumentException unexpected(String expected) {
    String found =
        at < text.length() ? "'" + Character.toString(text.codePointAt(at)) + "'" : "the end";
    return wrong("expected " + expected + " but found " + found);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "expression is not valid at character " + (at + 1) + ": " + what);
  }
}
