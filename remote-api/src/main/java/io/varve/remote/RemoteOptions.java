package io.varve.remote;

import java.time.Duration;

/// How a {@link RemoteServer} behaves. Immutable; the `with` methods return changed copies.
///
/// @param listenAddress where to listen, `host:port`; port 0 takes a free one, no host (`:9201`)
///   takes every interface. Default `127.0.0.1:9201`.
/// @param maxBodyBytes largest request body in bytes, before and after decompression. Default 32
///   MiB, as in Prometheus.
/// @param maxInFlightBytes bytes that all requests in flight may hold together (their bodies, as
///   received and decompressed); a request that finds no room is told to come again. Default 128
///   MiB.
/// @param maxResponseBytes bytes that all unstreamed answers to remote read may hold together while
///   they are put together. Default 256 MiB.
/// @param maxSamples most samples in an unstreamed answer to remote read. Default 50 million, as in
///   Prometheus.
/// @param maxFrameBytes size in bytes at which a frame of a streamed answer is sent; one chunk more
///   may be in it. Default 1 MiB, as in Prometheus.
/// @param maxReads remote reads that run at the same time; as many again may wait. Default 10, as
///   in Prometheus.
/// @param stopTimeout how long {@link RemoteServer#stop()} waits for requests in flight. Default 10
///   s.
/// @param version what `varve_build_info` calls this version
public record RemoteOptions(
    String listenAddress,
    int maxBodyBytes,
    long maxInFlightBytes,
    long maxResponseBytes,
    long maxSamples,
    int maxFrameBytes,
    int maxReads,
    Duration stopTimeout,
    String version) {
  private static final int MAX_BODY_LIMIT = 1 << 30;

  public RemoteOptions {
    var ignored = ListenAddress.parse(listenAddress);
    if (maxBodyBytes <= 0 || maxBodyBytes > MAX_BODY_LIMIT) {
      throw new IllegalArgumentException(
          "the body limit is not between 1 byte and 1 GiB: " + maxBodyBytes);
    }
    requirePositive("the limit of bytes in flight", maxInFlightBytes);
    requirePositive("the limit of response bytes", maxResponseBytes);
    requirePositive("the sample limit", maxSamples);
    requirePositive("the frame size", maxFrameBytes);
    requirePositive("the number of concurrent reads", maxReads);
    requirePositive("the stop timeout in milliseconds", stopTimeout.toMillis());
  }

  public static RemoteOptions defaults() {
    return new RemoteOptions(
        "127.0.0.1:9201",
        32 << 20,
        128L << 20,
        256L << 20,
        50_000_000,
        1 << 20,
        10,
        Duration.ofSeconds(10),
        "unknown");
  }

  private static void requirePositive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " is not positive: " + value);
    }
  }

  public RemoteOptions withListenAddress(String listenAddress) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxBodyBytes(int maxBodyBytes) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxInFlightBytes(long maxInFlightBytes) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxResponseBytes(long maxResponseBytes) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxSamples(long maxSamples) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxFrameBytes(int maxFrameBytes) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withMaxReads(int maxReads) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withStopTimeout(Duration stopTimeout) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }

  public RemoteOptions withVersion(String version) {
    return new RemoteOptions(
        listenAddress,
        maxBodyBytes,
        maxInFlightBytes,
        maxResponseBytes,
        maxSamples,
        maxFrameBytes,
        maxReads,
        stopTimeout,
        version);
  }
}
