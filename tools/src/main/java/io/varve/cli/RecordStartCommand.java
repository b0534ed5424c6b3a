package io.varve.cli;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Starts a server, asks whether it is ready, and stops it, so that Java can record which classes a
/// start takes; and unpacks what else it takes. The launcher calls it once per build, and later
/// starts are faster. All is done by the way it is done for `varve serve`, from the first line on.
///
/// Nothing more is done here on purpose: every class in the record is loaded at every start,
/// whether it is used or not.
@Command(
    name = "record-start",
    hidden = true,
    header = "Starts and stops a server, for the launcher's record of what a start takes.")
final class RecordStartCommand implements Callable<Integer> {
  private static final String READY =
      "GET /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Parameters(paramLabel = "DIR", description = "An empty directory.")
  private Path directory = Path.of("");

  RecordStartCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    unpackSnappy();
    var stop = StopSignal.ofProcess();
    var serve =
        new ServeCommand(
            () -> stop,
            port -> {
              askWhetherReady(port);
              stop.stop("recorded");
            });
    String[] args = {
      "serve",
      "--web.listen-address=127.0.0.1:0",
      "--storage.tsdb.path=" + directory.resolve("data"),
    };
    EarlyStart.begin(args);
    return VarveCommand.execute(() -> serve, streams, args);
  }

  private static void askWhetherReady(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(READY.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IllegalStateException(answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
}
