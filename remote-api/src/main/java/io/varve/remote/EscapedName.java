package io.varve.remote;

/// Label names in a URL path. A name that does not fit there is sent escaped, as Prometheus 3 has
/// it: `U__`, then each underscore doubled and any other odd character as its code point in
/// hexadecimal digits between two underscores: `U__http_2e_status_2e_code` is `http.status.code`.
/// Stateless.
final class EscapedName {
  private static final String PREFIX = "U__";
  private static final int MAX_DIGITS = 6;

  private EscapedName() {}

  /// @return the name itself if it is not a correctly escaped one
  static String unescape(String name) {
    if (!name.startsWith(PREFIX)) {
      return name;
    }
    var unescaped = new StringBuilder();
    for (int at = PREFIX.length(); at < name.length(); ) {
      char c = name.charAt(at++);
      if (c != '_') {
        unescaped.append(c);
        continue;
      }
      int end = name.indexOf('_', at);
      if (end < 0) {
        return name;
      }
      int codePoint = end == at ? '_' : codePoint(name.substring(at, end));
      if (codePoint < 0) {
        return name;
      }
      unescaped.appendCodePoint(codePoint);
      at = end + 1;
    }
    return unescaped.toString();
  }

  private static int codePoint(String digits) {
    boolean hexadecimal = digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    if (digits.length() > MAX_DIGITS || !hexadecimal) {
      return -1;
    }
    int codePoint = Integer.parseInt(digits, 16);
    boolean surrogate =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return surrogate || !Character.isValidCodePoint(codePoint) ? -1 : codePoint;
  }
}
