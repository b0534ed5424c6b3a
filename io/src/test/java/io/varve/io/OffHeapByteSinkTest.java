package io.varve.io;

/// What {@link ByteSink#offHeap} gives in this JVM, be it native or not.
final class OffHeapByteSinkTest extends ByteSinkContract {
  @Override
  ByteSink sink(int capacity) {
    return ByteSink.offHeap(capacity);
  }
}
