package io.varve;

import io.varve.compact.CompactionListener.Step;
import io.varve.compact.CompactionPlan.Reason;

/// How far a merge of blocks is, at one moment.
///
/// @param reason why they are merged
/// @param blocks how many they are
/// @param level of the block to be
/// @param step what is being done
/// @param done series that were read in this step; lists, where postings are written
/// @param total how many that will be at the end of this step; 0 while it is not known
/// @param bytesWritten bytes of the block to be that there are
public record CompactionProgress(
    Reason reason, int blocks, int level, Step step, long done, long total, long bytesWritten) {}
