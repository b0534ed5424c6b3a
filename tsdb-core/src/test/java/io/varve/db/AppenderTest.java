package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What appenders do to each other, and what is left of series that they knew.
class AppenderTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final Labels UP = Labels.of("__name__", "up");

  @TempDir Path directory;

  private Varve open() throws IOException {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
  }

  /// It gave its memory back, and the other one has it.
  @Test
  void closedAppenderDoesNotCommitTheBatchOfAnother() throws Exception {
    try (Varve db = open()) {
      Appender closed = db.appender();
      closed.append(UP, START, 1);
      closed.close();
      try (Appender other = db.appender()) {
        other.append(UP, START + 1, 2);

        assertThatThrownBy(closed::commit)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the appender is closed");
        closed.rollback();

        assertThat(other.commit().accepted()).isEqualTo(1);
        assertThat(db.stats().samplesAppended()).isEqualTo(1);
      }
    }
  }
}
