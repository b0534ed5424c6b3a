package io.varve.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.varve.model.GoQuote;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns log events into lines as Prometheus 3 writes them:
///
/// ```
/// time=2026-11-21T10:50:44.820Z level=INFO source=Server msg="ready" series=1000 duration=120ms
/// ```
///
/// What stands as ` key=value` at the end of a message becomes fields of the line. An exception
/// becomes the field `err`, and its stack trace follows on lines of its own. Thread-safe.
final class LogfmtEncoder extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern MESSAGE_AND_FIELDS =
      Pattern.compile("(.*?)((?: [A-Za-z]\\w*=\\S*)*)", Pattern.DOTALL);

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder(160).append("time=");
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String logger = event.getLoggerName();
    line.append(" level=").append(event.getLevel());
    line.append(" source=").append(logger, logger.lastIndexOf('.') + 1, logger.length());
    line.append(" msg=");
    Matcher message = MESSAGE_AND_FIELDS.matcher(event.getFormattedMessage());
    if (message.matches()) {
      GoQuote.append(line, message.group(1));
      line.append(message.group(2));
    }
    appendException(line, event);
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendException(StringBuilder line, ILoggingEvent event) {
    var exception = event.getThrowableProxy();
    if (exception != null) {
      line.append(" err=");
      GoQuote.append(line, exception.getClassName() + ": " + exception.getMessage());
      line.append('\n').append(ThrowableProxyUtil.asString(exception).stripTrailing());
    }
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
