package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.SeriesRef;
import io.varve.model.Labels;
import java.util.Set;
import java.util.TreeSet;

/// Writes golden commits with Varve. Static and stateless.
final class Writing {
  private Writing() {}

  /// Adds the samples of a commit in their order, then the rest, and commits.
  ///
  /// @return what befell those that were not taken
  static Set<AppendOutcome> write(Commits.Commit commit, Appender appender) {
    Set<AppendOutcome> refused = new TreeSet<>();
    for (GoldenSample sample : commit.samples()) {
      Labels labels = sample.labels();
      SeriesRef series = appender.series(labels.encoded(), 0, labels.encoded().length);
      AppendOutcome outcome = append(appender, series, sample);
      if (!outcome.stored()) {
        refused.add(outcome);
      }
    }
    commit.annotations().forEach(annotation -> append(appender, annotation));
    CommitResult result = appender.commit();
    result.rejections().forEach(rejection -> refused.add(rejection.outcome()));
    assertThat(result.accepted() + result.rejected()).isEqualTo(commit.samples().size());
    return refused;
  }

  private static void append(Appender to, Commits.Annotation annotation) {
    byte[] labels = annotation.labels().encoded();
    SeriesRef series = to.series(labels, 0, labels.length);
    switch (annotation) {
      case Commits.ExemplarOf e ->
          assertThat(to.appendExemplar(series, e.exemplar()).stored()).isTrue();
      case Commits.MetadataOf m -> to.updateMetadata(series, m.metadata());
    }
  }

  private static AppendOutcome append(Appender to, SeriesRef series, GoldenSample sample) {
    return sample.histogram() == null
        ? to.append(series, sample.start(), sample.time(), sample.value())
        : to.append(series, sample.start(), sample.time(), sample.histogram());
  }
}
