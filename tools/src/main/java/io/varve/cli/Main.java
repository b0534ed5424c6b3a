package io.varve.cli;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The program.
public final class Main {
  private static final int OUTPUT_BUFFER = 64 << 10;

  private Main() {}

  public static void main(String[] args) {
    EarlyStart.begin(args);
    // Text is UTF-8 whatever the locale says, as promtool's is.
    var out = new OutputStreamWriter(System.out, StandardCharsets.UTF_8);
    var err = new OutputStreamWriter(System.err, StandardCharsets.UTF_8);
    var streams =
        new Streams(
            new PrintWriter(new BufferedWriter(out, OUTPUT_BUFFER)), new PrintWriter(err, true));
    System.exit(VarveCommand.execute(streams, args));
  }
}
