package io.varve.cli;

import io.varve.Opening;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.VarveStats;
import io.varve.remote.RemoteOptions;
import io.varve.remote.RemoteServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a server: listen, open the store, serve, stop listening, close the store. Each step
/// is one line of the log.
///
/// It listens before the store is open, so that those who watch it see a replay of the log as what
/// it is, and blocks are served meanwhile; and it stops listening before the store closes, so that
/// no request is cut off by that.
final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final Path directory;
  private final VarveOptions storeOptions;
  private final RemoteOptions remoteOptions;
  private final Configuration configuration;
  private volatile @Nullable Varve store;

  /// @param configuration what may change while it runs
  Server(
      Path directory,
      VarveOptions storeOptions,
      RemoteOptions remoteOptions,
      Configuration configuration) {
    this.directory = directory;
    this.storeOptions = storeOptions;
    this.remoteOptions = remoteOptions;
    this.configuration = configuration;
  }

  /// Serves until the order to stop comes.
  ///
  /// @param ready called once with the port, when requests are served
  /// @throws IOException if the address cannot be listened on, or the store not be opened or closed
  void run(StopSignal stop, IntConsumer ready) throws IOException {
    long start = System.nanoTime();
    LOG.info("starting version={} java={}", remoteOptions.version(), Runtime.version());
    try (var http =
        new RemoteServer(
            () -> Optional.ofNullable(store),
            remoteOptions,
            System::currentTimeMillis,
            configuration)) {
      http.start();
      try (Varve opened = open(http)) {
        configuration.serve(opened);
        store = opened;
        logReady(opened.stats(), Duration.ofNanos(System.nanoTime() - start));
        ready.accept(http.port());
        LOG.info("stopping reason={}", stop.await());
        configuration.retire();
        http.stop();
        LOG.info("stopped listening, closing the store");
      }
    }
    LOG.info("stopped");
  }

  /// Meanwhile the blocks answer what they can.
  private Varve open(RemoteServer http) throws IOException {
    try (Opening opening = Varve.begin(directory, storeOptions)) {
      http.serveWhile(opening);
      return opening.finish();
    }
  }

  private void logReady(VarveStats stats, Duration duration) {
    LOG.info(
        "ready path={} blocks={} series={} replay={} duration={}",
        directory,
        stats.blocks(),
        stats.headSeries(),
        GoDuration.format(Duration.ofMillis(stats.replayMillis())),
        GoDuration.format(duration));
  }
}
