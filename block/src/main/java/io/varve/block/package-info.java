/// Blocks on disk, and the narrow views through which queries and compactions read both blocks and
/// the head.
///
/// A block is a directory named by a {@link io.varve.block.Ulid}. It never changes, except that its
/// meta data and tombstones may be replaced:
///
/// | file | holds | written by | read by | format |
/// |---|---|---|---|---|
/// | `meta.json` | time, counts, descent | {@link io.varve.block.MetaFile} | the same | {@link io.varve.block.MetaFormat} |
/// | `index` | labels, postings, where the chunks are | {@link io.varve.index.IndexWriter} | {@link io.varve.index.IndexReader} | {@link io.varve.index.IndexFormat} |
/// | `chunks/000001` ... | samples | `ChunkSegmentWriter` | `ChunkSegmentReader` | {@link io.varve.block.ChunkSegmentFormat} |
/// | `tombstones` | deleted spans | {@link io.varve.block.TombstonesFile} | the same | {@link io.varve.block.TombstonesFormat} |
///
/// It is created as `<ULID>.tmp-for-creation` and renamed when all is on disk; to be deleted, it is
/// renamed to `<ULID>.tmp-for-deletion` first. So a directory named by a ULID is a whole block, and
/// {@link io.varve.block.BlockDirectory} removes the rest when a store is opened.
@NullMarked
package io.varve.block;

import org.jspecify.annotations.NullMarked;
