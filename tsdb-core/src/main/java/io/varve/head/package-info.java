/// The head: the newest samples, in memory, logged before they are applied.
///
/// ```
/// HeadAppender --commit--> Wal, then MemSeries (open chunk) --full--> HeadChunks (file)
///                          `- late: OutOfOrderHead (buffer, WBL) -----^
/// HeadView <--select-- MemPostings -> SlotTable -> MemSeries
/// OutOfOrderView <-'
/// ```
///
/// What a query sees of commits that go on meanwhile is told by {@link io.varve.head.Isolation},
/// which needs no lock.
///
/// Locks, in the order in which they may be taken:
///
/// 1. `Head.gate` (read: a commit; write: taking series out of the head, closing the logs). A
///    commit thus never applies to a series that is being removed, nor to a head that is written
///    down.
/// 2. the lock of {@link io.varve.head.OutOfOrderHead}: held while samples out of order are put
///    into buffers and logged, so that their log has the order of the buffers.
/// 3. the lock of {@link io.varve.head.HeadLog}: held while series records are logged, so that a
///    series has one record, and has it before any sample.
/// 4. the lock of {@link io.varve.head.HeadSeries} (read: evaluating matchers and looking up slots;
///    write: freeing slots).
/// 5. a stripe of {@link io.varve.head.SeriesTable}, then, if limits are set, the lock under which
///    {@link io.varve.head.HeadSeries} counts, then that of {@link io.varve.head.SlotTable}:
///    creating a series.
/// 6. the monitor of a {@link io.varve.head.MemSeries}: its chunks. No input or output happens
///    under it but handing a full chunk to {@link io.varve.head.HeadChunks}, which buffers.
/// 7. the lock of {@link io.varve.head.ExemplarStorage}: adding or finding exemplars; that of
///    {@link io.varve.head.HeadMetadata}: changing metadata; that of {@link
///    io.varve.head.EndedSeries}.
@NullMarked
package io.varve.head;

import org.jspecify.annotations.NullMarked;
