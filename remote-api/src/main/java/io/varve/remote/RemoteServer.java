package io.varve.remote;

import io.javalin.http.Context;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.varve.Opening;
import io.varve.ReplayProgress;
import io.varve.ReplayingException;
import io.varve.Varve;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Serves a store over HTTP: any Prometheus can write to it and read from it.
///
/// The server can start while the store is still being opened: until the supplier has it, the
/// server says that it is healthy but not ready, shows its metrics, and asks everybody else to come
/// again; but for queries that the blocks of an {@link #serveWhile opening} answer. The store is
/// not closed by this class; close it after the server has stopped.
///
/// Thread-safe.
public final class RemoteServer implements AutoCloseable {
  private static final Duration BODY_PATIENCE = Duration.ofMinutes(2);
  private static final Duration QUERY_PATIENCE = Duration.ofSeconds(10);
  private static final int RETRY_AFTER_SECONDS = 5;
  private static final List<String> PROBE = List.of("GET", "HEAD");
  private static final List<String> QUERY = List.of("GET", "POST");
  private static final List<String> GET = List.of("GET");
  private static final List<String> POST = List.of("POST");
  private static final List<String> ORDER = List.of("POST", "PUT");

  private final Supplier<Optional<Varve>> store;
  private final RemoteOptions options;
  private final ServerMetrics metrics;
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final HttpListener listener;
  private volatile boolean stopping;

  /// What the store comes from, null if nobody says.
  private volatile @Nullable Opening opening;

  /// @param store the store, empty while it is being opened
  /// @param clock milliseconds since the epoch; samples too far ahead of it are refused
  public RemoteServer(Supplier<Optional<Varve>> store, RemoteOptions options, LongSupplier clock) {
    this(store, options, clock, Optional.empty());
  }

  /// One with paths to reload the configuration and to end the program.
  ///
  /// @param store the store, empty while it is being opened
  /// @param clock milliseconds since the epoch; samples too far ahead of it are refused
  public RemoteServer(
      Supplier<Optional<Varve>> store,
      RemoteOptions options,
      LongSupplier clock,
      Lifecycle lifecycle) {
    this(store, options, clock, Optional.of(lifecycle));
  }

  private RemoteServer(
      Supplier<Optional<Varve>> store,
      RemoteOptions options,
      LongSupplier clock,
      Optional<Lifecycle> lifecycle) {
    this.store = store;
    this.options = options;
    var registry = new PrometheusRegistry();
    var budget = new ByteBudget(options.maxInFlightBytes());
    metrics = new ServerMetrics(registry);
    metrics.buildInfo(options.version());
    metrics.ready(() -> store.get().isPresent());
    metrics.inFlightBytes(budget);
    registry.register(new StoreMetrics(store));
    addRoutes(new BodyReader(options.maxBodyBytes(), BODY_PATIENCE, budget), registry, clock);
    lifecycle.ifPresent(this::addLifecycle);
    listener = new HttpListener(options, routes);
  }

  private void addRoutes(BodyReader bodies, PrometheusRegistry registry, LongSupplier clock) {
    var write = new WriteEndpoint(bodies, metrics, clock);
    var read = new ReadEndpoint(options, bodies, metrics);
    var labels = new LabelEndpoints(bodies);
    var exemplarQueries =
        new Gate(
            "queries of exemplars and metadata",
            RequestThreads.EXEMPLAR_QUERIES,
            RequestThreads.EXEMPLAR_QUERIES,
            QUERY_PATIENCE);
    var exemplars = new ExemplarEndpoint(bodies, exemplarQueries);
    var metadata = new MetadataEndpoint(bodies, exemplarQueries);
    add("/api/v1/write", POST, whenReady(write::serve), Answers::refusal);
    add("/api/v1/read", POST, whenServed(read::serve), Answers::refusal);
    add("/api/v1/series", QUERY, whenServed(labels::series), JsonEnvelope::error);
    add("/api/v1/labels", QUERY, whenServed(labels::names), JsonEnvelope::error);
    add("/api/v1/label/{name}/values", GET, whenServed(labels::values), JsonEnvelope::error);
    add("/api/v1/query_exemplars", QUERY, whenReady(exemplars::serve), JsonEnvelope::error);
    add("/api/v1/metadata", GET, whenReady(metadata::serve), JsonEnvelope::error);
    add(
        "/api/v1/status/walreplay",
        GET,
        context -> JsonEnvelope.replay(context.res(), replayProgress()),
        JsonEnvelope::error);
    add("/metrics", PROBE, new MetricsEndpoint(registry)::serve, Answers::refusal);
    add("/-/healthy", PROBE, HealthEndpoints::healthy, Answers::refusal);
    add("/-/ready", PROBE, whenReady(HealthEndpoints::ready), Answers::refusal);
  }

  private void addLifecycle(Lifecycle lifecycle) {
    metrics.reloads(lifecycle);
    var endpoints = new LifecycleEndpoints(lifecycle);
    add("/-/reload", ORDER, endpoints::reload, Answers::refusal);
    add("/-/quit", ORDER, endpoints::quit, Answers::refusal);
  }

  /// @param path in metrics its variable parts are written as Prometheus' router has them, `:name`
  private void add(
      String path, List<String> methods, Route.Endpoint endpoint, Route.Complaint complaint) {
    String name = path.replaceAll("\\{(\\w+)}", ":$1");
    routes.put(path, new Route(name, methods, endpoint, complaint, metrics));
  }

  private Route.Endpoint whenReady(Route.StoreEndpoint endpoint) {
    return context -> {
      Optional<Varve> open = stopping ? Optional.empty() : store.get();
      if (open.isEmpty()) {
        throw notReady(context, whyNotReady());
      }
      endpoint.serve(context, open.get());
    };
  }

  /// Before the store is there, blocks may do.
  private Route.Endpoint whenServed(Route.QueryEndpoint endpoint) {
    return context -> {
      Optional<Varve> open = stopping ? Optional.empty() : store.get();
      Opening begun = opening;
      if (open.isPresent()) {
        endpoint.serve(context, open.get());
      } else if (begun != null && !stopping) {
        try {
          endpoint.serve(context, begun);
        } catch (ReplayingException e) {
          throw notReady(context, String.valueOf(e.getMessage()));
        }
      } else {
        throw notReady(context, whyNotReady());
      }
    };
  }

  private String whyNotReady() {
    Opening begun = opening;
    if (stopping) {
      return "the server is stopping";
    }
    return begun == null ? "the store is still being opened" : begun.progress().sentence();
  }

  private Refusal notReady(Context context, String why) {
    context.res().setHeader("X-Prometheus-Stopping", Boolean.toString(stopping));
    return Refusal.unavailable(why, RETRY_AFTER_SECONDS);
  }

  /// As soon as it is known, whether the store is there or not.
  private ReplayProgress replayProgress() {
    Opening begun = opening;
    if (begun != null) {
      return begun.progress();
    }
    return store.get().isPresent() ? ReplayProgress.DONE : ReplayProgress.WAITING;
  }

  /// Has blocks answer, until the store is there, what they can, and tells how far the replay is.
  public void serveWhile(Opening opening) {
    this.opening = opening;
  }

  /// Starts to listen. A server is started once.
  ///
  /// @throws IOException if the address cannot be listened on
  public void start() throws IOException {
    listener.start();
  }

  /// The port it listens on.
  public int port() {
    return listener.port();
  }

  /// Stops to listen and waits for the requests in flight to end, no longer than {@link
  /// RemoteOptions#stopTimeout()}. No thread is interrupted: one that is still inside the store
  /// then goes on, and closing the store waits for it. Idempotent.
  public void stop() {
    stopping = true;
    listener.stop();
  }

  @Override
  public void close() {
    stop();
  }
}
