package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.atomic.AtomicReference;

/// Has a commit stand still in its middle: before it applies the first sample of a series whose
/// monitor somebody else holds.
final class HeldCommit {
  private HeldCommit() {}

  interface Samples {
    void addTo(Appender app) throws Exception;
  }

  interface Step {
    void run() throws Exception;
  }

  /// Runs {@code meanwhile} when another thread has begun to commit {@code samples} and comes to
  /// those of {@code before}. Returns when the commit has ended.
  static void during(Varve db, Samples samples, SeriesRef before, Step meanwhile) throws Exception {
    var failure = new AtomicReference<Throwable>();
    Thread committer;
    synchronized (before) {
      committer =
          Thread.ofPlatform()
              .start(() -> {
                try (Appender app = db.appender()) {
                  samples.addTo(app);
                  assertThat(app.commit().rejections()).isEmpty();
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      awaitBlocked(committer, before);
      meanwhile.run();
    }
    committer.join();
    assertThat(failure.get()).isNull();
  }

  private static void awaitBlocked(Thread thread, Object monitor) {
    while (!isBlocked(thread, monitor)) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  private static boolean isBlocked(Thread thread, Object monitor) {
    if (thread.getState() != Thread.State.BLOCKED) {
      return false;
    }
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.threadId());
    return info != null
        && info.getLockInfo() != null
        && info.getLockInfo().getIdentityHashCode() == System.identityHashCode(monitor);
  }
}
