package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Where the JVM denies `sun.misc.Unsafe` there is no native sink.
@Tag("unsafe")
final class NativeByteSinkTest extends ByteSinkContract {
  @Override
  ByteSink sink(int capacity) {
    return new NativeByteSink(capacity);
  }

  @Test
  void isTheOneOffHeap() {
    try (ByteSink sink = ByteSink.offHeap(10)) {
      assertThat(sink).isInstanceOf(NativeByteSink.class);
    }
  }
}
