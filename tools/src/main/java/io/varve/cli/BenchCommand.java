package io.varve.cli;

import picocli.CommandLine.Command;

@Command(
    name = "bench",
    header = "Measures how fast samples are written, and what memory they take.")
final class BenchCommand {}
