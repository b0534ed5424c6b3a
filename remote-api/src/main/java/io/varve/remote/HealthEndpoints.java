package io.varve.remote;

import io.javalin.http.Context;
import io.varve.Varve;
import java.io.IOException;

/// `/-/healthy` and `/-/ready`, for those who watch over the process. Stateless.
final class HealthEndpoints {
  private static final int OK = 200;

  private HealthEndpoints() {}

  /// The process is there.
  static void healthy(Context context) throws IOException {
    Answers.text(context.res(), OK, "Varve is healthy.");
  }

  /// The store is open; otherwise this is not reached.
  static void ready(Context context, Varve store) throws IOException {
    Answers.text(context.res(), OK, "Varve is ready.");
  }
}
