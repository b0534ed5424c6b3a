package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.varve.io.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

final class ResidentMemoryTest {
  @Test
  void findsItsFieldsAmongTheOtherLines() {
    String status =
        """
        Name:\tjava
        VmPeak:\t  999 kB
        VmHWM:\t  524288 kB
        VmRSS:\t  1024 kB
        RssAnon:\t  1000 kB
        RssFile:\t  16 kB
        RssShmem:\t  8 kB
        """;

    assertThat(ResidentMemory.parse(status))
        .hasValue(new ResidentMemory(512L << 20, 1 << 20, 24 << 10));
  }

  @Test
  void isEmptyWhereThereIsNone() {
    assertThat(ResidentMemory.parse("Name:\tjava\n")).isEmpty();
  }

  @Test
  @EnabledOnOs(LINUX)
  void knowsThatThisProcessTakesMegabytes() {
    ResidentMemory memory = ResidentMemory.read(new LocalDisk()).orElseThrow();

    assertThat(memory.now()).isBetween(10L << 20, memory.peak());
    assertThat(memory.peak()).isLessThan(1L << 40);
    assertThat(memory.files()).isBetween(1L << 20, memory.now());
  }
}
