package io.varve.cli;

import picocli.CommandLine.Command;

@Command(name = "version", header = "Prints the version of Varve, and of Java.")
final class VersionCommand implements Runnable {
  private final Streams streams;

  VersionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void run() {
    for (String line : new Version().getVersion()) {
      streams.out().println(line);
    }
  }
}
