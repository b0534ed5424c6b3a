package io.varve.model;

import java.util.HexFormat;

/// Quotes text as Go's `strconv.Quote` does, which is how Prometheus prints label values.
public final class GoQuote {
  private GoQuote() {}

  public static void append(StringBuilder out, String text) {
    out.append('"');
    text.codePoints().forEach(point -> appendPoint(out, point));
    out.append('"');
  }

  /// A label name as it is written in a label set or selector: bare where that is allowed (letters,
  /// digits and underscores, no digit first), else quoted.
  static void appendName(StringBuilder out, String name) {
    if (isBareName(name)) {
      out.append(name);
    } else {
      append(out, name);
    }
  }

  private static boolean isBareName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static void appendPoint(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x0b -> out.append("\\v");
      default -> {
        if (point < 0x20 || point == 0x7f) {
          out.append("\\x").append(HexFormat.of().toHexDigits((byte) point));
        } else if (isPrintable(point)) {
          out.appendCodePoint(point);
        } else if (point <= 0xffff) {
          out.append("\\u").append(HexFormat.of().toHexDigits((char) point));
        } else {
          out.append("\\U").append(HexFormat.of().toHexDigits(point));
        }
      }
    }
  }

  /// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and of the spaces only
  /// U+0020.
  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }
}
