package io.varve.remote;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Short answers. Stateless.
final class Answers {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int DRAIN_STEP = 16 << 10;
  private static final Duration DRAIN_TIME = Duration.ofSeconds(2);

  private Answers() {}

  static void noContent(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    response.setContentType(null);
  }

  /// Answers with one sentence.
  static void text(HttpServletResponse response, int status, String sentence) throws IOException {
    bytes(response, status, TEXT, (sentence + '\n').getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(HttpServletResponse response, int status, String contentType, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /// Answers with one sentence why not.
  static void refusal(HttpServletResponse response, Refusal refusal) throws IOException {
    text(response, refusal.status(), refusal.sentence());
  }

  /// Refuses a request, of which a part may still be on the way.
  static void refuse(
      HttpServletRequest request,
      HttpServletResponse response,
      Refusal refusal,
      Route.Complaint complaint)
      throws IOException {
    headers(response, refusal);
    // A client that asked first whether to send is not going to.
    boolean unread = !request.getInputStream().isFinished() && request.getHeader("Expect") == null;
    if (unread) {
      response.setHeader("Connection", "close");
    }
    complaint.answer(response, refusal);
    if (unread) {
      drain(request, response);
    }
  }

  private static void headers(HttpServletResponse response, Refusal refusal) {
    if (refusal.retryAfterSeconds() >= 0) {
      response.setHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    if (refusal.allow() != null) {
      response.setHeader("Allow", refusal.allow());
    }
  }

  /// Sends the answer and reads the rest of the request, for a short while: a connection closed
  /// while the client is still sending is reset, and a reset takes away the answer that explains
  /// it.
  private static void drain(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.flushBuffer();
    ClientConnection.of(request).expectHaste(DRAIN_TIME);
    InputStream in = request.getInputStream();
    byte[] waste = new byte[DRAIN_STEP];
    long deadline = System.nanoTime() + DRAIN_TIME.toNanos();
    int count = 0;
    while (count >= 0 && System.nanoTime() - deadline < 0) {
      count = in.read(waste);
    }
  }
}
