package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.interop.Samples.Sample;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Spans;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Clients that write to a server which may vanish at any time, and know what it has acknowledged.
/// Each has series of its own, floats and histograms; all take their times from one clock, a second
/// for each request. About half of the requests also have samples of earlier times.
///
/// A request without an answer is in doubt: each of its samples may be there or not. Half of these
/// are sent again, as a Prometheus does.
final class KillClients {
  private static final int SERIES = 10;
  private static final int HISTOGRAMS = 2;
  private static final long START = 1_750_000_000_000L;
  private static final long SECOND = 1000;
  private static final int OLDEST_SECONDS = 400;
  private static final Spans SPANS = new Spans(new int[] {0}, new int[] {3});

  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger clock = new AtomicInteger();
  private final ConcurrentLinkedQueue<AssertionError> failures = new ConcurrentLinkedQueue<>();
  private Semaphore answers = new Semaphore(0);
  private volatile boolean ending;
  private List<Thread> threads = List.of();

  KillClients(int count, long seed) {
    for (int i = 0; i < count; i++) {
      clients.add(new Client(i, seed + i));
    }
  }

  /// Starts to write, and returns after so many answers; the clients go on.
  void write(URI server, int count) {
    ending = false;
    answers = new Semaphore(0);
    threads =
        clients.stream()
            .map(client -> Thread.ofPlatform().start(() -> client.run(server)))
            .toList();
    try {
      assertThat(answers.tryAcquire(count, 2, TimeUnit.MINUTES))
          .as("%d answers, failures %s", count, failures)
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// The server is about to end.
  void ending() {
    ending = true;
  }

  /// Waits until the last request has failed.
  void join() {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
    assertThat(failures).isEmpty();
  }

  long acknowledged() {
    return clients.stream().mapToLong(Client::acknowledged).sum();
  }

  /// Compares what a server has with what it must have and may have.
  ///
  /// @return how many samples it has
  long check(Samples found) {
    Map<Labels, Map<Long, Sample>> must = new HashMap<>();
    Map<Labels, Map<Long, Sample>> may = new HashMap<>();
    for (Client client : clients) {
      must.putAll(client.acknowledged);
      may.putAll(client.sent);
    }
    found
        .series()
        .forEach((labels, samples) -> {
          Map<Long, Sample> sent = may.getOrDefault(labels, new TreeMap<>());
          for (Sample sample : samples) {
            assertThat(sample).as("sample of %s", labels).isEqualTo(sent.get(sample.timestamp()));
          }
        });
    must.forEach((labels, samples) -> {
      var missing = new TreeMap<>(samples);
      found
          .series()
          .getOrDefault(labels, List.of())
          .forEach(sample -> missing.remove(sample.timestamp()));
      assertThat(missing.values()).as("acknowledged samples of %s that are lost", labels).isEmpty();
    });
    return found.count();
  }

  /// A request and what it holds.
  private static final class Request {
    private final RemoteWrite message = new RemoteWrite();
    private final Map<Labels, Map<Long, Sample>> samples = new HashMap<>();

    void add(Labels labels, long t, double value) {
      message.add(labels, t, value);
      note(labels, new Sample(t, Double.doubleToRawLongBits(value)));
    }

    void add(Labels labels, long t, Histogram histogram) {
      message.add(labels, t, histogram);
      note(labels, new Sample(t, histogram));
    }

    private void note(Labels labels, Sample sample) {
      samples.computeIfAbsent(labels, l -> new TreeMap<>()).put(sample.timestamp(), sample);
    }

    void noteIn(Map<Labels, Map<Long, Sample>> all) {
      samples.forEach(
          (labels, own) -> all.computeIfAbsent(labels, l -> new TreeMap<>()).putAll(own));
    }
  }

  /// Confined to its thread while that runs.
  private final class Client {
    private final int number;
    private final long seed;
    private final SplittableRandom random;
    private final Map<Labels, Map<Long, Sample>> acknowledged = new HashMap<>();
    private final Map<Labels, Map<Long, Sample>> sent = new HashMap<>();
    private @Nullable Request inDoubt;

    Client(int number, long seed) {
      this.number = number;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
    }

    long acknowledged() {
      return acknowledged.values().stream().mapToLong(Map::size).sum();
    }

    void run(URI server) {
      try {
        Request again = inDoubt;
        inDoubt = null;
        if (again != null && random.nextBoolean()) {
          send(again, server);
        }
        while (inDoubt == null) {
          Request next = next();
          next.noteIn(sent);
          send(next, server);
        }
      } catch (RuntimeException | AssertionError e) {
        failures.add(new AssertionError("client " + number, e));
      }
    }

    private void send(Request request, URI server) {
      int status;
      try {
        status = request.message.status(server);
      } catch (IOException e) {
        if (!ending) {
          throw new AssertionError("the server does not answer", e);
        }
        inDoubt = request;
        return;
      }
      if (status == 204) {
        request.noteIn(acknowledged);
        answers.release();
      } else if (ending) {
        inDoubt = request;
      } else {
        throw new AssertionError("the server answers " + status);
      }
    }

    private Request next() {
      var request = new Request();
      long t = START + SECOND * clock.incrementAndGet();
      for (int i = 0; i < SERIES; i++) {
        request.add(labels("float", i), t, value(i, t));
      }
      for (int i = 0; i < HISTOGRAMS; i++) {
        request.add(labels("histogram", i), t, histogram(i, t));
      }
      if (random.nextBoolean()) {
        // Of times that are no whole seconds, which no sample in order has.
        long late = t - SECOND * random.nextInt(1, OLDEST_SECONDS) - SECOND / 2;
        int i = random.nextInt(SERIES);
        request.add(labels("float", i), late, value(i, late));
        int h = random.nextInt(HISTOGRAMS);
        request.add(labels("histogram", h), late, histogram(h, late));
      }
      return request;
    }

    private Labels labels(String kind, int series) {
      return Labels.of("__name__", kind, "client", "" + number, "series", "" + series);
    }

    private double value(int series, long t) {
      return (double) new SplittableRandom(seed * 31 + series * 7_919L + t).nextInt(1_000_000);
    }

    private Histogram histogram(int series, long t) {
      long count = (long) value(series, t);
      return new Histogram(
          CounterReset.GAUGE,
          3,
          0.001,
          0,
          3 * count,
          (double) count,
          SPANS,
          Spans.NONE,
          new long[] {count, 0, 0},
          new long[0],
          new double[0]);
    }
  }
}
