package io.varve.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads one quoted string as PromQL does, which follows Go: in `"` or `'` a backslash introduces
/// one of `a b f n r t v \`, the quote itself, three octal digits or `x` and two hex digits (a
/// byte), or `u` and four or `U` and eight hex digits (a code point); in backticks it is an
/// ordinary character.
///
/// Byte escapes may make up UTF-8 sequences. Where they are not valid UTF-8 the string is refused:
/// a label value cannot hold it.
final class GoUnquote {
  private static final String ESCAPES = "abfnrtv\\";
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\\";
  private static final int END = -1;

  private final String text;
  private final char quote;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int at;

  private GoUnquote(String text, int at) {
    this.text = text;
    this.quote = text.charAt(at);
    this.at = at + 1;
  }

  /// A string and where it ends.
  ///
  /// @param end index of the character after the closing quote
  record Quoted(String value, int end) {}

  /// A string that is not written correctly. The message is a clause.
  static final class MalformedStringException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;
    private final String what;

    MalformedStringException(int position, String what) {
      super(what);
      this.position = position;
      this.what = what;
    }

    String what() {
      return what;
    }

    /// Index of the character that is wrong.
    int position() {
      return position;
    }
  }

  /// Reads the string whose opening quote is at index {@code at}.
  static Quoted read(String text, int at) throws MalformedStringException {
    var reader = new GoUnquote(text, at);
    String value = reader.quote == '`' ? reader.raw() : reader.escaped();
    return new Quoted(value, reader.at);
  }

  private String raw() throws MalformedStringException {
    int close = text.indexOf('`', at);
    if (close < 0) {
      throw malformed("a string has no closing quote");
    }
    String value = text.substring(at, close);
    at = close + 1;
    return value;
  }

  private String escaped() throws MalformedStringException {
    int start = at;
    for (int c = next(); c != quote; c = next()) {
      switch (c) {
        case END, '\n' -> throw malformed("a string has no closing quote");
        case '\\' -> escape();
        default -> putPoint(c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      at = start;
      throw malformed("a string is not valid UTF-8");
    }
  }

  private void escape() throws MalformedStringException {
    int c = next();
    int known = ESCAPES.indexOf(c);
    if (known >= 0) {
      bytes.write(ESCAPED.charAt(known));
    } else if (c == quote) {
      bytes.write(quote);
    } else if (c >= '0' && c <= '7') {
      at--;
      bytes.write(digits(3, 8, 0xff));
    } else {
      switch (c) {
        case 'x' -> bytes.write(digits(2, 16, 0xff));
        case 'u' -> putPoint(digits(4, 16, Character.MAX_CODE_POINT));
        case 'U' -> putPoint(digits(8, 16, Character.MAX_CODE_POINT));
        default -> throw malformed("a string has an unknown escape sequence");
      }
    }
  }

  private int digits(int count, int base, int limit) throws MalformedStringException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      int c = next();
      int digit = c < 0x80 ? Character.digit(c, base) : -1;
      if (digit < 0) {
        throw malformed("an escape sequence in a string has too few digits");
      }
      value = value * base + digit;
    }
    if (value > limit || (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE)) {
      throw malformed("an escape sequence in a string is out of range");
    }
    return (int) value;
  }

  private void putPoint(int point) throws MalformedStringException {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      throw malformed("a string has half a surrogate pair");
    }
    bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
  }

  private int next() {
    if (at >= text.length()) {
      return END;
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  /// At the character taken last.
  private MalformedStringException malformed(String what) {
    return new MalformedStringException(Math.max(0, at - 1), what);
  }
}
