package io.varve.cli;

/// Arguments that are each well formed, and together or by their size are not what a command can
/// take. The message is one sentence for the user, and one line whatever it quotes.
final class UsageException extends RuntimeException {
  UsageException(String message) {
    super(message.replaceAll("\\p{Cntrl}", "?"));
  }
}
