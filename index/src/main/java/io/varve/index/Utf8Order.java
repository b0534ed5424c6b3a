package io.varve.index;

import java.util.Comparator;

/// Orders strings as their UTF-8 bytes are ordered, which is the order of the files and of every
/// sorted answer. Java's own order differs where characters outside the basic plane meet those from
/// U+E000 on.
///
/// Stateless, thread-safe.
public enum Utf8Order implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Integer.compare(weight(x), weight(y));
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /// Moves surrogates, which stand for U+10000 and above, behind the rest of the basic plane.
  private static int weight(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }
}
