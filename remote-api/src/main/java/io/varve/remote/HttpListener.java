package io.varve.remote;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Javalin and Jetty, set up for this server. Thread-safe.
final class HttpListener {
  private static final Logger LOG = System.getLogger(HttpListener.class.getName());

  /// As many as Prometheus allows.
  private static final int MAX_CONNECTIONS = 512;

  /// How long a connection may wait for its next request, as in Prometheus.
  private static final Duration IDLE_BETWEEN = Duration.ofMinutes(5);

  /// As long as there are so many connections that no more are accepted.
  private static final Duration IDLE_AT_LIMIT = Duration.ofSeconds(5);

  /// How long nothing may move on a connection in the middle of a request or an answer.
  private static final Duration IDLE_WITHIN = Duration.ofSeconds(30);

  /// Selectors come in the query string, and some list hundreds of hosts.
  private static final int MAX_HEAD_BYTES = 64 << 10;

  /// Jetty asks the JVM's management server how large a reference is, to lay out its queues:
  /// starting that server takes longer than starting Jetty. A wrong guess costs some padding.
  private static final String REFERENCES_PER_CACHE_LINE =
      "org.eclipse.jetty.util.referencesPerCacheLine";

  static {
    if (System.getProperty(REFERENCES_PER_CACHE_LINE) == null) {
      System.setProperty(REFERENCES_PER_CACHE_LINE, "16");
    }
  }

  private final ListenAddress address;
  private final Duration stopTimeout;
  private final GracefulHandler requests = new GracefulHandler();
  private final Server server;
  private final ServerConnector connector;
  private final Javalin javalin;
  private volatile int port;

  HttpListener(RemoteOptions options, Map<String, Route> routes) {
    address = ListenAddress.parse(options.listenAddress());
    stopTimeout = options.stopTimeout();
    server = new Server(new RequestThreads(options.maxReads()));
    server.insertHandler(requests);
    var limit = new NetworkConnectionLimit(MAX_CONNECTIONS, server);
    limit.setEndPointIdleTimeout(IDLE_AT_LIMIT.toMillis());
    server.addBean(limit);
    server.setErrorHandler(new PlainErrors());
    // One thread to accept and one to select: what they do is short.
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setIdleTimeout(IDLE_BETWEEN.toMillis());
    javalin = Javalin.create(config -> configure(config, routes));
  }

  private void configure(JavalinConfig config, Map<String, Route> routes) {
    config.unsafe.jettyInternal.server = server;
    config.jetty.addConnector((ignored, http) -> connector);
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    // Bodies are compressed already, or not worth it.
    config.http.compressionStrategy = CompressionStrategy.NONE;
    // All methods lead to the route, which knows those that it serves; and to nothing after it. A
    // handler for each method would be nine times as many, each with a pattern to compile.
    routes.forEach((path, route) ->
        config.routes.before(
            path,
            context -> {
              route.handle(context);
              context.skipRemainingHandlers();
            }));
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            context
                .status(e.getStatus())
                .contentType("text/plain; charset=utf-8")
                .result(HttpStatus.getMessage(e.getStatus()) + '\n'));
  }

  private static HttpConfiguration http() {
    var http = new HttpConfiguration();
    http.setIdleTimeout(IDLE_WITHIN.toMillis());
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEAD_BYTES);
    // The names of labels come in paths and may hold anything that a URL can encode.
    http.setUriCompliance(UriCompliance.LEGACY);
    return http;
  }

  void start() throws IOException {
    try {
      javalin.start();
    } catch (JavalinException e) {
      stopServer();
      throw new IOException("cannot listen on " + address + ": " + rootMessage(e), e);
    }
    port = connector.getLocalPort();
    LOG.log(Level.INFO, "listening address={0} port={1}", address, Integer.toString(port));
  }

  private static @Nullable String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  /// The port it listens on, or has listened on.
  int port() {
    return port;
  }

  /// Jetty's own graceful stop would wait for connections, also those without a request, and hurry
  /// the requests: this one waits for the requests.
  void stop() {
    if (!server.isRunning()) {
      return;
    }
    connector.close();
    try {
      requests.shutdown().get(stopTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "requests are cut off at stop count={0}",
          requests.getCurrentRequestCount());
    } catch (ExecutionException e) {
      LOG.log(Level.WARNING, "requests are cut off at stop", e);
    } catch (InterruptedException e) {
      LOG.log(Level.WARNING, "requests are cut off, as the stop was interrupted");
      Thread.currentThread().interrupt();
    }
    stopServer();
    LOG.log(Level.INFO, "stopped listening address={0}", address);
  }

  private void stopServer() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "the server did not stop properly", e);
    }
  }

  /// For requests that are not even HTTP: one sentence, instead of Jetty's page.
  private static final class PlainErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        String message,
        @Nullable Throwable cause,
        Callback callback) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      Content.Sink.write(response, true, HttpStatus.getMessage(code) + '\n', callback);
    }
  }
}
