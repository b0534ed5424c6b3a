package io.varve.cli;

/// A command cannot do what it was asked to, for a reason that its user can mend. The message is
/// the one sentence that tells him.
final class CommandException extends RuntimeException {
  CommandException(String message) {
    super(message);
  }
}
