package io.varve.index;

/// Which sections an index file has. All readers since before Prometheus 2.42 use the same ones, so
/// this is a matter of equal bytes and not of compatibility.
public enum IndexLayout {
  /// What Prometheus has written since 3.7: no label indices. The default.
  CURRENT,

  /// What Prometheus wrote from 2.2 to 3.6: the values of each label name once more, in a section
  /// of their own, and a table of these sections.
  WITH_LABEL_INDICES
}
