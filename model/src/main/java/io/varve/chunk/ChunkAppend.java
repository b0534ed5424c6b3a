package io.varve.chunk;

/// What became of a histogram that was to be appended to an open chunk.
public enum ChunkAppend {
  /// It is in the chunk.
  APPENDED,

  /// It is in the chunk, and all samples before it were written anew, as it has buckets that they
  /// had not.
  RECODED,

  /// It is not in the chunk, which is as it was: the caller puts that away and starts the next one
  /// with the histogram.
  NEW_CHUNK
}
