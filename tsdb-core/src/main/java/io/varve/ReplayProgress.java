package io.varve;

/// How far the replay of a log is.
///
/// @param min number of the first segment; what is in a checkpoint counts to it
/// @param max number of the last segment
/// @param current number of the segment that is read, or was the last one
public record ReplayProgress(State state, int min, int max, int current) {
  /// Before it begins.
  public static final ReplayProgress WAITING = new ReplayProgress(State.WAITING, 0, 0, 0);

  /// Of a store that is open.
  public static final ReplayProgress DONE = new ReplayProgress(State.DONE, 0, 0, 0);

  public enum State {
    WAITING("waiting"),
    IN_PROGRESS("in progress"),
    DONE("done");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /// As Prometheus' API has it.
    public String text() {
      return text;
    }
  }

  /// One sentence without an end.
  public String sentence() {
    return switch (state) {
      case WAITING -> "the store is being opened";
      case IN_PROGRESS ->
          "the log is being replayed, segment " + current + " of " + min + " to " + max;
      case DONE -> "the log is replayed";
    };
  }
}
