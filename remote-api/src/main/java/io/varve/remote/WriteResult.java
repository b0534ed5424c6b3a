package io.varve.remote;

import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What became of a remote write request.
///
/// @param stored samples that are in the store
/// @param rejected samples that are not, counted by reason; empty when everything is in
/// @param first why the first of them is not, in words; null when everything is in
/// @param exemplars exemplars that are in the store
/// @param refusedExemplars those that are not, counted by reason; does not make a request fail
/// @param metadata metadata entries kept
/// @param refusedMetadata those that are not, being too long or of no name
public record WriteResult(
    long stored,
    Map<String, Long> rejected,
    @Nullable String first,
    long exemplars,
    Map<String, Long> refusedExemplars,
    long metadata,
    long refusedMetadata) {

  public boolean complete() {
    return rejected.isEmpty();
  }

  /// For the sender: counts and the first reason.
  public String sentence() {
    long count = rejected.values().stream().mapToLong(Long::longValue).sum();
    var reasons = new StringJoiner(", ");
    rejected.forEach((reason, samples) -> reasons.add(samples + " " + reason));
    return count
        + " of "
        + (stored + count)
        + " samples were not stored ("
        + reasons
        + "); the first: "
        + first;
  }
}
