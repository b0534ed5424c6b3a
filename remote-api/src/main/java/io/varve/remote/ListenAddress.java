package io.varve.remote;

/// Where a server listens: `host:port`, `[::1]:port`, or `:port` for every interface.
///
/// @param host name or address without brackets; `0.0.0.0` for every interface
/// @param port 0 for any free one
record ListenAddress(String host, int port) {

  /// @throws IllegalArgumentException if the text is no address
  static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      colon = -1;
    }
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    if (port < 0) {
      throw new IllegalArgumentException(
          "the listen address is not of the form host:port: \"" + text + '"');
    }
    return new ListenAddress(host.isEmpty() ? "0.0.0.0" : host, port);
  }

  private static int port(String digits) {
    try {
      int port = Integer.parseInt(digits);
      return port <= 0xffff ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
  }
}
