/// The `varve` command line: the server ({@link io.varve.cli.ServeCommand}), what promtool calls
/// `tsdb list` and `tsdb dump`, and the write benchmark. Output that promtool has too is printed as
/// promtool prints it, Go's number formats included, so that the two can be compared with `diff`.
@NullMarked
package io.varve.cli;

import org.jspecify.annotations.NullMarked;
