package io.varve.cli;

import java.io.PrintWriter;

/// Where commands print.
///
/// @param out for what was asked for; buffered, flushed at the end
/// @param err for what else there is to say
record Streams(PrintWriter out, PrintWriter err) {}
