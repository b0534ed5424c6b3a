package io.varve.remote;

import io.javalin.http.Context;
import io.varve.remote.Lifecycle.Reload;
import java.io.IOException;

/// `/-/reload` and `/-/quit`, answered as Prometheus answers them. Thread-safe.
final class LifecycleEndpoints {
  private static final int OK = 200;

  private final Lifecycle lifecycle;

  LifecycleEndpoints(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  void reload(Context context) throws IOException {
    requireEnabled();
    Reload reload = lifecycle.reload();
    if (!reload.successful()) {
      throw Refusal.internal("failed to reload config: " + reload.sentence());
    }
    Answers.text(context.res(), OK, reload.sentence());
  }

  void quit(Context context) throws IOException {
    requireEnabled();
    Answers.text(context.res(), OK, "Requesting termination... Goodbye!");
    lifecycle.quit();
  }

  private void requireEnabled() {
    if (!lifecycle.enabled()) {
      throw Refusal.forbidden("Lifecycle API is not enabled.");
    }
  }
}
