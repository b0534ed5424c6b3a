package io.varve.db;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The one background thread of a store: runs a task when it is asked to, and every minute. Never
/// interrupted, because that would close the files it works on. Thread-safe.
final class Maintenance implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final long INTERVAL_SECONDS = 60;

  /// What is to be done.
  interface Task {
    void run() throws IOException;
  }

  private final Task task;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean asked;
  private boolean stopping;

  Maintenance(Task task) {
    this.task = task;
    this.thread = Thread.ofPlatform().name("varve-maintenance").daemon().unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  /// Has the task run soon.
  void request() {
    lock.lock();
    try {
      if (!asked) {
        asked = true;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    while (awaitWork()) {
      try {
        task.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.ERROR, "maintenance failed, it will be tried again", e);
      }
    }
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(INTERVAL_SECONDS);
      while (!stopping && !asked && left > 0) {
        try {
          left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
          LOG.log(Level.WARNING, "the maintenance thread is not to be interrupted", e);
        }
      }
      asked = false;
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the thread; returns when the task it may be running is done.
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
