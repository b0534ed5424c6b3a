package io.varve.cli;

import io.varve.io.CorruptionException;
import io.varve.io.DirectoryInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says in one sentence why a command failed, where the cause lies outside of Varve.
final class FailureMessage {
  private FailureMessage() {}

  /// Empty if the failure is not of a kind that is expected, but a fault of the program.
  static Optional<String> of(@Nullable Throwable failure) {
    return switch (failure) {
      case CommandException e -> Optional.of(text(e));
      case CorruptionException e -> Optional.of(text(e));
      case DirectoryInUseException e -> Optional.of(text(e));
      case UncheckedIOException e -> Optional.ofNullable(e.getCause()).flatMap(FailureMessage::of);
      case FileSystemException e -> Optional.of(ofFile(e));
      case IOException e -> Optional.of(text(e));
      case OutOfMemoryError e ->
          Optional.of("out of memory (" + text(e) + "): set VARVE_HEAP to a larger heap, as in 4g");
      case null, default -> Optional.empty();
    };
  }

  /// `java.nio.file` puts the kind of a fault into the class and leaves the message to the path.
  private static String ofFile(FileSystemException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "no such file or directory";
          case AccessDeniedException _ -> "permission denied";
          // The latter when a directory was to be created.
          case NotDirectoryException _, FileAlreadyExistsException _ -> "not a directory";
          default -> e.getReason();
        };
    return e.getFile() + (reason == null ? ": cannot be read or written" : ": " + reason);
  }

  private static String text(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
