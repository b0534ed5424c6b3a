package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;

/// A checked run of bytes of an index file: the symbols, a list of postings, or the table of
/// postings.
///
/// @param start offset of what follows the count
/// @param end offset of the checksum
/// @param count number of things in it, 0 to 2^32 - 1
record MappedSection(MappedFile file, long start, long end, long count) {
  /// Reads length, count and checksum of a section.
  ///
  /// @param offset of the length
  /// @param what names the section, for messages
  static MappedSection open(MappedFile file, long offset, String what) {
    long limit = file.size() - IndexFormat.TOC_LENGTH;
    int frame = IndexFormat.LENGTH_LENGTH + IndexFormat.COUNT_LENGTH + IndexFormat.CRC_LENGTH;
    if (offset < IndexFormat.HEADER_LENGTH || offset > limit - frame) {
      throw new CorruptionException(
          file.file(), offset, what + " lies outside of the file, which has " + file.size());
    }
    long length = Integer.toUnsignedLong(file.getInt(offset));
    long content = offset + IndexFormat.LENGTH_LENGTH;
    if (length < IndexFormat.COUNT_LENGTH || length > limit - IndexFormat.CRC_LENGTH - content) {
      throw new CorruptionException(
          file.file(), offset, what + ": a length of " + length + " does not fit");
    }
    MappedChecksum.check(file, content, length, what);
    long count = Integer.toUnsignedLong(file.getInt(content));
    return new MappedSection(file, content + IndexFormat.COUNT_LENGTH, content + length, count);
  }

  /// Bytes after the count.
  long length() {
    return end - start;
  }

  CorruptionException corrupt(String message) {
    return new CorruptionException(file.file(), start, message);
  }
}
