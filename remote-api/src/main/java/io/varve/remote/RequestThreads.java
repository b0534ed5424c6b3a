package io.varve.remote;

import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The platform threads on which requests run, bounded.
///
/// They cannot be interrupted: Jetty interrupts what is still running when its pool stops, and an
/// interrupt that meets a thread inside a `FileChannel` closes the file under the whole store.
///
/// How many: each {@link Gate} bounds one kind of request, those that run and those that wait, and
/// together they leave {@link #SPARE} threads to Jetty's own two and to probes and scrapes, which
/// must get through when all else is stuck. Writes mostly wait, for the body and for the sync of
/// the log, which they share; one Prometheus sends from up to 50 shards, so {@link #WRITES} lets
/// one that is at its limit through even on a machine of two cores. Threads without work go away.
final class RequestThreads extends QueuedThreadPool {
  /// Remote writes at the same time.
  static final int WRITES = 64;

  /// Label queries at the same time, and as many that wait.
  static final int LABEL_QUERIES = 4;

  /// Queries of exemplars and metadata at the same time, and as many that wait.
  static final int EXEMPLAR_QUERIES = 2;

  private static final int SPARE = 12;
  private static final int KEPT = 4;
  private static final int IDLE_MILLIS = 60_000;

  /// For threads to end that have nothing to do; requests have been waited for before.
  private static final int STOP_MILLIS = 500;

  /// @param reads remote reads at the same time, and as many that wait
  RequestThreads(int reads) {
    super(WRITES + 2 * (reads + LABEL_QUERIES + EXEMPLAR_QUERIES) + SPARE, KEPT, IDLE_MILLIS);
    setName("varve-http");
    setDaemon(true);
    setStopTimeout(STOP_MILLIS);
  }

  @Override
  public Thread newThread(Runnable work) {
    var thread = new RequestThread(work, getName());
    thread.setDaemon(isDaemon());
    return thread;
  }

  private static final class RequestThread extends Thread {
    RequestThread(Runnable work, String pool) {
      super(work);
      setName(pool + '-' + threadId());
    }

    @Override
    public void interrupt() {
      // See above.
    }
  }
}
