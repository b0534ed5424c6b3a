package io.varve.index;

import io.varve.io.MappedFile;

/// Walks the entries of one label name in the postings offset table, in the order of their values.
/// Starts before the first. Confined to one thread.
final class PostingsEntries {
  private final MappedCursor cursor;
  private final byte[] prefix;
  private boolean atValue;

  /// @param start an entry whose value is not above the first one wanted
  /// @param end after the last entry of the name
  /// @param prefix what all values wanted start with
  PostingsEntries(MappedFile file, long start, long end, byte[] prefix) {
    this.cursor = new MappedCursor(file, start, end, MappedCursor.SMALL_WINDOW);
    this.prefix = prefix;
  }

  boolean next() {
    if (atValue) {
      listOffset();
    }
    while (cursor.hasRemaining()) {
      readKeyParts(cursor);
      cursor.readField();
      cursor.readField();
      if (cursor.fieldStartsWith(prefix)) {
        atValue = true;
        return true;
      }
      if (cursor.compareField(prefix) > 0) {
        return false;
      }
      cursor.readUnsignedVarint();
    }
    return false;
  }

  /// The value of the present entry. Not to be asked for after {@link #listOffset()}.
  String value() {
    return cursor.fieldString();
  }

  /// As {@link #value()}, in UTF-8.
  byte[] valueBytes() {
    return cursor.field();
  }

  /// Whether the value is no longer than the prefix. Not to be asked for after {@link
  /// #listOffset()}.
  boolean valueIsPrefix() {
    return cursor.fieldLength() == prefix.length;
  }

  /// Where the list of the present entry is. To be asked for once.
  long listOffset() {
    atValue = false;
    return cursor.readUnsignedVarint();
  }

  /// Reads what stands before the name of an entry.
  static void readKeyParts(MappedCursor cursor) {
    long parts = cursor.readUnsignedVarint();
    if (parts != IndexFormat.KEY_PARTS) {
      throw cursor.corrupt(
          "a key of " + parts + " parts, where " + IndexFormat.KEY_PARTS + " are expected");
    }
  }
}
