package io.varve.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;

/// The order to stop, given once by anyone and waited for by the server; and, until then, the order
/// to read the configuration again. Thread-safe.
///
/// The signals are taken through `sun.misc.Signal`, by which the program then ends like any other,
/// with exit code 0; from a shutdown hook it would be 143. By reflection, because javac warns of
/// that class in a way that cannot be silenced.
final class StopSignal {
  private final CompletableFuture<String> reason = new CompletableFuture<>();
  private volatile Runnable onHangUp = () -> {};

  /// An order that is given when somebody ends this process by SIGTERM or SIGINT; SIGHUP has the
  /// configuration read again.
  static StopSignal ofProcess() {
    var stop = new StopSignal();
    takeSignal("TERM", () -> stop.stop("SIGTERM"));
    takeSignal("INT", () -> stop.stop("SIGINT"));
    takeSignal("HUP", stop::hangUp);
    return stop;
  }

  /// Has `action` run for each order to read the configuration again.
  void onHangUp(Runnable action) {
    onHangUp = action;
  }

  /// Gives the order to read the configuration again.
  void hangUp() {
    onHangUp.run();
  }

  /// Gives the order; has no effect if it was given before.
  void stop(String reason) {
    this.reason.complete(reason);
  }

  /// Waits for the order.
  ///
  /// @return the reason for it
  String await() {
    return reason.join();
  }

  private static void takeSignal(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object taking =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), taking);
    } catch (InvocationTargetException e) {
      // Java was told to leave signals alone (-Xrs): the system's own handling stays.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
