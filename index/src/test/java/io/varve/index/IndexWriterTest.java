package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptionException;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexWriterTest {
  private static final ChunkList NO_CHUNKS = new ChunkList();

  @TempDir Path directory;
  private final LocalDisk disk = new LocalDisk();
  private Path file;
  private IndexWriter writer;

  @BeforeEach
  void open() throws Exception {
    file = directory.resolve("index");
    writer = new IndexWriter(disk, file);
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
  }

  @Test
  void refusesSymbolsOutOfOrder() {
    writer.addSymbol("b");

    assertThatThrownBy(() -> writer.addSymbol("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"a\"");
    assertThatThrownBy(() -> writer.addSymbol("b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ordersSymbolsByTheirBytes() {
    writer.addSymbol("～");
    writer.addSymbol("😀");

    assertThatThrownBy(() -> writer.addSymbol("～")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesSeriesOutOfOrder() throws Exception {
    addSymbols("a", "b", "c");
    writer.addSeries(Labels.of("a", "c"), NO_CHUNKS);

    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "b"), NO_CHUNKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{a=\"b\"}")
        .hasMessageContaining("{a=\"c\"}");
    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "c"), NO_CHUNKS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesASeriesWithoutLabels() {
    assertThatThrownBy(() -> writer.addSeries(Labels.EMPTY, NO_CHUNKS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesLabelsThatAreNoSymbols() {
    addSymbols("a", "b");

    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "c"), NO_CHUNKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"c\"");
  }

  @Test
  void takesLabelsAsSymbolsToo() throws Exception {
    addSymbols("a", "b", "c", "d");
    writer.addSeries(new int[] {0, 1, 2, 3}, 4, NO_CHUNKS);
    writer.addSeries(Labels.of("a", "c"), NO_CHUNKS);
    writer.addSeries(new int[] {0, 3, 9}, 2, NO_CHUNKS);
    writer.finish();
    Path other = directory.resolve("other");
    try (var byLabels = new IndexWriter(disk, other)) {
      for (String symbol : new String[] {"a", "b", "c", "d"}) {
        byLabels.addSymbol(symbol);
      }
      byLabels.addSeries(Labels.of("a", "b", "c", "d"), NO_CHUNKS);
      byLabels.addSeries(Labels.of("a", "c"), NO_CHUNKS);
      byLabels.addSeries(Labels.of("a", "d"), NO_CHUNKS);
      byLabels.finish();
    }

    assertThat(file).hasSameBinaryContentAs(other);
  }

  @Test
  void refusesSymbolsThatAreNoneOrOutOfOrder() throws Exception {
    addSymbols("a", "b", "c");
    writer.addSeries(new int[] {0, 2}, 2, NO_CHUNKS);

    for (int[] refused : new int[][] {{0, 3}, {-1, 1}, {1, 1, 0, 2}, {0, 1, 0, 1}}) {
      assertThatThrownBy(() -> writer.addSeries(refused, refused.length, NO_CHUNKS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot be part of a series");
    }
    assertThatThrownBy(() -> writer.addSeries(new int[] {0, 1}, 2, NO_CHUNKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{a=\"b\"}")
        .hasMessageContaining("{a=\"c\"}");
  }

  @Test
  void refusesChunksThatOverlapOrEndBeforeTheyBegin() {
    addSymbols("a", "b");
    Labels labels = Labels.of("a", "b");

    assertThatThrownBy(() -> writer.addSeries(labels, IndexFixture.chunks(1, 0, 10, 2, 10, 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[10, 20]");
    assertThatThrownBy(() -> writer.addSeries(labels, IndexFixture.chunks(1, 10, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[10, 9]");
  }

  @Test
  void refusesDescendingChunkReferencesAlsoAcrossSeries() throws Exception {
    addSymbols("a", "b", "c");
    writer.addSeries(Labels.of("a", "b"), IndexFixture.chunks(5, 0, 1, 5, 2, 3));

    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "c"), IndexFixture.chunks(4, 0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 is below 5");
  }

  @Test
  void addsNothingOfARefusedSeries() throws Exception {
    addSymbols("a", "b", "c");
    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "x"), IndexFixture.chunks(9, 0, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "c"), IndexFixture.chunks(9, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class);

    writer.addSeries(Labels.of("a", "b"), IndexFixture.chunks(1, 0, 1));
    writer.finish();

    IndexReader reader = IndexFixture.reader(Files.readAllBytes(file));
    assertThat(IndexFixture.labels(reader, reader.all())).containsExactly(Labels.of("a", "b"));
    assertThat(reader.labelValues("a")).containsExactly("b");
  }

  @Test
  void refusesSymbolsAfterSeriesAndAnythingAfterTheEnd() throws Exception {
    addSymbols("a", "b");
    writer.addSeries(Labels.of("a", "b"), NO_CHUNKS);
    assertThatThrownBy(() -> writer.addSymbol("c")).isInstanceOf(IllegalStateException.class);
    writer.finish();

    assertThatThrownBy(() -> writer.addSeries(Labels.of("a", "c"), NO_CHUNKS))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> writer.finish()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesAFileThatExists() {
    assertThatThrownBy(() -> new IndexWriter(disk, file))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void leavesNoReadableFileIfAbandoned() throws Exception {
    addSymbols("a", "b");
    writer.addSeries(Labels.of("a", "b"), NO_CHUNKS);

    writer.close();
    writer.close();

    byte[] left = Files.readAllBytes(file);
    assertThatThrownBy(() -> IndexFixture.reader(left)).isInstanceOf(CorruptionException.class);
  }

  @Test
  void refusesSymbolsThatAreTooLong() throws Exception {
    try (var limited = limited(new IndexLimits(16, 1 << 20))) {
      limited.addSymbol("a");
      limited.addSymbol("too long symbol");

      assertThatThrownBy(limited::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("symbols would take 22 bytes")
          .hasMessageContaining("allows 16");
    }
  }

  @Test
  void refusesAListThatIsTooLong() throws Exception {
    try (var limited = limited(new IndexLimits(15, 1 << 20))) {
      for (String symbol : new String[] {"a", "b", "c", "d"}) {
        limited.addSymbol(symbol);
      }
      for (String value : new String[] {"b", "c", "d"}) {
        limited.addSeries(Labels.of("a", value), NO_CHUNKS);
      }

      assertThatThrownBy(limited::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a list of postings would take 16 bytes");
    }
  }

  @Test
  void refusesATableThatIsTooLong() throws Exception {
    try (var limited = limited(new IndexLimits(13, 1 << 20))) {
      limited.addSymbol("a");
      limited.addSymbol("b");
      limited.addSeries(Labels.of("a", "b"), NO_CHUNKS);

      assertThatThrownBy(limited::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the table of postings would take 14 bytes");
    }
  }

  @Test
  void refusesToExceedTheLengthOfTheFile() throws Exception {
    try (var limited = limited(new IndexLimits(1 << 20, 60))) {
      limited.addSymbol("a");
      limited.addSymbol("b");
      limited.addSymbol("c");
      limited.addSeries(Labels.of("a", "b"), NO_CHUNKS);

      assertThatThrownBy(() -> limited.addSeries(Labels.of("a", "c"), NO_CHUNKS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("allows 60");
    }
  }

  private IndexWriter limited(IndexLimits limits) throws Exception {
    Path other = Files.createTempFile(directory, "limited", "");
    Files.delete(other);
    return new IndexWriter(disk, other, IndexLayout.CURRENT, limits);
  }

  private void addSymbols(String... symbols) {
    for (String symbol : symbols) {
      writer.addSymbol(symbol);
    }
  }
}
