package io.varve.io;

import java.nio.file.Path;

/// Something that is wrong with a file, found by a reader that reports damage rather than stopping
/// at it.
///
/// @param file the file, or the directory if what is wrong is which files there are
/// @param offset first byte concerned; -1 means the file as a whole
/// @param length number of bytes concerned; -1 means that it is not known, or up to the end
/// @param what one clause for a message
public record Finding(Path file, long offset, long length, String what) {}
