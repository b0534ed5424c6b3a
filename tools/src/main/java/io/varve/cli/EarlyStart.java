package io.varve.cli;

import io.varve.io.LocalDisk;
import io.varve.remote.RemoteOptions;
import io.varve.remote.RemoteServer;
import java.util.Optional;

/// Has a second processor do what a server needs before it is needed: while the arguments are being
/// understood, it sets up the log, the classes of the HTTP server, and the functions of the lock.
final class EarlyStart {
  private EarlyStart() {}

  /// Begins, if the arguments are those of a server.
  static void begin(String... args) {
    if (args.length > 0 && args[0].equals("serve")) {
      Thread.ofPlatform().daemon().name("varve-early-start").start(EarlyStart::run);
    }
  }

  private static void run() {
    LogConfiguration.prepare();
    // Made and thrown away: it is the first one that takes time.
    new RemoteServer(Optional::empty, RemoteOptions.defaults(), System::currentTimeMillis).close();
    LocalDisk.prepareLocks();
  }
}
