package io.varve.interop;

import java.net.URI;

/// The configuration file of a Prometheus. Immutable; the methods return changed copies.
///
/// @param global the part `global`, and what else stands outside of lists
/// @param scrapes the part `scrape_configs`, with `SELF` for the server's own address
/// @param writes the part `remote_write`
/// @param reads the part `remote_read`
record PrometheusConfig(String global, String scrapes, String writes, String reads) {
  private static final String SELF = "SELF";

  /// No scraping, no remote storage.
  static PrometheusConfig empty() {
    return new PrometheusConfig("", "", "", "");
  }

  /// Sets a label that is added to whatever leaves for remote storage, and taken off what comes
  /// back.
  PrometheusConfig externalLabel(String name, String value) {
    return new PrometheusConfig(
        "global: {external_labels: {" + name + ": " + value + "}}\n", scrapes, writes, reads);
  }

  /// Takes samples that come late.
  PrometheusConfig takingOutOfOrder(String window) {
    String storage = "storage: {tsdb: {out_of_order_time_window: " + window + "}}\n";
    return new PrometheusConfig(global + storage, scrapes, writes, reads);
  }

  /// Has series that have ended leave memory when they are a given part of all.
  PrometheusConfig compactingStaleSeries(double threshold) {
    String storage = "storage: {tsdb: {stale_series_compaction_threshold: " + threshold + "}}\n";
    return new PrometheusConfig(global + storage, scrapes, writes, reads);
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
    return new PrometheusConfig(global, scrapes + config, writes, reads);
  }

  /// Has the target added last scraped so that its classic histograms become native ones.
  PrometheusConfig convertingClassicHistograms() {
    String config = "  convert_classic_histograms_to_nhcb: true\n";
    return new PrometheusConfig(global, scrapes + config, writes, reads);
  }

  /// Writes samples to a remote storage as soon as there are any, native histograms, too.
  PrometheusConfig remoteWrite(URI address) {
    String config =
        """
        - url: %s
          send_native_histograms: true
          queue_config: {batch_send_deadline: 100ms, max_backoff: 200ms}
        """
            .formatted(address);
    return new PrometheusConfig(global, scrapes, writes + config, reads);
  }

  /// Has the remote storage added last get exemplars, and metadata every second.
  PrometheusConfig withExemplarsAndMetadata() {
    String config = "  send_exemplars: true\n  metadata_config: {send_interval: 1s}\n";
    return new PrometheusConfig(global, scrapes, writes + config, reads);
  }

  /// Reads from a remote storage, also what is recent.
  PrometheusConfig remoteRead(URI address) {
    String config =
        """
        - url: %s
          read_recent: true
        """
            .formatted(address);
    return new PrometheusConfig(global, scrapes, writes, reads + config);
  }

  /// The text of the file for a server at an address.
  String text(String address) {
    return global
        + list("scrape_configs", scrapes).replace(SELF, address)
        + list("remote_write", writes)
        + list("remote_read", reads);
  }

  private static String list(String name, String items) {
    return items.isEmpty() ? "" : name + ":\n" + items;
  }
}
