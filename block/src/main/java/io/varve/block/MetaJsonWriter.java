package io.varve.block;

import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.BlockMeta.Stats;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// Puts one `meta.json` together, see {@link MetaFormat}: the fields in Prometheus' order, then
/// those of others. Used once, by one thread.
final class MetaJsonWriter {
  private static final JsonFactory JSON =
      JsonFactory.builder().characterEscapes(new GoEscapes()).build();

  private final JsonGenerator json;

  private MetaJsonWriter(JsonGenerator json) {
    this.json = json;
  }

  static byte[] toJson(BlockMeta meta) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(new GoLayout(), bytes)) {
      new MetaJsonWriter(json).block(meta);
    }
    return bytes.toByteArray();
  }

  private void block(BlockMeta meta) {
    json.writeStartObject();
    json.writeStringProperty(MetaFormat.ULID, meta.ulid().toString());
    json.writeNumberProperty(MetaFormat.MIN_TIME, meta.minTime());
    json.writeNumberProperty(MetaFormat.MAX_TIME, meta.maxTime());
    json.writeName(MetaFormat.STATS);
    stats(meta.stats());
    json.writeName(MetaFormat.COMPACTION);
    compaction(meta.compaction());
    json.writeNumberProperty(MetaFormat.VERSION_NAME, MetaFormat.VERSION);
    end(meta.extra());
  }

  private void stats(Stats stats) {
    json.writeStartObject();
    count(MetaFormat.NUM_SAMPLES, stats.numSamples());
    count(MetaFormat.NUM_FLOAT_SAMPLES, stats.numFloatSamples());
    count(MetaFormat.NUM_HISTOGRAM_SAMPLES, stats.numHistogramSamples());
    count(MetaFormat.NUM_SERIES, stats.numSeries());
    count(MetaFormat.NUM_CHUNKS, stats.numChunks());
    count(MetaFormat.NUM_TOMBSTONES, stats.numTombstones());
    end(stats.extra());
  }

  private void compaction(Compaction compaction) {
    json.writeStartObject();
    json.writeNumberProperty(MetaFormat.LEVEL, compaction.level());
    strings(MetaFormat.SOURCES, compaction.sources());
    flag(MetaFormat.DELETABLE, compaction.deletable());
    if (!compaction.parents().isEmpty()) {
      json.writeArrayPropertyStart(MetaFormat.PARENTS);
      compaction.parents().forEach(this::parent);
      json.writeEndArray();
    }
    flag(MetaFormat.FAILED, compaction.failed());
    strings(MetaFormat.HINTS, compaction.hints());
    end(compaction.extra());
  }

  private void parent(Parent parent) {
    json.writeStartObject();
    json.writeStringProperty(MetaFormat.ULID, parent.ulid().toString());
    json.writeNumberProperty(MetaFormat.MIN_TIME, parent.minTime());
    json.writeNumberProperty(MetaFormat.MAX_TIME, parent.maxTime());
    end(parent.extra());
  }

  private void count(String name, long value) {
    if (value != 0) {
      json.writeNumberProperty(name, value);
    }
  }

  private void flag(String name, boolean value) {
    if (value) {
      json.writeBooleanProperty(name, true);
    }
  }

  private void strings(String name, List<?> values) {
    if (!values.isEmpty()) {
      json.writeArrayPropertyStart(name);
      values.forEach(value -> json.writeString(value.toString()));
      json.writeEndArray();
    }
  }

  private void end(ExtraFields extra) {
    for (ExtraFields.Field field : extra.fields()) {
      json.writeName(field.name());
      json.writeRawValue(field.json());
    }
    json.writeEndObject();
  }

  /// What Go's encoder escapes in strings, and how.
  private static final class GoEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int SPACE = ' ';
    private static final char LINE_SEPARATOR = 0x2028;
    private static final char PARAGRAPH_SEPARATOR = 0x2029;

    private final int[] ascii = standardAsciiEscapesForJSON();

    GoEscapes() {
      for (int c = 0; c < SPACE; c++) {
        if (ascii[c] == ESCAPE_STANDARD) {
          ascii[c] = ESCAPE_CUSTOM;
        }
      }
      ascii['<'] = ESCAPE_CUSTOM;
      ascii['>'] = ESCAPE_CUSTOM;
      ascii['&'] = ESCAPE_CUSTOM;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      boolean escaped =
          c < ascii.length
              ? ascii[c] == ESCAPE_CUSTOM
              : c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR;
      return escaped ? new SerializedString("\\u%04x".formatted(c)) : null;
    }
  }

  /// The layout of Go's `MarshalIndent(v, "", "\t")`.
  private static final class GoLayout extends ObjectWriteContext.Base {
    private static final DefaultIndenter TABS = new DefaultIndenter("\t", "\n");
    private static final Separators SEPARATORS =
        Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("");

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter(SEPARATORS).withArrayIndenter(TABS).withObjectIndenter(TABS);
    }
  }
}
