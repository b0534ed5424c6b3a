package io.varve.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.Crc32c;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ChunkedReadResponse;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.RemoteProto.ReadResponse;
import io.varve.remote.TypesProto.Chunk;
import io.varve.remote.TypesProto.ChunkedSeries;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/// A client of remote read. In this way a server gives its samples away bit for bit, where PromQL
/// leaves out stale markers, and JSON the payload of a NaN.
final class RemoteRead {
  private RemoteRead() {}

  /// All samples of a server from {@code mint} to {@code maxt}, both inclusive, in milliseconds
  /// since the epoch, taken out of their chunks by the server. Prometheus gives a negative zero as
  /// a zero, because it leaves out fields that equal zero; 2.42 leaves out histograms.
  static Samples samples(URI server, long mint, long maxt) throws IOException {
    byte[] body = ask(server, request(ResponseType.SAMPLES, mint, maxt));
    var samples = new Samples();
    for (TimeSeries series :
        ReadResponse.parseFrom(Snappy.uncompress(body)).getResults(0).getTimeseriesList()) {
      var run = new ArrayList<Samples.Sample>();
      series
          .getSamplesList()
          .forEach(sample ->
              run.add(
                  new Samples.Sample(
                      sample.getTimestamp(), Double.doubleToRawLongBits(sample.getValue()))));
      series
          .getHistogramsList()
          .forEach(histogram ->
              run.add(
                  new Samples.Sample(
                      histogram.getTimestamp(), HistogramProto.histogram(histogram))));
      run.sort(Samples.BY_TIME);
      samples.add(labels(series.getLabelsList()), run);
    }
    return samples;
  }

  /// As {@link #samples}, in the chunks of the server.
  static Samples chunks(URI server, long mint, long maxt) throws IOException {
    byte[] body = ask(server, request(ResponseType.STREAMED_XOR_CHUNKS, mint, maxt));
    var samples = new Samples();
    CodedInputStream in = CodedInputStream.newInstance(body);
    while (!in.isAtEnd()) {
      int start = in.getTotalBytesRead();
      int length = in.readRawVarint32();
      int checksum = Integer.reverseBytes(in.readRawLittleEndian32());
      byte[] frame = in.readRawBytes(Math.min(length, body.length - in.getTotalBytesRead()));
      if (frame.length != length || Crc32c.of(frame, 0, length) != checksum) {
        // An error after the first frame is told in plain text, in place of the next one.
        throw new IOException("no frame: " + new String(body, start, body.length - start, UTF_8));
      }
      for (ChunkedSeries series : ChunkedReadResponse.parseFrom(frame).getChunkedSeriesList()) {
        samples.add(labels(series.getLabelsList()), decode(series.getChunksList()));
      }
    }
    return samples;
  }

  private static List<Samples.Sample> decode(List<Chunk> chunks) {
    var run = new ArrayList<Samples.Sample>();
    var cursor = new ChunkCursor();
    for (Chunk chunk : chunks) {
      var buffer = new ChunkBuffer();
      byte encoding = (byte) chunk.getTypeValue();
      int size = chunk.getData().size();
      chunk.getData().copyTo(buffer.prepare(encoding, size), 0);
      cursor.reset(buffer, "a frame", 0);
      Samples.addAll(run, cursor);
    }
    return run;
  }

  private static ReadRequest request(ResponseType type, long mint, long maxt) {
    LabelMatcher all =
        LabelMatcher.newBuilder()
            .setType(LabelMatcher.Type.RE)
            .setName(Labels.METRIC_NAME)
            .setValue(".+")
            .build();
    return ReadRequest.newBuilder()
        .addAcceptedResponseTypes(type)
        .addQueries(
            Query.newBuilder().setStartTimestampMs(mint).setEndTimestampMs(maxt).addMatchers(all))
        .build();
  }

  private static byte[] ask(URI server, ReadRequest question) throws IOException {
    var request =
        HttpRequest.newBuilder(server.resolve("/api/v1/read"))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Read-Version", "0.1.0")
            .POST(BodyPublishers.ofByteArray(Snappy.compress(question.toByteArray())));
    HttpResponse<byte[]> response = Http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          server + " answers " + response.statusCode() + ": " + new String(response.body(), UTF_8));
    }
    return response.body();
  }

  private static Labels labels(List<Label> messages) {
    Labels.Builder labels = Labels.builder();
    messages.forEach(label -> labels.set(label.getName(), label.getValue()));
    return labels.build();
  }
}
