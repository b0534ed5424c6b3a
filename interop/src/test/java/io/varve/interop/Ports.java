package io.varve.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// Hands out free ports of the loopback, none twice. They lie below the range from which the system
/// takes the local ends of connections, so that nothing takes one before its server does.
final class Ports {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  /// Test runs at the same time begin at different places.
  private static final AtomicInteger next =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % COUNT));

  private Ports() {}

  static int free() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + next.getAndIncrement() % COUNT;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + FIRST + " on");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
