package io.varve.remote;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A request that is not served, and what its sender is told: a status and one sentence. Carries no
/// stack trace, as it says nothing of this program.
final class Refusal extends RuntimeException {
  /// Quoted names and values may hold anything; a sentence is one line.
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /// Quoted names and values may also be megabytes long.
  private static final int MAX_LENGTH = 1000;

  private final int status;
  private final int retryAfterSeconds;
  private final @Nullable String allow;

  private Refusal(int status, String sentence, int retryAfterSeconds, @Nullable String allow) {
    super(CONTROL.matcher(cut(sentence)).replaceAll("?"), null, false, false);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.allow = allow;
  }

  private static String cut(String sentence) {
    return sentence.length() <= MAX_LENGTH ? sentence : sentence.substring(0, MAX_LENGTH) + "...";
  }

  /// Status 400: sent again it would fare no better.
  static Refusal badRequest(String sentence) {
    return new Refusal(400, sentence, -1, null);
  }

  /// Status 403: what the server was not told to allow.
  static Refusal forbidden(String sentence) {
    return new Refusal(403, sentence, -1, null);
  }

  /// Status 405.
  ///
  /// @param allow the methods that are served, as the header lists them
  static Refusal methodNotAllowed(String method, String allow) {
    return new Refusal(405, method + " is not served here, only " + allow, -1, allow);
  }

  /// Status 408: the body did not come in time.
  static Refusal tooSlow(String sentence) {
    return new Refusal(408, sentence, -1, null);
  }

  /// Status 413.
  static Refusal tooLarge(String sentence) {
    return new Refusal(413, sentence, -1, null);
  }

  /// Status 415: a coding, type or version of the protocol that is not understood.
  static Refusal unsupported(String sentence) {
    return new Refusal(415, sentence, -1, null);
  }

  /// Status 500: no fault of the request.
  static Refusal internal(String sentence) {
    return new Refusal(500, sentence, -1, null);
  }

  /// Status 503: worth trying again after a while.
  static Refusal unavailable(String sentence, int retryAfterSeconds) {
    return new Refusal(503, sentence, retryAfterSeconds, null);
  }

  int status() {
    return status;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  /// -1 if there is nothing to wait for.
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /// The header `Allow` of a 405.
  @Nullable String allow() {
    return allow;
  }
}
