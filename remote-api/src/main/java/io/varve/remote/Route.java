package io.varve.remote;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.varve.Queryable;
import io.varve.Varve;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/// Serves one path: checks the method and whether the store is open, times the request, and answers
/// for whatever the endpoint throws. Thread-safe.
final class Route implements Handler {
  private static final Logger LOG = System.getLogger(Route.class.getName());

  /// For the count of requests only: the client went away before it was told a status.
  private static final int CLIENT_GONE = 499;

  /// What is done for a request.
  interface Endpoint {
    /// @throws Refusal if there is something wrong with the request
    /// @throws IOException if the connection to the client is broken
    void serve(Context context) throws IOException;
  }

  /// What is done for a request that needs the store.
  interface StoreEndpoint {
    /// @throws Refusal if there is something wrong with the request
    /// @throws IOException if the connection to the client is broken
    void serve(Context context, Varve store) throws IOException;
  }

  /// What is done for a request that blocks alone may answer.
  interface QueryEndpoint {
    /// @throws Refusal if there is something wrong with the request
    /// @throws io.varve.ReplayingException if it wants what is not there yet
    /// @throws IOException if the connection to the client is broken
    void serve(Context context, Queryable store) throws IOException;
  }

  /// In which form a path tells what is wrong.
  interface Complaint {
    void answer(HttpServletResponse response, Refusal refusal) throws IOException;
  }

  private final String name;
  private final List<String> methods;
  private final Endpoint endpoint;
  private final Complaint complaint;
  private final ServerMetrics metrics;

  /// @param name what the metrics call the path
  /// @param methods those that are served
  Route(
      String name,
      List<String> methods,
      Endpoint endpoint,
      Complaint complaint,
      ServerMetrics metrics) {
    this.name = name;
    this.methods = methods;
    this.endpoint = endpoint;
    this.complaint = complaint;
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) {
    long start = System.nanoTime();
    int status = serve(context);
    metrics.request(name, status, System.nanoTime() - start);
  }

  private int serve(Context context) {
    HttpServletResponse response = context.res();
    try {
      ClientConnection.of(context.req()).keepWhileWorking();
      checkMethod(context.req().getMethod());
      endpoint.serve(context);
    } catch (Refusal refusal) {
      return refuse(context, refusal);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the client of {0} is gone: {1}", name, e.getMessage());
      return CLIENT_GONE;
    } catch (RuntimeException | Error e) {
      return fail(context, e);
    }
    return response.getStatus();
  }

  private void checkMethod(String method) {
    if (!methods.contains(method)) {
      throw Refusal.methodNotAllowed(method, String.join(", ", methods));
    }
  }

  private int refuse(Context context, Refusal refusal) {
    try {
      Answers.refuse(context.req(), context.res(), refusal, complaint);
      return refusal.status();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the client of {0} did not wait for: {1}", name, refusal.sentence());
      return CLIENT_GONE;
    }
  }

  /// A fault of this program or of its data. What it is belongs in the log, not in the answer; and
  /// a client that already has a part of the answer must not take it for the whole.
  private int fail(Context context, Throwable fault) {
    LOG.log(Level.ERROR, "request failed path=" + name, fault);
    HttpServletResponse response = context.res();
    if (response.isCommitted()) {
      ClientConnection.of(context.req()).abort();
      return response.getStatus();
    }
    response.reset();
    return refuse(context, Refusal.internal("internal error, see the log of the server"));
  }
}
