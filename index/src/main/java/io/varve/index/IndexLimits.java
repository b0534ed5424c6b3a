package io.varve.index;

/// What the widths of lengths and ids allow; tests set less.
///
/// @param sectionLength bytes of the symbols, of a list or of the table
/// @param fileLength bytes of the file
record IndexLimits(long sectionLength, long fileLength) {
  static final IndexLimits OF_FORMAT =
      new IndexLimits(IndexFormat.MAX_SECTION_LENGTH, IndexFormat.MAX_FILE_LENGTH);
}
