package io.varve.remote;

import io.javalin.http.Context;
import io.varve.Appender;
import io.varve.Varve;
import io.varve.WritesSuspendedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// `POST /api/v1/write`: Prometheus' remote write 1.0. Answers 204 only when everything is in; of a
/// request with some samples that cannot be stored it stores the others and answers 400 with the
/// counts, so that the sender does not try again. Thread-safe.
final class WriteEndpoint {
  private static final Logger LOG = System.getLogger(WriteEndpoint.class.getName());

  private static final String MEDIA_TYPE = "application/x-protobuf";
  private static final String VERSION_1 = "prometheus.WriteRequest";
  private static final String VERSION_2 = "io.prometheus.write.v2.Request";

  /// How far ahead of the clock a sample may be, as in Prometheus.
  private static final long MAX_AHEAD_MILLIS = Duration.ofMinutes(10).toMillis();

  private static final int RETRY_AFTER_SECONDS = 5;

  private final BodyReader bodies;
  private final ServerMetrics metrics;
  private final LongSupplier clock;
  private final Gate gate;

  /// @param clock milliseconds since the epoch
  WriteEndpoint(BodyReader bodies, ServerMetrics metrics, LongSupplier clock) {
    this.bodies = bodies;
    this.metrics = metrics;
    this.clock = clock;
    this.gate = new Gate("remote writes", RequestThreads.WRITES, 0, Duration.ZERO);
  }

  void serve(Context context, Varve store) throws IOException {
    checkType(context.req().getHeader("Content-Type"));
    gate.enter();
    WriteResult result;
    try {
      result =
          bodies.message(
              context.req(), 1, (buffers, length, memory) -> write(store, buffers, length, memory));
    } catch (MalformedRequestException e) {
      throw Refusal.badRequest("the body is no remote write request: " + e.getMessage());
    } finally {
      gate.leave();
    }
    metrics.write(result);
    if (!result.complete()) {
      throw Refusal.badRequest(result.sentence());
    }
    Answers.noContent(context.res());
  }

  private WriteResult write(Varve store, RequestBuffers buffers, int length, LongConsumer memory) {
    long maxTime = clock.getAsLong() + MAX_AHEAD_MILLIS;
    try (Appender appender = store.appender()) {
      return buffers.parser().write(buffers.message(), 0, length, appender, maxTime, memory);
    } catch (WritesSuspendedException e) {
      // The store has said so in the log, once.
      throw Refusal.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER_SECONDS);
    } catch (UncheckedIOException e) {
      // A full disk, most of the time: worth trying again, and no fault of the request.
      LOG.log(Level.ERROR, "samples could not be logged", e);
      throw Refusal.unavailable(
          "the samples could not be stored, try again later", RETRY_AFTER_SECONDS);
    }
  }

  /// A missing header is taken for version 1, as are parameters other than `proto`. More tolerant
  /// than Prometheus of white space.
  private static void checkType(@Nullable String header) {
    if (header == null) {
      return;
    }
    String[] parts = header.split(";", -1);
    if (!parts[0].trim().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
      throw Refusal.unsupported("the content type \"" + header + "\" is not " + MEDIA_TYPE);
    }
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 0) {
        throw Refusal.unsupported("the content type \"" + header + "\" has a malformed parameter");
      }
      if (parts[i].substring(0, equals).trim().equalsIgnoreCase("proto")) {
        checkMessage(parts[i].substring(equals + 1).trim());
      }
    }
  }

  private static void checkMessage(String name) {
    if (name.equals(VERSION_2)) {
      throw Refusal.unsupported(
          "remote write 2.0 is not supported by this version, send version 1.0 ("
              + VERSION_1
              + ")");
    }
    if (!name.equals(VERSION_1)) {
      throw Refusal.unsupported("the message " + name + " is not supported, only " + VERSION_1);
    }
  }
}
