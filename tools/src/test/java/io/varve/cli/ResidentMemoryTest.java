package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.varve.io.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

final class ResidentMemoryTest {
  @Test
  void findsThePeakAmongTheOtherLines() {
    String status = "Name:\tjava\nVmPeak:\t  999 kB\nVmHWM:\t  524288 kB\nVmRSS:\t 1 kB\n";

    assertThat(ResidentMemory.parse(status)).hasValue(512L << 20);
  }

  @Test
  void isEmptyWhereThereIsNoPeak() {
    assertThat(ResidentMemory.parse("Name:\tjava\n")).isEmpty();
  }

  @Test
  @EnabledOnOs(LINUX)
  void knowsThatThisProcessTakesMegabytes() {
    assertThat(ResidentMemory.peak(new LocalDisk()).orElseThrow()).isBetween(10L << 20, 1L << 40);
  }
}
