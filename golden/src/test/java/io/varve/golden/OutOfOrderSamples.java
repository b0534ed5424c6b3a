package io.varve.golden;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which samples of a directory are in the files for those that came out of order: those that the
/// commits say so of, unless a block has them.
///
/// @param elsewhere series and time of the samples that are in order or in a block
/// @param disputed the sample lines of each series and time that was written with two values: a
///   reader may give either
record OutOfOrderSamples(Set<String> elsewhere, Map<String, Set<String>> disputed) {
  static OutOfOrderSamples of(Golden golden) throws IOException {
    Commits commits = Commits.of(golden);
    Set<String> elsewhere =
        commits.inOrder().stream()
            .map(sample -> key(sample.normalLine()))
            .collect(Collectors.toCollection(HashSet::new));
    for (String line : golden.lines("blocks.txt.gz")) {
      if (!line.startsWith("block\t")) {
        elsewhere.add(key(line));
      }
    }
    Map<String, Set<String>> byTime =
        commits.samples().stream()
            .map(GoldenSample::normalLine)
            .collect(
                Collectors.groupingBy(
                    OutOfOrderSamples::key, TreeMap::new, Collectors.toUnmodifiableSet()));
    byTime.values().removeIf(lines -> lines.size() == 1);
    return new OutOfOrderSamples(elsewhere, byTime);
  }

  /// The lines of the others.
  List<String> outOfOrderOf(List<String> lines) {
    return lines.stream().filter(line -> !elsewhere.contains(key(line))).toList();
  }

  /// The lines without the values of disputed samples, if they are among those written.
  List<String> settled(List<String> lines) {
    return lines.stream().map(this::settled).toList();
  }

  private String settled(String line) {
    Set<String> either = disputed.getOrDefault(key(line), Set.of());
    return either.contains(line) ? key(line) + "\teither value" : line;
  }

  /// Labels and time of a sample line.
  static String key(String line) {
    return line.substring(0, line.indexOf('\t', line.indexOf('\t') + 1));
  }
}
