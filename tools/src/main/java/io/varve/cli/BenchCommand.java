package io.varve.cli;

import picocli.CommandLine.Command;

@Command(
    name = "bench",
    addMethodSubcommands = false,
    header = "Measures how fast samples are written.")
final class BenchCommand {}
