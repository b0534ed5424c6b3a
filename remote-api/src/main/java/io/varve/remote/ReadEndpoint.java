package io.varve.remote;

import io.javalin.http.Context;
import io.varve.ChunkSeriesSet;
import io.varve.Querier;
import io.varve.Queryable;
import io.varve.SeriesSet;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// `POST /api/v1/read`: Prometheus' remote read, samples or streamed chunks as the client prefers.
/// Thread-safe.
final class ReadEndpoint {
  private static final String SAMPLES_TYPE = "application/x-protobuf";
  private static final String CHUNKS_TYPE =
      "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

  /// Times its length that a read request takes in memory: its bytes, the strings and the matchers
  /// made of them.
  private static final int REQUEST_WEIGHT = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RemoteOptions options;
  private final BodyReader bodies;
  private final ServerMetrics metrics;
  private final ByteBudget responseBytes;
  private final Gate gate;

  ReadEndpoint(RemoteOptions options, BodyReader bodies, ServerMetrics metrics) {
    this.options = options;
    this.bodies = bodies;
    this.metrics = metrics;
    this.responseBytes = new ByteBudget(options.maxResponseBytes());
    this.gate = new Gate("remote reads", options.maxReads(), options.maxReads(), PATIENCE);
  }

  void serve(Context context, Queryable store) throws IOException {
    metrics.readBegins();
    try {
      gate.enter();
      try {
        answer(context, store);
      } finally {
        gate.leave();
      }
    } finally {
      metrics.readEnds();
    }
  }

  private void answer(Context context, Queryable store) throws IOException {
    ReadRequest request =
        bodies.message(
            context.req(),
            REQUEST_WEIGHT,
            (buffers, length, memory) -> ReadRequestDecoder.decode(buffers.message(), length));
    // All queries first: an answer once begun cannot become a refusal.
    List<ReadQuery> queries = ReadQuery.of(request.getQueriesList());
    for (ReadQuery query : queries) {
      store.requireServed(query.mint(), query.maxt());
    }
    ResponseType type = responseType(request);
    metrics.read(type, queries.size());
    switch (type) {
      case SAMPLES -> samples(context, store, queries);
      case STREAMED_XOR_CHUNKS -> chunks(context.res(), store, queries);
      case UNRECOGNIZED -> throw new AssertionError();
    }
  }

  /// The first of the types that the client accepts and that is known here.
  private static ResponseType responseType(ReadRequest request) {
    if (request.getAcceptedResponseTypesCount() == 0) {
      return ResponseType.SAMPLES;
    }
    return request.getAcceptedResponseTypesList().stream()
        .filter(type -> type != ResponseType.UNRECOGNIZED)
        .findFirst()
        .orElseThrow(() ->
            Refusal.badRequest(
                "none of the accepted response types is known, only SAMPLES and"
                    + " STREAMED_XOR_CHUNKS are"));
  }

  private void samples(Context context, Queryable store, List<ReadQuery> queries)
      throws IOException {
    HttpServletResponse response = context.res();
    ClientConnection client = ClientConnection.of(context.req());
    try (ByteBudget.Lease lease = responseBytes.lease()) {
      var message = new SnappyMessage(lease);
      var samples =
          new SampleResponse(message, options.maxSamples(), () -> client.requirePresent(response));
      for (ReadQuery query : queries) {
        samples.beginQuery();
        try (Querier querier = store.querier(query.mint(), query.maxt())) {
          if (query.labelsOnly()) {
            for (Labels labels : querier.series(query.matcherArray())) {
              samples.series(labels);
            }
          } else {
            for (SeriesSet set = querier.select(query.matcherArray()); set.next(); ) {
              samples.series(set);
            }
          }
        }
        samples.endQuery();
      }
      response.setContentType(SAMPLES_TYPE);
      response.setHeader("Content-Encoding", "snappy");
      response.setContentLengthLong(message.compressedLength());
      message.writeTo(response.getOutputStream());
    }
  }

  private void chunks(HttpServletResponse response, Queryable store, List<ReadQuery> queries)
      throws IOException {
    response.setContentType(CHUNKS_TYPE);
    var frames = new FrameStream(response.getOutputStream(), options.maxFrameBytes());
    for (int i = 0; i < queries.size(); i++) {
      ReadQuery query = queries.get(i);
      frames.query(i);
      try (Querier querier = store.querier(query.mint(), query.maxt())) {
        if (query.labelsOnly()) {
          for (Labels labels : querier.series(query.matcherArray())) {
            frames.series(labels);
          }
        } else {
          for (ChunkSeriesSet set = querier.selectChunks(query.matcherArray()); set.next(); ) {
            frames.series(set);
          }
        }
      }
    }
  }
}
