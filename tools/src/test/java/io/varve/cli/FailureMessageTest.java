package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.CorruptionException;
import io.varve.io.DirectoryInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class FailureMessageTest {
  @Test
  void saysWhatTheClassOfAFileSystemFaultMeans() {
    assertThat(FailureMessage.of(new NoSuchFileException("d")))
        .hasValue("d: no such file or directory");
    assertThat(FailureMessage.of(new AccessDeniedException("d"))).hasValue("d: permission denied");
    assertThat(FailureMessage.of(new NotDirectoryException("d"))).hasValue("d: not a directory");
    assertThat(FailureMessage.of(new FileAlreadyExistsException("d")))
        .hasValue("d: not a directory");
    assertThat(FailureMessage.of(new FileSystemException("d", null, "No space left on device")))
        .hasValue("d: No space left on device");
    assertThat(FailureMessage.of(new FileSystemException("d")))
        .hasValue("d: cannot be read or written");
  }

  @Test
  void givesTheEnginesOwnWords() {
    assertThat(FailureMessage.of(new CorruptionException("index", 5, "bad magic number")))
        .hasValue("index at offset 5: bad magic number");
    assertThat(FailureMessage.of(new DirectoryInUseException(Path.of("data/lock"))))
        .hasValueSatisfying(s -> assertThat(s).contains("in use by another process", "data/lock"));
    assertThat(FailureMessage.of(new CommandException("no"))).hasValue("no");
  }

  @Test
  void looksIntoUncheckedFaults() {
    var fault = new UncheckedIOException(new IOException("Broken pipe"));

    assertThat(FailureMessage.of(fault)).hasValue("Broken pipe");
  }

  @Test
  void namesTheClassOfAFaultWithoutAMessage() {
    assertThat(FailureMessage.of(new IOException())).hasValue("IOException");
  }

  @Test
  void saysHowToGetMoreMemory() {
    assertThat(FailureMessage.of(new OutOfMemoryError("Java heap space")))
        .hasValueSatisfying(s -> assertThat(s).contains("Java heap space", "VARVE_HEAP"));
  }

  @Test
  void faultsOfTheProgramHaveNoSentence() {
    assertThat(FailureMessage.of(new IllegalStateException("x"))).isEmpty();
  }
}
