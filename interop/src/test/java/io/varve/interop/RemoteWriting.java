package io.varve.interop;

import static io.varve.interop.Eventually.eventually;

import java.time.Duration;

/// Moments in the life of a Prometheus that scrapes and writes to a remote storage.
final class RemoteWriting {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private RemoteWriting() {}

  /// A moment from which on every sample is sent. Those of the first scrapes may not be: a
  /// Prometheus sends what it scrapes after it has begun to watch its own log.
  ///
  /// @param reader reads from the remote storage
  /// @param targets how many there are
  /// @return a whole second, milliseconds since the epoch
  static long arrival(PrometheusServer reader, int targets) {
    String query = "max(timestamp(up)) and count(up) == " + targets;
    double seconds =
        eventually(
            "samples of all targets to arrive",
            PATIENCE,
            () -> reader.api().scalar(query, System.currentTimeMillis()),
            time -> time > 0);
    return ((long) (seconds + 1)) * 1000;
  }

  /// Waits until all targets have been scraped after a moment, milliseconds since the epoch, and
  /// what was scraped before it can be queried.
  static void awaitScrape(PrometheusServer scraper, long moment) {
    eventually(
        "all targets to be scraped",
        PATIENCE,
        () -> scraper.api().scalar("min(timestamp(up))", System.currentTimeMillis()),
        time -> time * 1000 > moment + 1000);
  }
}
