package io.varve.golden;

import io.varve.model.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the writer of a golden directory was told: `commits.txt.gz`. Restarts and waits are left
/// out: they change nothing about what is to be read.
record Commits(List<Step> steps) {
  sealed interface Step {}

  /// One batch of samples. Exemplars and metadata are left out: Varve does not take them yet.
  record Commit(List<GoldenSample> samples) implements Step {}

  /// A deletion of the series that have these labels among theirs, times inclusive.
  record Delete(Labels selector, long mint, long maxt) implements Step {
    boolean hits(GoldenSample sample) {
      return mint <= sample.time()
          && sample.time() <= maxt
          && selector.names().stream()
              .allMatch(name -> selector.get(name).equals(sample.labels().get(name)));
    }
  }

  static Commits of(Golden golden) throws IOException {
    var steps = new ArrayList<Step>();
    var samples = new ArrayList<GoldenSample>();
    for (String[] fields : golden.fields("commits.txt.gz")) {
      switch (fields[0]) {
        case "commit" -> {
          samples = new ArrayList<>();
          steps.add(new Commit(samples));
        }
        case "delete" ->
            steps.add(
                new Delete(
                    GoldenText.parseLabels(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3])));
        case "settle", "restart", "stop", "kill" -> {}
        default -> {
          if (!fields[0].startsWith("{")) {
            throw new AssertionError(golden + ": commits.txt.gz has a line " + fields[0]);
          }
          if (!fields[1].equals("x") && !fields[1].equals("m")) {
            samples.add(GoldenSample.parse(fields));
          }
        }
      }
    }
    return new Commits(steps);
  }

  List<Commit> commits() {
    return steps.stream().filter(Commit.class::isInstance).map(Commit.class::cast).toList();
  }

  List<Delete> deletes() {
    return steps.stream().filter(Delete.class::isInstance).map(Delete.class::cast).toList();
  }

  /// All samples, in the order in which they came.
  List<GoldenSample> samples() {
    return commits().stream().flatMap(commit -> commit.samples().stream()).toList();
  }

  /// The samples that are newer than all of their series before.
  List<GoldenSample> inOrder() {
    Map<Labels, Long> newest = new HashMap<>();
    return samples().stream()
        .filter(
            sample -> {
              Long before = newest.get(sample.labels());
              if (before != null && sample.time() <= before) {
                return false;
              }
              newest.put(sample.labels(), sample.time());
              return true;
            })
        .toList();
  }
}
