package io.varve.remote;

import io.varve.io.Compression;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Receives request bodies and decompresses them, in buffers that are used over and over. What has
/// not come yet takes no memory: the buffer, and the share of the {@link ByteBudget}, grow with
/// what has been received, however long the body claims to be. Thread-safe.
final class BodyReader {
  private static final int FIRST_STEP = 64 << 10;
  private static final int RETRY_AFTER_SECONDS = 1;

  /// Snappy's densest element makes 64 bytes of 3: a block that claims more is none, and need not
  /// be given memory to prove it.
  private static final int MAX_EXPANSION = 22;

  private final int maxBytes;
  private final Duration patience;
  private final ByteBudget budget;
  private final BufferPool pool = new BufferPool();

  /// What is done with a body.
  interface Use<T> {
    /// @param buffers valid until this returns
    /// @param length bytes of it
    /// @param memory takes so many bytes more of the budget until the end of the use, or throws a
    ///   {@link Refusal}
    T with(RequestBuffers buffers, int length, LongConsumer memory);
  }

  /// @param maxBytes largest body, before and after decompression
  /// @param patience how long a body may take to arrive
  /// @param budget for what all bodies take
  BodyReader(int maxBytes, Duration patience, ByteBudget budget) {
    this.maxBytes = maxBytes;
    this.patience = patience;
    this.budget = budget;
  }

  /// Receives a body and uses it as it is, in {@link RequestBuffers#body()}.
  ///
  /// @throws Refusal if it is too long, takes too long or finds no room
  <T> T plain(HttpServletRequest request, Use<T> use) throws IOException {
    RequestBuffers buffers = pool.take();
    try (ByteBudget.Lease lease = budget.lease()) {
      return use.with(buffers, receive(request, buffers, lease), bytes -> take(bytes, lease));
    } finally {
      pool.give(buffers);
    }
  }

  /// Receives a body that is a Snappy block and uses what is in it, in {@link
  /// RequestBuffers#message()}.
  ///
  /// @param weight times its length that the use of a message takes, the message itself included
  /// @throws Refusal if it is no Snappy block, too long, takes too long or finds no room
  <T> T message(HttpServletRequest request, int weight, Use<T> use) throws IOException {
    checkCoding(request.getHeader("Content-Encoding"));
    RequestBuffers buffers = pool.take();
    try (ByteBudget.Lease lease = budget.lease()) {
      int bodyLength = receive(request, buffers, lease);
      int length = decompress(buffers, bodyLength, weight, lease);
      return use.with(buffers, length, bytes -> take(bytes, lease));
    } finally {
      pool.give(buffers);
    }
  }

  /// A missing header is taken for the only coding there is.
  private static void checkCoding(@Nullable String coding) {
    if (coding != null && !coding.trim().equalsIgnoreCase("snappy")) {
      throw Refusal.unsupported(
          "the content coding \"" + coding + "\" is not supported, only snappy");
    }
  }

  private int receive(HttpServletRequest request, RequestBuffers buffers, ByteBudget.Lease lease)
      throws IOException {
    long declared = request.getContentLengthLong();
    if (declared > maxBytes) {
      throw tooLarge(declared + " bytes");
    }
    // One byte more than allowed is asked for, to tell a body that ends from one that does not.
    int expected = declared >= 0 ? (int) declared : maxBytes + 1;
    long deadline = System.nanoTime() + patience.toNanos();
    InputStream in = request.getInputStream();
    byte[] body = buffers.body();
    int room = 0;
    int length = 0;
    while (length < expected) {
      if (length == room) {
        int more = (int) Math.min(expected, Math.max(FIRST_STEP, 2L * room));
        take(more - room, lease);
        room = more;
        body = buffers.growBody(room);
      }
      int count = in.read(body, length, room - length);
      if (count < 0) {
        break;
      }
      length += count;
      if (System.nanoTime() - deadline > 0) {
        throw Refusal.tooSlow(
            "the request body did not arrive within " + patience.toSeconds() + " s");
      }
    }
    if (length > maxBytes) {
      throw tooLarge("more");
    }
    return length;
  }

  private int decompress(RequestBuffers buffers, int length, int weight, ByteBudget.Lease lease) {
    byte[] body = buffers.body();
    long declared = Compression.SNAPPY.decompressedLength(body, 0, length);
    if (declared < 0 || declared > (long) MAX_EXPANSION * length) {
      throw notSnappy();
    }
    if (declared > maxBytes) {
      throw Refusal.badRequest(
          "the decompressed body has "
              + declared
              + " bytes, more than the "
              + maxBytes
              + " that are allowed");
    }
    take(weight * declared, lease);
    byte[] message = buffers.prepareMessage((int) declared);
    if (Compression.SNAPPY.decompress(body, 0, length, message, 0) != declared) {
      throw notSnappy();
    }
    return (int) declared;
  }

  private static void take(long bytes, ByteBudget.Lease lease) {
    if (!lease.tryTake(bytes)) {
      if (lease.held() + bytes > lease.limit()) {
        throw Refusal.tooLarge(
            "the request needs "
                + (lease.held() + bytes)
                + " bytes of memory, more than the "
                + lease.limit()
                + " that all requests may take");
      }
      throw Refusal.unavailable(
          "too many bytes of requests are in flight, try again later", RETRY_AFTER_SECONDS);
    }
  }

  private Refusal tooLarge(String actual) {
    return Refusal.tooLarge(
        "the request body has " + actual + ", more than the " + maxBytes + " bytes allowed");
  }

  private static Refusal notSnappy() {
    return Refusal.badRequest("the request body is not a Snappy block");
  }
}
