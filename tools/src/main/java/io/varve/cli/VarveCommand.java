package io.varve.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command that has all others, and how they end: with exit code 0 if they did what they were
/// asked to, 1 if they could not, 2 if it was not clear what they were asked. (Those that answer a
/// question answer with 0 or 1, and end with 2 if they could not.)
@Command(
    name = "varve",
    scope = ScopeType.INHERIT,
    header = "A time-series store in Prometheus' format, with Prometheus' remote write and read.",
    abbreviateSynopsis = true,
    synopsisHeading = "%nUsage: ",
    synopsisSubcommandLabel = "COMMAND",
    usageHelpWidth = 96,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n")
final class VarveCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version of Varve, and of Java.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  private VarveCommand() {}

  /// Runs the program.
  ///
  /// @return its exit code
  static int execute(Streams streams, String... args) {
    return execute(() -> new ServeCommand(StopSignal::ofProcess, _ -> {}), streams, args);
  }

  /// Runs the program with another `serve`.
  ///
  /// @return its exit code
  static int execute(Supplier<ServeCommand> serve, Streams streams, String... args) {
    CommandLine varve = commandLine(serve, streams, args);
    int exit;
    try {
      exit = varve.execute(args);
    } catch (OutOfMemoryError e) {
      String name = args.length == 0 ? "" : args[0];
      exit = explain(e, varve.getSubcommands().getOrDefault(name, varve));
    }
    streams.out().flush();
    return exit;
  }

  private static CommandLine commandLine(
      Supplier<ServeCommand> serve, Streams streams, String... args) {
    var varve = new CommandLine(new VarveCommand());
    varve
        .getCommandSpec()
        .versionProvider(new Version())
        .usageMessage()
        .footer(
            "%nThe heap may grow to half of the memory, at most 31g. The environment variable"
                + " VARVE_HEAP sets another limit, as in 4g. The collector is G1, or the serial one"
                + " where there is one processor or less than 1792 MB; VARVE_JAVA_OPTS gives Java"
                + " another, as in -XX:+UseParallelGC, and more options.");
    Map<String, Supplier<CommandLine>> commands = commands(serve, streams);
    // Each takes its time to set up, which a start need not spend on those that are not asked for.
    Optional<String> only = Stream.of(args).limit(1).filter(commands::containsKey).findFirst();
    commands.forEach((name, command) -> {
      if (only.isEmpty() || only.get().equals(name)) {
        varve.addSubcommand(command.get());
      }
    });
    return varve
        .setOut(streams.out())
        .setErr(streams.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> explainUsage(e, e.getCommandLine()))
        .setExecutionExceptionHandler((e, command, _) -> explain(e, command));
  }

  /// In the order in which the help names them.
  private static Map<String, Supplier<CommandLine>> commands(
      Supplier<ServeCommand> serve, Streams streams) {
    var commands = new LinkedHashMap<String, Supplier<CommandLine>>();
    commands.put("serve", () -> new CommandLine(serve.get()));
    commands.put("list", () -> new CommandLine(new ListCommand(streams)));
    commands.put("dump", () -> new CommandLine(new DumpCommand(streams)));
    commands.put("compact", () -> new CommandLine(new CompactCommand(streams)));
    commands.put("verify", () -> new CommandLine(new VerifyCommand(streams)));
    commands.put("repair", () -> new CommandLine(new RepairCommand(streams)));
    commands.put(
        "bench",
        () ->
            new CommandLine(new BenchCommand())
                .addSubcommand(new BenchWriteCommand(streams))
                .addSubcommand(new BenchMemoryCommand(streams))
                .addSubcommand(new BenchPausesCommand(streams))
                .addSubcommand(new BenchSyncCommand(streams))
                .addSubcommand(new BenchSeriesCommand()));
    commands.put("version", () -> new CommandLine(new VersionCommand(streams)));
    commands.put("record-start", () -> new CommandLine(new RecordStartCommand(streams)));
    return commands;
  }

  private static int explainUsage(Exception failure, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("varve: " + failure.getMessage());
    command.getErr().println("Try '" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private static int explain(Throwable failure, CommandLine command) {
    if (failure instanceof UsageException usage) {
      return explainUsage(usage, command);
    }
    PrintWriter err = command.getErr();
    Optional<String> sentence = FailureMessage.of(failure);
    err.println("varve: " + sentence.orElse("internal error, please report it:"));
    if (sentence.isEmpty()) {
      failure.printStackTrace(err);
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
