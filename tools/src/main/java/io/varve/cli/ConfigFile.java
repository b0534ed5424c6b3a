package io.varve.cli;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads a configuration file, YAML 1.2, into keys and values: the sections on the way to a
/// setting, joined by points, and what stands there, as text. What it means is for others to say;
/// here only its form is checked, down to the line. Used once.
///
/// The only class that needs the YAML library: without a file it is not loaded.
final class ConfigFile {
  private static final int MAX_BYTES = 1 << 20;

  /// A setting and where it stands. Of a setting that is a mapping there is one for each pair,
  /// `name=value`.
  record Entry(String key, String value, int line) {}

  private final Path file;
  private final Map<String, Boolean> keys;
  private final Set<String> sections = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private final List<Entry> entries = new ArrayList<>();

  private ConfigFile(Path file, Map<String, Boolean> keys) {
    this.file = file;
    this.keys = keys;
    for (String key : keys.keySet()) {
      for (int end = key.indexOf('.'); end >= 0; end = key.indexOf('.', end + 1)) {
        sections.add(key.substring(0, end));
      }
    }
  }

  /// Reads a file.
  ///
  /// @param keys the settings there are, each with whether it is a mapping
  /// @throws UsageException if there is no such file, or it has another form; names file and line
  static List<Entry> read(Disk disk, Path file, Map<String, Boolean> keys) {
    var reading = new ConfigFile(file, keys);
    try {
      var yaml = new Compose(settings(file));
      Optional<Node> root = yaml.composeInputStream(new ByteArrayInputStream(bytes(disk, file)));
      root.ifPresent(node -> reading.section("", node));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new UsageException(file + ":" + line + ": this is no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new UsageException(file + ": this is no YAML: " + firstLine(e));
    } catch (StackOverflowError e) {
      throw new UsageException(file + ": this is nested too deeply");
    }
    return reading.entries;
  }

  private static LoadSettings settings(Path file) {
    // Keys that are no text are refused here, where their line is known.
    return LoadSettings.builder().setLabel(file.toString()).setAllowNonScalarKeys(true).build();
  }

  private static byte[] bytes(Disk disk, Path file) {
    try {
      return disk.readAll(file, MAX_BYTES);
    } catch (CorruptionException e) {
      throw new UsageException(file + ": this is larger than a configuration of 1MiB");
    } catch (IOException e) {
      throw new UsageException(FailureMessage.of(e).orElse(e.toString()));
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void section(String path, Node node) {
    if (isEmpty(node)) {
      return;
    }
    if (!(node instanceof MappingNode mapping)) {
      throw problem(node, path.isEmpty() ? "the file" : path, "is not made of keys with values");
    }
    for (NodeTuple pair : mapping.getValue()) {
      if (!(pair.getKeyNode() instanceof ScalarNode name)) {
        throw problem(pair.getKeyNode(), path.isEmpty() ? "the file" : path, "has a key of parts");
      }
      entry(path.isEmpty() ? name.getValue() : path + '.' + name.getValue(), name, pair);
    }
  }

  private void entry(String key, ScalarNode name, NodeTuple pair) {
    Node value = pair.getValueNode();
    boolean known = !name.getValue().contains(".");
    if (known && keys.containsKey(key)) {
      requireNew(key, name);
      setting(key, name, value);
    } else if (known && sections.contains(key)) {
      requireNew(key, name);
      section(key, value);
    } else {
      throw new UsageException(place(name) + ": unknown key " + key);
    }
  }

  private void requireNew(String key, ScalarNode name) {
    if (!seen.add(key)) {
      throw problem(name, key, "is there twice");
    }
  }

  private void setting(String key, ScalarNode name, Node value) {
    if (isEmpty(value)) {
      throw problem(name, key, "has no value");
    }
    if (Boolean.TRUE.equals(keys.get(key))) {
      mapping(key, value);
    } else if (value instanceof ScalarNode scalar) {
      entries.add(new Entry(key, scalar.getValue(), line(value)));
    } else {
      throw problem(value, key, "is not a single value");
    }
  }

  private void mapping(String key, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      throw problem(node, key, "is not made of names with values");
    }
    for (NodeTuple pair : mapping.getValue()) {
      if (!(pair.getKeyNode() instanceof ScalarNode name)
          || !(pair.getValueNode() instanceof ScalarNode value)) {
        throw problem(pair.getKeyNode(), key, "is not made of names with values");
      }
      requireNew(key + '.' + name.getValue(), name);
      entries.add(new Entry(key, name.getValue() + '=' + value.getValue(), line(name)));
    }
  }

  private static boolean isEmpty(Node node) {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  private UsageException problem(Node at, String what, String problem) {
    return new UsageException(place(at) + ": " + what + " " + problem);
  }

  private String place(Node node) {
    return file + ":" + line(node);
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
