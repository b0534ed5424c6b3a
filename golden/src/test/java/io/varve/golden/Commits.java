package io.varve.golden;

import io.varve.model.Exemplar;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.Spans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What the writer of a golden directory was told: `commits.txt.gz`. Waits are left out.
record Commits(List<Step> steps) {
  sealed interface Step {}

  /// One batch of samples, and what came with them.
  record Commit(List<GoldenSample> samples, List<Annotation> annotations) implements Step {}

  /// An exemplar or metadata of a series.
  sealed interface Annotation {
    Labels labels();
  }

  record ExemplarOf(Labels labels, Exemplar exemplar) implements Annotation {
    static ExemplarOf parse(String[] fields) {
      Labels own = GoldenText.parseLabels(fields[2]);
      double value = Double.longBitsToDouble(Long.parseUnsignedLong(fields[4], 16));
      return new ExemplarOf(
          GoldenText.parseLabels(fields[0]), new Exemplar(own, value, Long.parseLong(fields[3])));
    }
  }

  record MetadataOf(Labels labels, Metadata metadata) implements Annotation {
    static MetadataOf parse(String[] fields) {
      MetricType type =
          Arrays.stream(MetricType.values())
              .filter(each -> each.toString().equals(fields[2]))
              .findFirst()
              .orElseThrow();
      return new MetadataOf(
          GoldenText.parseLabels(fields[0]),
          new Metadata(type, GoldenText.unquoted(fields[3]), GoldenText.unquoted(fields[4])));
    }
  }

  /// A deletion of the series that have these labels among theirs, times inclusive.
  record Delete(Labels selector, long mint, long maxt) implements Step {
    boolean hits(GoldenSample sample) {
      return mint <= sample.time()
          && sample.time() <= maxt
          && selector.names().stream()
              .allMatch(name -> selector.get(name).equals(sample.labels().get(name)));
    }
  }

  /// A clean stop and start.
  record Restart() implements Step {}

  static Commits of(Golden golden) throws IOException {
    var steps = new ArrayList<Step>();
    var samples = new ArrayList<GoldenSample>();
    var annotations = new ArrayList<Annotation>();
    for (String[] fields : golden.fields("commits.txt.gz")) {
      switch (fields[0]) {
        case "commit" -> {
          samples = new ArrayList<>();
          annotations = new ArrayList<>();
          steps.add(new Commit(samples, annotations));
        }
        case "delete" ->
            steps.add(
                new Delete(
                    GoldenText.parseLabels(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3])));
        case "restart" -> steps.add(new Restart());
        case "settle", "stop", "kill" -> {}
        default -> {
          if (!fields[0].startsWith("{")) {
            throw new AssertionError(golden + ": commits.txt.gz has a line " + fields[0]);
          }
          if (fields[1].equals("x")) {
            annotations.add(ExemplarOf.parse(fields));
          } else if (fields[1].equals("m")) {
            annotations.add(MetadataOf.parse(fields));
          } else {
            GoldenSample sample = GoldenSample.parse(fields);
            samples.add(golden.by242() ? taken(sample) : sample);
          }
        }
      }
    }
    return new Commits(steps);
  }

  /// 2.42 takes a float histogram whose count and zero count are both 0 for one of integers.
  private static GoldenSample taken(GoldenSample sample) {
    if (sample.histogram() instanceof FloatHistogram h && h.count() == 0 && h.zeroCount() == 0) {
      var empty =
          new Histogram(
              h.counterReset(),
              h.schema(),
              h.zeroThreshold(),
              0,
              0,
              h.sum(),
              Spans.NONE,
              Spans.NONE,
              new long[0],
              new long[0],
              h.customValues());
      return new GoldenSample(sample.labels(), sample.time(), sample.start(), 0, empty);
    }
    return sample;
  }

  List<Commit> commits() {
    return steps.stream().filter(Commit.class::isInstance).map(Commit.class::cast).toList();
  }

  /// All samples, in the order in which they came.
  List<GoldenSample> samples() {
    return commits().stream().flatMap(commit -> commit.samples().stream()).toList();
  }

  /// The samples that are newer than all of their series before.
  List<GoldenSample> inOrder() {
    return inOrder(sample -> true);
  }

  /// The same if only some samples are taken at all.
  List<GoldenSample> inOrder(Predicate<GoldenSample> taken) {
    Map<Labels, Long> newest = new HashMap<>();
    return samples().stream()
        .filter(taken)
        .filter(sample -> {
          Long before = newest.get(sample.labels());
          if (before != null && sample.time() <= before) {
            return false;
          }
          newest.put(sample.labels(), sample.time());
          return true;
        })
        .toList();
  }

  /// Whether a sample was deleted after it had come.
  boolean isDeleted(GoldenSample sample) {
    boolean came = false;
    for (Step step : steps) {
      switch (step) {
        case Commit commit -> came |= commit.samples().contains(sample);
        case Delete delete -> {
          if (came && delete.hits(sample)) {
            return true;
          }
        }
        case Restart ignored -> {}
      }
    }
    return false;
  }

  /// Normal lines, by label set and time.
  static List<String> lines(List<GoldenSample> samples) {
    return samples.stream()
        .sorted(Comparator.comparing(GoldenSample::labels).thenComparingLong(GoldenSample::time))
        .map(GoldenSample::normalLine)
        .toList();
  }
}
