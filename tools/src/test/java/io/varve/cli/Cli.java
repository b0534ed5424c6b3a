package io.varve.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What a command printed and how it ended.
record Cli(int exitCode, String out, String err) {
  static Cli run(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int exit =
        VarveCommand.execute(new Streams(new PrintWriter(out), new PrintWriter(err, true)), words);
    return new Cli(exit, out.toString(), err.toString());
  }
}
