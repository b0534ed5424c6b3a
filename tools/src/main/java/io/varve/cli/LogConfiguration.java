package io.varve.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Objects;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets logback up, in code since reading XML would take longer than the rest of the start:
/// warnings and errors go to standard error. Found by logback as a service.
public final class LogConfiguration extends ContextAwareBase implements Configurator {
  private static final String VARVE = "io.varve";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var encoder = new LogfmtEncoder();
    encoder.setContext(context);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    // It asks for JVM flags that nothing here needs.
    context.getLogger("net.openhft.chronicle.core.util.ClassUtil").setLevel(Level.OFF);
    // What it says of a start that failed is thrown, too.
    context.getLogger("io.javalin.Javalin").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Sets logging up unless that is done, and waits where another thread is at it. What happens on
  /// more than one thread is to call this before its first logger: SLF4J does not wait, and the
  /// lines of a logger that is asked for meanwhile can be lost.
  static void prepare() {
    Objects.requireNonNull(SetUp.LOGGERS);
  }

  /// Logs what Varve has to say at `level` and above. Other libraries keep to warnings.
  static void setLevel(Level level) {
    if (SetUp.LOGGERS instanceof LoggerContext context) {
      context.getLogger(VARVE).setLevel(level);
    }
  }

  /// Java has the second thread wait until the first has made a class ready.
  private static final class SetUp {
    static final ILoggerFactory LOGGERS = LoggerFactory.getILoggerFactory();
  }
}
