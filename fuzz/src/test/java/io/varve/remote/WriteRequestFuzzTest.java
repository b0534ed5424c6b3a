package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.ExemplarOutcome;
import io.varve.SeriesRef;
import io.varve.model.HistogramResolution;
import io.varve.model.HistogramValidation;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import io.varve.model.Metadata;
import io.varve.model.NativeHistogram;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.BucketSpan;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Histogram;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.MetricMetadata;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// The body of a remote write, decompressed.
final class WriteRequestFuzzTest {
  private final WriteRequestParser parser = new WriteRequestParser();

  static Stream<byte[]> seeds() {
    TimeSeries.Builder series =
        TimeSeries.newBuilder()
            .addLabels(label("__name__", "up"))
            .addLabels(label("job", "node"))
            .addSamples(Sample.newBuilder().setTimestamp(1_700_000_000_000L).setValue(1.5))
            .addSamples(Sample.newBuilder().setTimestamp(1_700_000_000_001L).setValue(2))
            .addExemplars(Exemplar.newBuilder().setValue(1).addLabels(label("trace", "x")));
    TimeSeries.Builder histograms =
        TimeSeries.newBuilder()
            .addLabels(label("__name__", "h"))
            .addHistograms(
                histogram()
                    .setCountInt(3)
                    .setZeroCountInt(1)
                    .addPositiveDeltas(1)
                    .addPositiveDeltas(0)
                    .addNegativeDeltas(0))
            .addHistograms(
                histogram()
                    .setCountFloat(3)
                    .setZeroCountFloat(1)
                    .addPositiveCounts(1)
                    .addPositiveCounts(1)
                    .addNegativeCounts(0))
            .addHistograms(
                histogram()
                    .setSchema(-53)
                    .setCountInt(3)
                    .clearNegativeSpans()
                    .addPositiveDeltas(1)
                    .addPositiveDeltas(1)
                    .addCustomValues(0.5));
    return Stream.of(
            WriteRequest.newBuilder().addTimeseries(series),
            WriteRequest.newBuilder().addTimeseries(histograms),
            WriteRequest.newBuilder()
                .addTimeseries(series)
                .addTimeseries(histograms)
                .addMetadata(MetricMetadata.newBuilder().setMetricFamilyName("up").setHelp("h")))
        .map(request -> request.build().toByteArray());
  }

  private static Label.Builder label(String name, String value) {
    return Label.newBuilder().setName(name).setValue(value);
  }

  private static Histogram.Builder histogram() {
    return Histogram.newBuilder()
        .setTimestamp(1_700_000_000_000L)
        .setSchema(3)
        .setSum(4.5)
        .setZeroThreshold(0.001)
        .addPositiveSpans(BucketSpan.newBuilder().setOffset(-1).setLength(2))
        .addNegativeSpans(BucketSpan.newBuilder().setOffset(0).setLength(1));
  }

  @MethodSource("seeds")
  @FuzzTest
  void writesOrRefuses(byte[] input) {
    var appender = new CheckingAppender();
    try {
      WriteResult result =
          parser.write(input, 0, input.length, appender, Long.MAX_VALUE - 1, bytes -> {});
      assertThat(result.sentence()).isNotNull();
      assertThat(appender.committed).isTrue();
    } catch (MalformedRequestException e) {
      assertThat(appender.samples).as("samples of a damaged message").isZero();
    }
    assertThat(appender.samples).isLessThanOrEqualTo(input.length);
  }

  /// Takes what a store takes, and keeps nothing.
  private static final class CheckingAppender implements Appender {
    private boolean committed;
    private int samples;

    @Override
    public AppendOutcome append(SeriesRef series, long timestamp, double value) {
      samples++;
      return AppendOutcome.ACCEPTED;
    }

    @Override
    public AppendOutcome append(SeriesRef series, long start, long timestamp, double value) {
      return append(series, timestamp, value);
    }

    @Override
    public AppendOutcome append(
        SeriesRef series, long start, long timestamp, NativeHistogram histogram) {
      samples++;
      if (!HistogramValidation.of(histogram).isValid()) {
        return AppendOutcome.INVALID_HISTOGRAM;
      }
      assertThat(HistogramResolution.reduce(histogram)).isNotNull();
      return AppendOutcome.ACCEPTED;
    }

    @Override
    public SeriesRef series(byte[] labels, int offset, int length) {
      String problem = LabelsCodec.problem(labels, offset, length);
      if (problem != null || length == 0) {
        throw new IllegalArgumentException(problem);
      }
      return new Ref(Labels.decode(labels, offset, length));
    }

    @Override
    public @Nullable SeriesRef existingSeries(byte[] labels, int offset, int length) {
      boolean canonical = length > 0 && LabelsCodec.problem(labels, offset, length) == null;
      return canonical ? series(labels, offset, length) : null;
    }

    @Override
    public ExemplarOutcome appendExemplar(SeriesRef series, io.varve.model.Exemplar exemplar) {
      byte[] labels = exemplar.labels().encoded();
      assertThat(LabelsCodec.problem(labels, 0, labels.length)).isNull();
      return ExemplarOutcome.ACCEPTED;
    }

    @Override
    public void updateMetadata(SeriesRef series, Metadata metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean updateMetadata(String family, Metadata metadata) {
      return !family.isEmpty();
    }

    @Override
    public CommitResult commit() {
      committed = true;
      return new CommitResult(samples, List.of());
    }

    @Override
    public void rollback() {}

    @Override
    public void close() {}
  }

  private record Ref(Labels labels) implements SeriesRef {
    @Override
    public long id() {
      return 1;
    }
  }
}
