package io.varve.interop;

import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.xerial.snappy.Snappy;

/// One request of remote write 1.0. Confined to one thread.
final class RemoteWrite {
  private final WriteRequest.Builder request = WriteRequest.newBuilder();

  void add(Labels labels, long timestamp, double value) {
    series(labels).addSamples(Sample.newBuilder().setTimestamp(timestamp).setValue(value));
  }

  void add(Labels labels, long timestamp, NativeHistogram histogram) {
    series(labels).addHistograms(HistogramProto.of(timestamp, histogram));
  }

  private TimeSeries.Builder series(Labels labels) {
    TimeSeries.Builder series = request.addTimeseriesBuilder();
    labels.forEach(
        (name, value) -> series.addLabels(Label.newBuilder().setName(name).setValue(value)));
    return series;
  }

  /// @throws IOException if the answer is not that all is in
  void send(URI server) throws IOException {
    HttpResponse<String> response = ask(server);
    if (response.statusCode() != 204) {
      throw new IOException(server + " answers " + response.statusCode() + ": " + response.body());
    }
  }

  /// @return the status of the answer; 204 says that all is in
  /// @throws IOException if there is none
  int status(URI server) throws IOException {
    return ask(server).statusCode();
  }

  private HttpResponse<String> ask(URI server) throws IOException {
    byte[] body = Snappy.compress(request.build().toByteArray());
    return Http.send(
        HttpRequest.newBuilder(server.resolve("/api/v1/write"))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .POST(BodyPublishers.ofByteArray(body)),
        BodyHandlers.ofString());
  }
}
