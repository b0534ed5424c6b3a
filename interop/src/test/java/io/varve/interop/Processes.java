package io.varve.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Owns the processes that one test starts. They end with the test, however it ends; if it fails,
/// what they printed is shown. They also end with this JVM. Confined to the thread of the test.
final class Processes implements AfterEachCallback {
  private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(ServerProcess::close), "processes"));
  }

  private final List<ServerProcess> started = new ArrayList<>();

  /// Starts a program.
  ///
  /// @param name for messages
  /// @param home its working directory; its output goes to a file there
  ServerProcess start(String name, Path home, List<String> command) throws IOException {
    var process = new ServerProcess(name + "-" + started.size(), home, command);
    RUNNING.add(process);
    started.add(process);
    return process;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    for (ServerProcess process : started.reversed()) {
      process.close();
      RUNNING.remove(process);
    }
    if (context.getExecutionException().isPresent()) {
      for (ServerProcess process : started) {
        System.err.println(
            "=== " + context.getDisplayName() + ": output of " + process + "\n" + process.output());
      }
    }
  }
}
