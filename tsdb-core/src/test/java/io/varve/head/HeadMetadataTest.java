package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much metadata is kept at most. Here that is 100 characters in all.
class HeadMetadataTest {
  private final HeadMetadata metadata = new HeadMetadata(100);

  private static MemSeries series(int id) {
    Labels labels = Labels.of("__name__", "m" + id);
    return new MemSeries(id, id, labels.hash(), labels);
  }

  private static Metadata of(char letter, int length) {
    return new Metadata(MetricType.GAUGE, "", String.valueOf(letter).repeat(length));
  }

  @Test
  void metadataOfSeriesIsRefusedWhenThereIsTooMuchUntilSomeAreGone() {
    MemSeries first = series(1);
    metadata.put(first, of('a', 60));
    metadata.put(series(2), of('b', 40));

    assertThat(metadata.hasRoom(of('c', 1))).isFalse();
    metadata.put(series(3), of('c', 1));
    assertThat(metadata.byFamily()).containsOnlyKeys("m1", "m2");
    assertThat(metadata.refused()).isEqualTo(2);

    metadata.forget(List.of(first));
    assertThat(metadata.hasRoom(of('c', 60))).isTrue();
    metadata.put(series(3), of('c', 60));
    assertThat(metadata.byFamily()).containsOnlyKeys("m2", "m3");
  }

  @Test
  void equalMetadataOfManySeriesTakesRoomOnce() {
    for (int i = 0; i < 10; i++) {
      metadata.put(series(i), of('a', 60));
    }
    metadata.put(series(11), of('b', 40));

    assertThat(metadata.byFamily()).hasSize(11);
    assertThat(metadata.refused()).isZero();
  }

  @Test
  void metadataThatIsReplacedGivesItsRoomBack() {
    MemSeries series = series(1);
    for (int i = 0; i < 10; i++) {
      metadata.put(series, of((char) ('a' + i), 50));
      metadata.putFamily("f", of((char) ('a' + i), 49), null);
    }

    assertThat(metadata.byFamily()).containsEntry("m1", List.of(of('j', 50)));
    assertThat(metadata.byFamily()).containsEntry("f", List.of(of('j', 49)));
    assertThat(metadata.refused()).isZero();
  }

  @Test
  void familiesGiveWayToThoseHeardOfLater() {
    for (int i = 0; i < 10; i++) {
      metadata.putFamily("f" + i, of((char) ('a' + i), 28), null);
    }
    assertThat(metadata.byFamily()).containsOnlyKeys("f7", "f8", "f9");

    metadata.putFamily("g", of('x', 100), null);
    assertThat(metadata.byFamily()).isEmpty();
    assertThat(metadata.refused()).isEqualTo(1);
  }

  @Test
  void endlessTextOfASeriesIsNotKept(@TempDir Path directory) throws Exception {
    try (Varve db = Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
        Appender app = db.appender()) {
      SeriesRef series = app.append(Labels.of("__name__", "m"), 1, 1).ref();
      app.updateMetadata(series, of('a', 17_000));
      app.commit();

      assertThat(db.metadata()).isEmpty();
    }
  }
}
