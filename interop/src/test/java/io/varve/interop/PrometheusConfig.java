package io.varve.interop;

import java.net.URI;
import java.util.function.UnaryOperator;

/// The configuration file of a Prometheus. Immutable; the methods return changed copies.
///
/// @param global the part `global`
/// @param scrapes the part `scrape_configs`, with `SELF` for the server's own address
/// @param remote the parts `remote_write` and `remote_read`
record PrometheusConfig(String global, String scrapes, String remote) {
  private static final String SELF = "SELF";

  /// No scraping, no remote storage.
  static PrometheusConfig empty() {
    return new PrometheusConfig("", "", "");
  }

  /// Sets a label that is added to whatever leaves for remote storage, and taken off what comes
  /// back.
  PrometheusConfig externalLabel(String name, String value) {
    return new PrometheusConfig(
        "global: {external_labels: {" + name + ": " + value + "}}\n", scrapes, remote);
  }

  PrometheusConfig scrapeSelf(String interval) {
    return scrape("prometheus", SELF, interval);
  }

  PrometheusConfig scrape(String job, String address, String interval) {
    String config =
        """
        - job_name: %s
          scrape_interval: %s
          scrape_timeout: %s
          static_configs: [{targets: ['%s']}]
        """
            .formatted(job, interval, interval, address);
    return new PrometheusConfig(global, scrapes + config, remote);
  }

  /// Writes samples to a remote storage as soon as there are any.
  PrometheusConfig remoteWrite(URI address) {
    String config =
        """
        remote_write:
        - url: %s
          queue_config: {batch_send_deadline: 100ms, max_backoff: 200ms}
        """
            .formatted(address);
    return new PrometheusConfig(global, scrapes, remote + config);
  }

  /// Reads from a remote storage, also what is recent.
  PrometheusConfig remoteRead(URI address) {
    String config =
        """
        remote_read:
        - url: %s
          read_recent: true
        """
            .formatted(address);
    return new PrometheusConfig(global, scrapes, remote + config);
  }

  /// The text of the file for a server at an address.
  String text(String address) {
    UnaryOperator<String> list = items -> items.isEmpty() ? "" : "scrape_configs:\n" + items;
    return global + list.apply(scrapes).replace(SELF, address) + remote;
  }
}
