package io.varve.cli;

import io.varve.Varve;
import io.varve.remote.Lifecycle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The settings of a running server, which can be read again: all or nothing, a file with a fault
/// leaves everything as it was. What cannot be changed in a running server is named, and stays.
///
/// Thread-safe: one reload at a time.
final class Configuration implements Lifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

  private final ServeCommand started;
  private final Settings settings;
  private final Consumer<String> stop;
  private final LongSupplier clock;

  /// The last that was read without fault. Guarded by this.
  private ServeCommand latest;

  /// The store while it is open. Guarded by this.
  private @Nullable Varve store;

  private volatile boolean reloaded = true;
  private volatile long reloadedAt;

  /// @param started what the server is started with
  /// @param settings where to look for something else
  /// @param stop stops the server, given a reason
  /// @param clock milliseconds since the epoch
  Configuration(
      ServeCommand started, Settings settings, Consumer<String> stop, LongSupplier clock) {
    this.started = started;
    this.latest = started;
    this.settings = settings;
    this.stop = stop;
    this.clock = clock;
    this.reloadedAt = clock.getAsLong();
    if (started.configFile() != null) {
      LOG.info("read the configuration file={}", started.configFile());
    }
  }

  /// From now on a store is there to be changed. What was reloaded while it was being opened
  /// reaches it now.
  synchronized void serve(Varve opened) {
    store = opened;
    if (latest != started) {
      latest.applyTo(opened);
    }
  }

  /// From now on there is none: it is about to be closed.
  synchronized void retire() {
    store = null;
  }

  @Override
  public synchronized Reload reload() {
    ServeCommand said;
    try {
      said = settings.read();
      if (store != null) {
        said.applyTo(store);
      }
    } catch (UsageException e) {
      reloaded = false;
      String sentence = Objects.requireNonNullElse(e.getMessage(), e.toString());
      LOG.error("the configuration was not reloaded, the old one stays: {}", sentence);
      return new Reload(false, sentence);
    } catch (RuntimeException e) {
      reloaded = false;
      LOG.error("the configuration was not reloaded", e);
      return new Reload(false, "internal error, see the log");
    }
    latest = said;
    reloaded = true;
    reloadedAt = clock.getAsLong();
    return told(atNextStart(said));
  }

  private static Reload told(List<String> waiting) {
    LOG.info("reloaded the configuration");
    if (waiting.isEmpty()) {
      return new Reload(true, "");
    }
    String sentence =
        "cannot be changed in a running server, so it waits for the next start: "
            + String.join(", ", waiting);
    LOG.warn("{}", sentence);
    return new Reload(true, sentence);
  }

  /// Keys of the settings that have another value than the server was started with, and keep it.
  private List<String> atNextStart(ServeCommand said) {
    Map<String, Object> before = new HashMap<>();
    for (Setting setting : Setting.of(started.spec())) {
      before.put(setting.key(), value(setting));
    }
    return Setting.of(said.spec()).stream()
        .filter(setting -> !setting.isReloadable())
        .filter(setting -> !value(setting).equals(before.get(setting.key())))
        .map(Setting::key)
        .toList();
  }

  private static Object value(Setting setting) {
    return Objects.requireNonNullElse(setting.option().<@Nullable Object>getValue(), "");
  }

  @Override
  public boolean enabled() {
    return started.enableLifecycle();
  }

  @Override
  public void quit() {
    stop.accept("/-/quit");
  }

  @Override
  public boolean reloaded() {
    return reloaded;
  }

  @Override
  public long reloadedAt() {
    return reloadedAt;
  }
}
