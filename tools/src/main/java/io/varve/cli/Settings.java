package io.varve.cli;

import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Puts together what a server is told: by flags, by the environment, by the configuration file.
/// Who comes first in this list has the last word on a setting; what nobody speaks of has its
/// default.
///
/// What the others say is turned into flags that were not given, so that there is one definition of
/// each setting, and one check of its value, whoever gives it. Everything that is said is checked,
/// also where somebody else has the last word.
final class Settings {
  private final CommandSpec given;
  private final Supplier<ServeCommand> commands;
  private final Map<String, String> environment;
  private final Disk disk = new LocalDisk();

  /// One of them, said elsewhere than in a flag.
  ///
  /// @param origin where, for messages
  private record Told(Setting setting, String value, String origin) {
    String argument() {
      return setting.flag() + '=' + value;
    }
  }

  /// @param given what the flags say: the command, as they have been applied to it
  /// @param commands makes commands that nothing was applied to
  Settings(CommandSpec given, Supplier<ServeCommand> commands, Map<String, String> environment) {
    this.given = given;
    this.commands = commands;
    this.environment = environment;
  }

  /// Asks all of them, reading the file again.
  ///
  /// @throws UsageException if one of them says what cannot be; names it, and the place
  ServeCommand read() {
    List<Told> variables = variables();
    ServeCommand withoutFile = withoutFile(variables);
    withoutFile.check();
    Path file = withoutFile.configFile();
    return file == null ? withoutFile : withFile(file, variables);
  }

  private ServeCommand withoutFile(List<Told> variables) {
    if (variables.isEmpty()) {
      return (ServeCommand) given.userObject();
    }
    var ignored = parse(List.of(), variables);
    return parse(arguments(), without(variables, this::isFlag));
  }

  private ServeCommand withFile(Path file, List<Told> variables) {
    List<Told> entries = entries(file);
    var ignored = parse(List.of(), entries);
    Map<String, Told> byVariable =
        variables.stream().collect(Collectors.toMap(v -> v.setting().flag(), v -> v));
    List<Told> theirs = without(variables, this::isFlag);
    List<Told> last =
        without(entries, setting -> isFlag(setting) || byVariable.containsKey(setting.flag()));
    ServeCommand all = parse(arguments(), Stream.concat(theirs.stream(), last.stream()).toList());
    try {
      all.check();
    } catch (UsageException e) {
      // Without the file it was right.
      throw new UsageException(file + ": " + e.getMessage());
    }
    return all;
  }

  /// An empty variable says nothing.
  private List<Told> variables() {
    var told = new ArrayList<Told>();
    for (Setting setting : Setting.of(given)) {
      String value = environment.get(setting.variable());
      if (value != null && !value.isEmpty()) {
        told.add(new Told(setting, value, setting.variable()));
      }
    }
    return told;
  }

  private List<Told> entries(Path file) {
    var settings = new HashMap<String, Setting>();
    Setting.of(given).stream()
        .filter(Setting::inFile)
        .forEach(setting -> settings.put(setting.key(), setting));
    Map<String, Boolean> keys =
        settings.values().stream().collect(Collectors.toMap(Setting::key, Setting::isMapping));
    return ConfigFile.read(disk, file, keys).stream()
        .map(entry ->
            new Told(
                Objects.requireNonNull(settings.get(entry.key())),
                entry.value(),
                file + ":" + entry.line() + ": " + entry.key()))
        .toList();
  }

  /// The flags as they were given, after the name of the command.
  private List<String> arguments() {
    List<String> all = given.commandLine().getParseResult().originalArgs();
    return given.parent() == null ? all : all.subList(all.indexOf(given.name()) + 1, all.size());
  }

  private boolean isFlag(Setting setting) {
    ParseResult flags = given.commandLine().getParseResult();
    return flags.hasMatchedOption(setting.flag());
  }

  private static List<Told> without(List<Told> told, Predicate<Setting> settled) {
    return told.stream().filter(each -> !settled.test(each.setting())).toList();
  }

  private ServeCommand parse(List<String> flags, List<Told> more) {
    ServeCommand command = commands.get();
    var arguments = new ArrayList<>(flags);
    more.forEach(told -> arguments.add(told.argument()));
    try {
      var ignored =
          new CommandLine(command)
              .setCaseInsensitiveEnumValuesAllowed(true)
              .parseArgs(arguments.toArray(String[]::new));
      return command;
    } catch (ParameterException e) {
      throw new UsageException(sentence(e, more));
    }
  }

  private static String sentence(ParameterException e, List<Told> more) {
    Throwable cause = e.getCause();
    String problem = cause == null ? e.getMessage() : cause.getMessage();
    return more.stream()
        .filter(told -> isAbout(e, told))
        .findFirst()
        .map(told -> told.origin() + ": " + problem)
        .orElse(String.valueOf(e.getMessage()));
  }

  private static boolean isAbout(ParameterException e, Told told) {
    return e.getArgSpec() instanceof CommandLine.Model.OptionSpec option
        && option.longestName().equals(told.setting().flag())
        && told.value().contains(String.valueOf(e.getValue()));
  }
}
