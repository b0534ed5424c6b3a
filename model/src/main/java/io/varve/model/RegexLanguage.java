package io.varve.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What is surely known of the set of strings that a regular expression matches: either all of them
/// (a finite set, {@link #words}), or a prefix they share and what may follow it.
///
/// Immutable.
///
/// @param isFinite whether {@code words} is exactly the set of strings that match
/// @param words empty if not finite; without repetition
/// @param prefix every string that matches begins with it
/// @param rest what may follow the prefix; {@link Rest#UNKNOWN} if finite
record RegexLanguage(boolean isFinite, List<String> words, String prefix, Rest rest) {
  /// Most characters in the words of a product such as `(a|b)(c|d)`, all together. Each further
  /// part of the expression makes them anew, so the limit is one of time too.
  private static final int MAX_PRODUCT_CHARS = 1 << 12;

  /// What follows the prefix of the strings that match.
  enum Rest {
    /// Every string, the empty one too.
    ANYTHING,
    /// Every string but the empty one.
    SOMETHING,
    /// Nothing is known.
    UNKNOWN
  }

  static final RegexLanguage NOTHING_KNOWN = endless("", Rest.UNKNOWN);
  static final RegexLanguage EMPTY_WORD = word("");

  /// The language of an expression that is valid RE2 syntax.
  static RegexLanguage of(String regex) {
    return new RegexLanguageParser(regex).parse();
  }

  static RegexLanguage word(String word) {
    return finite(List.of(word));
  }

  static RegexLanguage endless(String prefix, Rest rest) {
    return new RegexLanguage(false, List.of(), prefix, rest);
  }

  private static RegexLanguage finite(List<String> words) {
    return new RegexLanguage(true, words, commonPrefix(words), Rest.UNKNOWN);
  }

  /// The strings of this language followed by one of {@code next}.
  RegexLanguage then(RegexLanguage next) {
    if (next.equals(EMPTY_WORD)) {
      return this;
    }
    if (equals(EMPTY_WORD)) {
      return next;
    }
    if (!isFinite) {
      return endless(prefix, Rest.UNKNOWN);
    }
    if (next.isFinite) {
      return product(next);
    }
    return words.size() == 1
        ? endless(words.getFirst() + next.prefix, next.rest)
        : endless(prefix, Rest.UNKNOWN);
  }

  private RegexLanguage product(RegexLanguage next) {
    long chars = chars(words) * next.words.size() + chars(next.words) * words.size();
    if (words.size() > 1 && chars > MAX_PRODUCT_CHARS) {
      return endless(prefix, Rest.UNKNOWN);
    }
    var product = new LinkedHashSet<String>();
    for (String word : words) {
      for (String end : next.words) {
        product.add(word + end);
      }
    }
    return finite(List.copyOf(product));
  }

  /// The strings of any of the {@code alternatives}, of which there is at least one.
  static RegexLanguage anyOf(List<RegexLanguage> alternatives) {
    if (alternatives.size() == 1) {
      return alternatives.getFirst();
    }
    var words = new LinkedHashSet<String>();
    var prefixes = new ArrayList<String>();
    boolean isFinite = true;
    for (RegexLanguage language : alternatives) {
      isFinite &= language.isFinite;
      words.addAll(language.words);
      prefixes.add(language.prefix);
    }
    return isFinite ? finite(List.copyOf(words)) : endless(commonPrefix(prefixes), Rest.UNKNOWN);
  }

  /// The strings of this language, or none (`x?`).
  RegexLanguage optional() {
    return isFinite ? anyOf(List.of(this, EMPTY_WORD)) : NOTHING_KNOWN;
  }

  /// The strings of this language one or more times (`x+`).
  RegexLanguage repeated() {
    return endless(prefix, Rest.UNKNOWN);
  }

  private static long chars(List<String> words) {
    return words.stream().mapToLong(String::length).sum();
  }

  /// Ends between code points, never inside one.
  private static String commonPrefix(List<String> words) {
    String common = words.getFirst();
    for (String word : words) {
      int length = 0;
      int limit = Math.min(common.length(), word.length());
      while (length < limit && common.charAt(length) == word.charAt(length)) {
        length++;
      }
      if (length > 0 && Character.isHighSurrogate(common.charAt(length - 1))) {
        length--;
      }
      common = common.substring(0, length);
    }
    return common;
  }
}
