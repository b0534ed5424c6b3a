package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapByteSinkTest extends ByteSinkContract {
  @Override
  ByteSink sink(int capacity) {
    return ByteSink.onHeap(capacity);
  }

  @Test
  void givesItsArrayForOthersToFill() {
    HeapByteSink sink = ByteSink.onHeap(1);
    sink.putByte(1);

    byte[] array = sink.reserve(1000);
    array[sink.length()] = 2;
    sink.advanceTo(sink.length() + 1);

    assertThat(sink.toByteArray()).containsExactly(1, 2);
    assertThat(sink.array()).startsWith(1, 2);
  }

  @Test
  void givesBytesBack() {
    HeapByteSink sink = ByteSink.onHeap(1);
    sink.putInt(0x01020304);

    sink.truncate(10);
    sink.truncate(2);
    sink.putByte(9);

    assertThat(sink.toByteArray()).containsExactly(1, 2, 9);
  }
}
