package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is accepted here was given to promtool 3.5, which stored the same series.
final class SeriesFileTest {
  @TempDir Path directory;

  @Test
  void readsOneSeriesPerLine() throws IOException {
    List<Labels> series =
        read(
            """
            {"__name__":"up","job":"node"}
            {"job":"api","__name__":"up"}
            """);

    assertThat(series)
        .containsExactly(
            Labels.of("__name__", "up", "job", "node"), Labels.of("__name__", "up", "job", "api"));
  }

  @Test
  void dropsQuotesAndBracesAnywhereAndKeepsBlanks() throws IOException {
    assertThat(read(" {\"a\": \"x{y}\"z\"} \n")).containsExactly(Labels.of(" a", " xyz "));
  }

  @Test
  void dropsWhatFollowsASecondColon() throws IOException {
    assertThat(read("{\"instance\":\"host:9100\"}\n"))
        .containsExactly(Labels.of("instance", "host"));
  }

  @Test
  void dropsLabelsWithoutValue() throws IOException {
    assertThat(read("{\"a\":\"x\",\"b\":\"\"}\n")).containsExactly(Labels.of("a", "x"));
  }

  @Test
  void passesOverSeriesThatCameBefore() throws IOException {
    assertThat(read("{a:x,b:y}\n{b:y,a:x}\n{a:z}"))
        .containsExactly(Labels.of("a", "x", "b", "y"), Labels.of("a", "z"));
  }

  @Test
  void endsLinesWithOrWithoutCarriageReturnOrAtTheEndOfTheFile() throws IOException {
    assertThat(read("{a:x}\r\n{a:y}\n{a:z\rz}"))
        .containsExactly(Labels.of("a", "x"), Labels.of("a", "y"), Labels.of("a", "z\rz"));
  }

  @Test
  void stopsAtTheLimitBeforeLookingFurther() throws IOException {
    assertThat(read("{a:x}\n{a:x}\n{a:y}\nnonsense\n", 2)).hasSize(2);
  }

  @Test
  void readsFilesLargerThanItsBuffer() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      text.append("{\"__name__\":\"metric_").append(i).append("\",\"job\":\"node\"}\n");
    }

    List<Labels> series = read(text.toString());

    assertThat(series).hasSize(60_000);
    assertThat(series.getLast()).isEqualTo(Labels.of("__name__", "metric_59999", "job", "node"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{a:x}||{a:y}', line 2 has no ':' between name and value in ''",
    "'{a:x,nonsense}', line 1 has no ':' between name and value in 'nonsense'",
    "'{a:x,}', line 1 has no ':' between name and value in ''",
    "'{a:x,a:y}', line 1 has the label 'a' twice",
    "'{:x}', line 1 has an empty name",
    "'{a:}', line 1 has no label with a value",
  })
  void refusesLinesThatPromtoolPanicsAt(String text, String message) {
    assertThatThrownBy(() -> read(text.replace('|', '\n')))
        .isInstanceOf(CommandException.class)
        .hasMessageEndingWith("series: " + message);
  }

  @Test
  void refusesLinesThatPromtoolIsTooSmallFor() throws IOException {
    String longest = "{a:" + "x".repeat((64 << 10) - 5) + "}";

    assertThat(read(longest)).hasSize(1);
    assertThat(read(longest + "\n{b:x}\n")).hasSize(2);
    for (String end : List.of("", "\n", "x".repeat(64 << 10), "x".repeat(2 << 20))) {
      assertThatThrownBy(() -> read("{b:x}\n " + longest + end))
          .isInstanceOf(CommandException.class)
          .hasMessageEndingWith("line 2 is longer than 64 KiB");
    }
  }

  @Test
  void readsOrRefusesWhateverIsCutOffOrFlipped() throws IOException {
    byte[] whole =
        "{\"__name__\":\"up\",\"job\":\"é\"}\r\n{a:x,b:y:z}\n".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < whole.length; at++) {
      readsOrRefuses(Arrays.copyOf(whole, at));
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << bit);
        readsOrRefuses(flipped);
      }
    }
  }

  private void readsOrRefuses(byte[] content) throws IOException {
    Path file = directory.resolve("damaged");
    Files.write(file, content);
    try {
      assertThat(SeriesFile.read(new LocalDisk(), file, 10)).hasSizeLessThanOrEqualTo(4);
    } catch (CommandException e) {
      assertThat(e).hasMessageStartingWith(file + ": line ");
    }
  }

  @Test
  void refusesBytesThatAreNoText() {
    byte[] bytes = {'a', ':', (byte) 0xc3, '\n'};

    assertThatThrownBy(() -> read(bytes, 10))
        .isInstanceOf(CommandException.class)
        .hasMessageEndingWith("line 1 is not valid UTF-8");
  }

  private List<Labels> read(String text) throws IOException {
    return read(text, Integer.MAX_VALUE);
  }

  private List<Labels> read(String text, int limit) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), limit);
  }

  private List<Labels> read(byte[] bytes, int limit) throws IOException {
    Path file = Files.write(directory.resolve("series"), bytes);
    return SeriesFile.read(new LocalDisk(), file, limit);
  }
}
