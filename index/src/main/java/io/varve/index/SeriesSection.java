package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;

/// The part of an index file that holds series, and the symbols they refer to. Immutable,
/// thread-safe.
///
/// @param start offset of the section in bytes, before any padding
/// @param end offset of what follows
record SeriesSection(
    MappedFile file, MappedSymbols symbols, SymbolNames names, long start, long end) {

  CorruptionException corrupt(long offset, String what) {
    return new CorruptionException(file.file(), offset, what);
  }
}
