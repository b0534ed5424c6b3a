/// Bytes and files: the ground floor of the engine.
///
/// - {@link io.varve.io.Disk} is the only door to the file system; {@link io.varve.io.LocalDisk} is
///   the real one.
/// - {@link io.varve.io.ByteSink} collects bytes to be written, {@link io.varve.io.ByteReader}
///   takes bytes apart, {@link io.varve.io.MappedFile} reads a file in place.
/// - {@link io.varve.io.CorruptionException} is the one answer to bytes that make no sense.
///
/// All fixed-width integers of the formats are big-endian; varints are LEB128 as in Go's
/// `encoding/binary`, signed ones zig-zag.
@NullMarked
package io.varve.io;

import org.jspecify.annotations.NullMarked;
