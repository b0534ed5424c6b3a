package io.varve.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// An option of `varve serve`, as something that can also be said in the environment and in the
/// configuration file. Its names there follow from that of the flag:
///
/// ```
/// --storage.tsdb.retention.time  VARVE_STORAGE_TSDB_RETENTION_TIME  storage.tsdb.retention.time
/// --storage.tsdb.wal-segment-size  VARVE_STORAGE_TSDB_WAL_SEGMENT_SIZE  storage.tsdb.wal_segment_size
/// ```
///
/// All options of the command are settings but those that are hidden or ask for help: whoever adds
/// an option has added a setting.
record Setting(OptionSpec option) {
  /// Where the file is cannot be said in the file.
  private static final String CONFIG_FILE = "config.file";

  /// All there are, in the order of the help.
  static List<Setting> of(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.hidden() && !option.usageHelp())
        .map(Setting::new)
        .toList();
  }

  String flag() {
    return option.longestName();
  }

  /// Name of the variable in the environment.
  String variable() {
    String name = flag().substring(2).replace('.', '_').replace('-', '_');
    return "VARVE_" + name.toUpperCase(Locale.ROOT);
  }

  /// Path of the key in the file.
  String key() {
    return flag().substring(2).replace('-', '_');
  }

  boolean inFile() {
    return !key().equals(CONFIG_FILE);
  }

  /// Whether it is a mapping in the file, and may be given several times as a flag.
  boolean isMapping() {
    return option.isMultiValue();
  }

  boolean isReloadable() {
    return option.userObject() instanceof AnnotatedElement field
        && field.isAnnotationPresent(Reloadable.class);
  }

  /// As it is written, or empty if there is none.
  String defaultValue() {
    return Objects.requireNonNullElse(option.defaultValue(), "");
  }
}
