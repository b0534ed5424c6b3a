package io.varve.block;

import io.varve.io.CorruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Takes one `meta.json` apart, see {@link MetaFormat}. Used once, by one thread.
final class MetaJsonReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final byte[] bytes;
  private final JsonParser parser;

  /// The version found; 0 before {@link #read}.
  private long version;

  /// @throws CorruptionException if the bytes are not UTF-8
  MetaJsonReader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    requireUtf8(file, bytes);
    this.parser = JSON.createParser(ObjectReadContext.empty(), bytes);
  }

  /// @param lastVersion greatest version accepted
  BlockMeta read(long lastVersion) {
    try (parser) {
      parser.nextToken();
      BlockMeta meta = new BlockFields().read(lastVersion);
      if (parser.nextToken() != null) {
        throw corrupt("something comes after the object");
      }
      return meta;
    } catch (JacksonException e) {
      throw new CorruptionException(
          file, parser.currentLocation().getByteOffset(), e.getOriginalMessage(), e);
    }
  }

  /// The version of what has been read.
  long version() {
    return version;
  }

  /// The parser would go over to UTF-16 or UTF-32 by itself, in which offsets mean nothing here; at
  /// some byte orders it fails before it is asked for anything.
  private static void requireUtf8(Path file, byte[] bytes) {
    if (bytes.length > 0 && bytes[0] < 0) {
      throw new CorruptionException(file, 0, "does not start with an object");
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw new CorruptionException(file, i, "has a zero byte");
      }
    }
  }

  /// Reads the present object.
  ///
  /// @param known takes in the present value if it knows its name, otherwise answers false and
  ///   leaves it
  /// @return what was not known
  private ExtraFields object(Predicate<String> known) {
    expect(JsonToken.START_OBJECT, "an object");
    var extra = new ArrayList<ExtraFields.Field>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (!known.test(name)) {
        extra.add(new ExtraFields.Field(name, text()));
      }
    }
    return new ExtraFields(extra);
  }

  /// The present array; null counts as none, as in Go.
  private <T> List<T> array(Supplier<T> element) {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return List.of();
    }
    expect(JsonToken.START_ARRAY, "an array");
    var elements = new ArrayList<T>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(element.get());
    }
    return elements;
  }

  /// The present value as it stands in the file.
  private String text() {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private long integer() {
    expect(JsonToken.VALUE_NUMBER_INT, "an integer");
    return parser.getLongValue();
  }

  private String string() {
    expect(JsonToken.VALUE_STRING, "a string");
    return parser.getString();
  }

  private boolean bool() {
    if (parser.currentToken() != JsonToken.VALUE_TRUE) {
      expect(JsonToken.VALUE_FALSE, "true or false");
    }
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  private Ulid ulid() {
    String text = string();
    return Ulid.parse(text).orElseThrow(() -> corrupt("\"" + text + "\" is not a ULID"));
  }

  private <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw corrupt("has no \"" + name + "\"");
    }
    return value;
  }

  private void expect(JsonToken token, String what) {
    if (parser.currentToken() != token) {
      String name = parser.currentName();
      throw corrupt((name == null ? "the content" : "\"" + name + "\"") + " is not " + what);
    }
  }

  private CorruptionException corrupt(String what) {
    // Before the first token the parser knows no offset.
    long offset = Math.max(0, parser.currentTokenLocation().getByteOffset());
    return new CorruptionException(file, offset, what);
  }

  private final class BlockFields {
    private @Nullable Ulid ulid;
    private @Nullable Long minTime;
    private @Nullable Long maxTime;
    private BlockMeta.Stats stats = BlockMeta.Stats.NONE;
    private BlockMeta.@Nullable Compaction compaction;
    private @Nullable Long ownVersion;

    BlockMeta read(long lastVersion) {
      ExtraFields extra = object(this::take);
      version = required(ownVersion, MetaFormat.VERSION_NAME);
      if (version < MetaFormat.VERSION || version > lastVersion) {
        throw corrupt("has version " + version + "; known is " + MetaFormat.VERSION);
      }
      long first = required(minTime, MetaFormat.MIN_TIME);
      long end = required(maxTime, MetaFormat.MAX_TIME);
      if (end < first) {
        throw corrupt("the block ends at " + end + ", before it starts at " + first);
      }
      return new BlockMeta(
          required(ulid, MetaFormat.ULID),
          first,
          end,
          stats,
          required(compaction, MetaFormat.COMPACTION),
          extra);
    }

    private boolean take(String name) {
      switch (name) {
        case MetaFormat.ULID -> ulid = ulid();
        case MetaFormat.MIN_TIME -> minTime = integer();
        case MetaFormat.MAX_TIME -> maxTime = integer();
        case MetaFormat.STATS -> stats = new StatsFields().read();
        case MetaFormat.COMPACTION -> compaction = new CompactionFields().read();
        case MetaFormat.VERSION_NAME -> ownVersion = integer();
        default -> {
          return false;
        }
      }
      return true;
    }
  }

  private final class StatsFields {
    private long samples;
    private long floatSamples;
    private long histogramSamples;
    private long series;
    private long chunks;
    private long tombstones;

    BlockMeta.Stats read() {
      ExtraFields extra = object(this::take);
      return new BlockMeta.Stats(
          samples, floatSamples, histogramSamples, series, chunks, tombstones, extra);
    }

    private boolean take(String name) {
      switch (name) {
        case MetaFormat.NUM_SAMPLES -> samples = integer();
        case MetaFormat.NUM_FLOAT_SAMPLES -> floatSamples = integer();
        case MetaFormat.NUM_HISTOGRAM_SAMPLES -> histogramSamples = integer();
        case MetaFormat.NUM_SERIES -> series = integer();
        case MetaFormat.NUM_CHUNKS -> chunks = integer();
        case MetaFormat.NUM_TOMBSTONES -> tombstones = integer();
        default -> {
          return false;
        }
      }
      return true;
    }
  }

  private final class CompactionFields {
    private int level;
    private List<Ulid> sources = List.of();
    private boolean deletable;
    private List<BlockMeta.Parent> parents = List.of();
    private boolean failed;
    private List<String> hints = List.of();

    BlockMeta.Compaction read() {
      ExtraFields extra = object(this::take);
      return new BlockMeta.Compaction(level, sources, deletable, parents, failed, hints, extra);
    }

    private boolean take(String name) {
      switch (name) {
        case MetaFormat.LEVEL -> level = Math.clamp(integer(), 0, Integer.MAX_VALUE);
        case MetaFormat.SOURCES -> sources = array(MetaJsonReader.this::ulid);
        case MetaFormat.DELETABLE -> deletable = bool();
        case MetaFormat.PARENTS -> parents = array(() -> new ParentFields().read());
        case MetaFormat.FAILED -> failed = bool();
        case MetaFormat.HINTS -> hints = array(MetaJsonReader.this::string);
        default -> {
          return false;
        }
      }
      return true;
    }
  }

  private final class ParentFields {
    private @Nullable Ulid ulid;
    private long minTime;
    private long maxTime;

    BlockMeta.Parent read() {
      ExtraFields extra = object(this::take);
      return new BlockMeta.Parent(required(ulid, MetaFormat.ULID), minTime, maxTime, extra);
    }

    private boolean take(String name) {
      switch (name) {
        case MetaFormat.ULID -> ulid = ulid();
        case MetaFormat.MIN_TIME -> minTime = integer();
        case MetaFormat.MAX_TIME -> maxTime = integer();
        default -> {
          return false;
        }
      }
      return true;
    }
  }
}
