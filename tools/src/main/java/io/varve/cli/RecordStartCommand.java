package io.varve.cli;

import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Does a little of everything that the program does, so that Java can record which classes it
/// takes and what it runs. The launcher calls it once per build; the record makes later starts
/// fast.
@Command(
    name = "record-start",
    hidden = true,
    header = "Goes through the program once, for the launcher's record of what a start takes.")
final class RecordStartCommand implements Callable<Integer> {
  private final Disk disk = new LocalDisk();

  @Parameters(paramLabel = "DIR", description = "An empty directory.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws IOException {
    unpackSnappy();
    String data = directory.resolve("data").toString();
    var stop = new StopSignal();
    run(
        new ServeCommand(
            () -> stop,
            port -> {
              visit(port);
              stop.stop("recorded");
            }),
        "--web.listen-address=127.0.0.1:0",
        "--storage.tsdb.path=" + data);
    var nowhere = new PrintWriter(Writer.nullWriter());
    var streams = new Streams(nowhere, nowhere);
    run(new DumpCommand(streams), data);
    run(new ListCommand(streams), data);
    return 0;
  }

  /// Leaves Snappy's native library in `DIR/native`, by the name under which Snappy looks for it;
  /// nothing if there is none for this system.
  private void unpackSnappy() throws IOException {
    String library = System.mapLibraryName("snappyjava");
    String resource = "native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + '/' + library;
    try (InputStream in = Snappy.class.getResourceAsStream(resource)) {
      if (in == null) {
        return;
      }
      Path unpacked = directory.resolve("native");
      disk.createDirectories(unpacked);
      try (DiskFile out = disk.create(unpacked.resolve(library))) {
        out.write(ByteBuffer.wrap(in.readAllBytes()), 0);
      }
    }
  }

  private static void run(Callable<Integer> command, String... args) {
    if (new CommandLine(command).execute(args) != 0) {
      throw new IllegalStateException(command.getClass().getSimpleName() + " failed");
    }
  }

  /// Writes a sample, reads it back, and looks at what monitoring looks at.
  private static void visit(int port) {
    long now = System.currentTimeMillis();
    String json = "application/json";
    request(port, "GET /-/ready", "text/plain", new byte[0]);
    request(port, "POST /api/v1/write", "application/x-protobuf", write(now).toByteArray());
    request(port, "POST /api/v1/read", "application/x-protobuf", read(now).toByteArray());
    request(port, "GET /api/v1/label/job/values", json, new byte[0]);
    request(port, "GET /metrics", "text/plain", new byte[0]);
  }

  private static WriteRequest write(long now) {
    var series =
        TimeSeries.newBuilder()
            .addLabels(Label.newBuilder().setName("__name__").setValue("up"))
            .addLabels(Label.newBuilder().setName("job").setValue("varve"))
            .addSamples(Sample.newBuilder().setValue(1).setTimestamp(now));
    return WriteRequest.newBuilder().addTimeseries(series).build();
  }

  private static ReadRequest read(long now) {
    var matcher = LabelMatcher.newBuilder().setName("__name__").setValue("up");
    var query =
        Query.newBuilder().setStartTimestampMs(now).setEndTimestampMs(now).addMatchers(matcher);
    return ReadRequest.newBuilder()
        .addQueries(query)
        .addAcceptedResponseTypes(ReadRequest.ResponseType.STREAMED_XOR_CHUNKS)
        .build();
  }

  private static void request(int port, String what, String type, byte[] body) {
    byte[] compressed = new byte[Compression.SNAPPY.maxCompressedLength(body.length)];
    int length = Compression.SNAPPY.compress(body, 0, body.length, compressed, 0);
    String head =
        what
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Encoding: snappy\r\n"
            + "Content-Type: "
            + type
            + "\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(compressed, 0, length);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 2")) {
        throw new IllegalStateException(what + ": " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
