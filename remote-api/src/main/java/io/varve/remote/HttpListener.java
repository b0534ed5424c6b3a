package io.varve.remote;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
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

  /// How long nothing may move on a connection in the middle of a request or an answer.
  private static final Duration IDLE_WITHIN = Duration.ofSeconds(30);

  private final ListenAddress address;
  private final Duration stopTimeout;
  private final Server server;
  private final Javalin javalin;

  HttpListener(RemoteOptions options, Map<String, Route> routes) {
    address = ListenAddress.parse(options.listenAddress());
    stopTimeout = options.stopTimeout();
    server = server(new RequestThreads(options.maxReads()));
    javalin = Javalin.create(config -> configure(config, routes));
  }

  private static Server server(RequestThreads threads) {
    var server = new Server(threads);
    server.insertHandler(new GracefulHandler());
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    server.setErrorHandler(new PlainErrors());
    return server;
  }

  private void configure(JavalinConfig config, Map<String, Route> routes) {
    config.unsafe.jettyInternal.server = server;
    config.jetty.addConnector(this::connector);
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    // Bodies are compressed already, or not worth it.
    config.http.compressionStrategy = CompressionStrategy.NONE;
    // No sessions, and so no search for randomness at start.
    config.jetty.modifyServletContextHandler(handler -> handler.setSessionHandler(null));
    // All methods lead to the route, which knows those that it serves.
    routes.forEach(
        (path, route) ->
            HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> config.routes.addHttpHandler(method, path, route)));
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            context
                .status(e.getStatus())
                .contentType("text/plain; charset=utf-8")
                .result(HttpStatus.getMessage(e.getStatus()) + '\n'));
  }

  private Connector connector(Server server, HttpConfiguration configuration) {
    configuration.setIdleTimeout(IDLE_WITHIN.toMillis());
    // One to accept and one to select: what they do is short.
    var connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setIdleTimeout(IDLE_BETWEEN.toMillis());
    return connector;
  }

  void start() throws IOException {
    try {
      javalin.start();
    } catch (JavalinException e) {
      stopServer();
      throw new IOException("cannot listen on " + address + ": " + rootMessage(e), e);
    }
    LOG.log(Level.INFO, "listening address={0} port={1,number,#}", address, port());
  }

  private static @Nullable String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  void stop() {
    server.setStopTimeout(stopTimeout.toMillis());
    stopServer();
    LOG.log(Level.INFO, "stopped listening address={0}", address);
  }

  private void stopServer() {
    try {
      server.stop();
    } catch (Exception e) {
      // What Jetty reports here is that requests were still running when the time was up.
      LOG.log(Level.WARNING, "requests were cut off at stop", e);
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
