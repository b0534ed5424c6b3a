/// Which series have a label: the index file of a block, the in-memory index of the head, and the
/// evaluation of matchers over either.
///
/// | type | role |
/// |---|---|
/// | {@link io.varve.index.Postings} | ascending series references, with set algebra in {@link io.varve.index.PostingsSets} |
/// | {@link io.varve.index.PostingsSource} | labels to postings; what {@link io.varve.index.MatcherPostings} evaluates matchers over |
/// | {@link io.varve.index.IndexFormat} | specification of the file `index` of a block |
/// | {@link io.varve.index.IndexWriter}, {@link io.varve.index.IndexReader} | write and read that file |
/// | {@link io.varve.index.MemPostings} | the index of the head, in memory |
@NullMarked
package io.varve.index;

import org.jspecify.annotations.NullMarked;
