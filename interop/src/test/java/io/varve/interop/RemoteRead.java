package io.varve.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.varve.model.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import org.xerial.snappy.Snappy;

/// A client of remote read that asks for samples. In this way a Prometheus gives its samples away
/// bit for bit, where PromQL leaves out stale markers, and JSON the payload of a NaN. Only a
/// negative zero comes as a zero, because Prometheus leaves out fields that equal zero.
final class RemoteRead {
  private static final int REGEX = 2;

  private RemoteRead() {}

  /// All samples of a server from {@code mint} to {@code maxt}, both inclusive, in milliseconds
  /// since the epoch.
  static Samples samples(URI server, long mint, long maxt) throws IOException {
    var request =
        HttpRequest.newBuilder(server.resolve("/api/v1/read"))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Read-Version", "0.1.0")
            .POST(BodyPublishers.ofByteArray(Snappy.compress(request(mint, maxt))));
    HttpResponse<byte[]> response = Http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          server + " answers " + response.statusCode() + ": " + new String(response.body(), UTF_8));
    }
    var samples = new Samples();
    CodedInputStream message = CodedInputStream.newInstance(Snappy.uncompress(response.body()));
    fields(message, (results, in) -> fields(in, (series, each) -> series(each, samples)));
    return samples;
  }

  private static byte[] request(long mint, long maxt) throws IOException {
    byte[] matcher =
        message(out -> {
          out.writeEnum(1, REGEX);
          out.writeString(2, Labels.METRIC_NAME);
          out.writeString(3, ".+");
        });
    byte[] query =
        message(out -> {
          out.writeInt64(1, mint);
          out.writeInt64(2, maxt);
          out.writeByteArray(3, matcher);
        });
    return message(out -> out.writeByteArray(1, query));
  }

  private static void series(CodedInputStream in, Samples samples) throws IOException {
    Labels.Builder labels = Labels.builder();
    var run = new ArrayList<Samples.Sample>();
    fields(
        in,
        (field, message) -> {
          switch (field) {
            case 1 -> label(message, labels);
            case 2 -> run.add(sample(message));
            default -> throw new IOException("field " + field + " of a series is not expected");
          }
        });
    samples.add(labels.build(), run);
  }

  private static void label(CodedInputStream in, Labels.Builder labels) throws IOException {
    String[] nameAndValue = {"", ""};
    scalars(in, (field, message) -> nameAndValue[field - 1] = message.readStringRequireUtf8());
    labels.set(nameAndValue[0], nameAndValue[1]);
  }

  private static Samples.Sample sample(CodedInputStream in) throws IOException {
    long[] bitsAndTime = {0, 0};
    scalars(
        in,
        (field, message) ->
            bitsAndTime[field - 1] = field == 1 ? message.readFixed64() : message.readInt64());
    return new Samples.Sample(bitsAndTime[1], bitsAndTime[0]);
  }

  private interface Field {
    void read(int number, CodedInputStream in) throws IOException;
  }

  private interface Body {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Body body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    body.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  /// Calls {@code field} for each field, with a stream that has the field's bytes.
  private static void fields(CodedInputStream in, Field field) throws IOException {
    scalars(
        in,
        (number, stream) ->
            field.read(number, CodedInputStream.newInstance(stream.readByteArray())));
  }

  /// Calls {@code field} at each field, with the stream before its value.
  private static void scalars(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      field.read(WireFormat.getTagFieldNumber(tag), in);
    }
  }
}
