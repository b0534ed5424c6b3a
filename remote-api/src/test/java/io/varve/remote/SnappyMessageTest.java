package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.varve.fixture.Property;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class SnappyMessageTest {
  private static final int TAG = 0x0a;

  private final ByteBudget budget = new ByteBudget(1 << 20);

  private static byte[] compressed(SnappyMessage message) throws IOException {
    var out = new ByteArrayOutputStream();
    long length = message.compressedLength();
    message.writeTo(out);
    assertThat(out.size()).isEqualTo(length);
    return out.toByteArray();
  }

  private static HeapByteSink bytes(RandomGenerator random, int length) {
    HeapByteSink sink = ByteSink.onHeap(16);
    for (int i = 0; i < length; i++) {
      // Runs and repetitions, so that there are copies across the borders of pieces.
      sink.putByte(i % 100 < 70 ? i % 13 : random.nextInt(256));
    }
    return sink;
  }

  @Test
  void isOneBlockHoweverItWasPutTogether() {
    Property.forAll(
        50,
        random -> {
          try (ByteBudget.Lease lease = budget.lease()) {
            var message = new SnappyMessage(lease);
            var plain = new ByteArrayOutputStream();
            for (int i = random.nextInt(8); i > 0; i--) {
              HeapByteSink part = bytes(random, random.nextInt(100_000));
              message.put(part);
              plain.write(part.toByteArray());
            }

            assertThat(TestServer.unsnappy(compressed(message))).isEqualTo(plain.toByteArray());
            assertThat(message.length()).isEqualTo(plain.size());
          }
        });
  }

  @Test
  void putsTheLengthBeforeANestedMessage() throws IOException {
    HeapByteSink before = bytes(Property.random(), 10);
    HeapByteSink content = bytes(Property.random(), 200_000);
    var plain = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(plain);
    out.writeRawBytes(before.toByteArray());
    out.writeByteArray(1, content.toByteArray());
    out.writeByteArray(1, new byte[0]);
    out.flush();

    try (ByteBudget.Lease lease = budget.lease()) {
      var message = new SnappyMessage(lease);
      message.put(before);
      int start = message.open();
      message.put(content);
      message.close(start, TAG, content.length());
      message.close(message.open(), TAG, 0);

      assertThat(TestServer.unsnappy(compressed(message))).isEqualTo(plain.toByteArray());
    }
  }

  @Test
  void holdsAndPaysForCompressedBytesOnly() throws IOException {
    HeapByteSink zeros = ByteSink.onHeap(1 << 20);
    zeros.reserve(1 << 20);
    zeros.advanceTo(1 << 20);

    try (ByteBudget.Lease lease = budget.lease()) {
      var message = new SnappyMessage(lease);
      for (int i = 0; i < 10; i++) {
        message.put(zeros);
      }

      assertThat(message.length()).isEqualTo(10 << 20);
      assertThat(budget.used()).isBetween(1L, 1L << 20);
      assertThat((long) compressed(message).length).isLessThanOrEqualTo(lease.held() + 5);
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void refusesToGrowAboveTheBudget() {
    HeapByteSink noise = ByteSink.onHeap(1 << 20);
    Property.random().nextBytes(noise.reserve(1 << 20));
    noise.advanceTo(1 << 20);

    try (ByteBudget.Lease lease = budget.lease()) {
      assertThatThrownBy(() -> new SnappyMessage(lease).put(noise))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("more than 1048576 bytes");
    }
    try (ByteBudget.Lease other = budget.lease();
        ByteBudget.Lease lease = budget.lease()) {
      assertThat(other.tryTake(1 << 19)).isTrue();

      assertThatThrownBy(() -> new SnappyMessage(lease).put(noise))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in the making");
    }
  }
}
