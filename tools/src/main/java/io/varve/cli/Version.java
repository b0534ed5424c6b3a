package io.varve.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/// Which Varve this is: the version of the jar it was started from.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "varve " + text(), "java " + Runtime.version() + ", " + System.getProperty("java.vendor"),
    };
  }

  static String text() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "development");
  }
}
