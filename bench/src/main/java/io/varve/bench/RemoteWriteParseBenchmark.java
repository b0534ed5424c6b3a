package io.varve.bench;

import com.google.protobuf.CodedInputStream;
import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.ExemplarOutcome;
import io.varve.SeriesRef;
import io.varve.io.Varint;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import io.varve.model.Metadata;
import io.varve.model.NativeHistogram;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import io.varve.remote.WriteRequestParser;
import io.varve.remote.WriteResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Takes a decompressed remote write body apart: 500 series of 10 labels (130 bytes of them), in us
/// per body. The store behind it hashes the labels of each series and counts the samples, so what
/// is measured is the parser. The three ways to do it:
///
/// - `parser`: the one that the server has, two walks over the bytes
/// - `codedInput`: one walk with protobuf's CodedInputStream, labels packed the same way
/// - `generated`: messages of the generated classes, then labels from strings
///
/// ```
/// java -jar bench/target/varve-bench-*.jar RemoteWriteParseBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RemoteWriteParseBenchmark {
  private static final int SERIES = 500;
  private static final long START = 1_700_000_000_000L;

  @Param({"1", "4"})
  int samplesPerSeries;

  private final WriteRequestParser parser = new WriteRequestParser();
  private final CountingAppender appender = new CountingAppender();
  private final byte[] scratch = new byte[4096];
  private byte[] body = {};

  @Setup
  public void generate() {
    var request = WriteRequest.newBuilder();
    for (int i = 0; i < SERIES; i++) {
      request.addTimeseries(series(i));
    }
    body = request.build().toByteArray();
  }

  private TimeSeries.Builder series(int number) {
    var series = TimeSeries.newBuilder();
    Labels.of(
            "__name__", "container_network_receive_bytes_total",
            "cluster", "eu-1",
            "container", "app-" + number % 7,
            "endpoint", "metrics",
            "instance", "10.0.3." + number % 200 + ":9100",
            "interface", "eth" + number % 3,
            "job", "kubelet",
            "namespace", "default",
            "pod", "app-" + number,
            "service", "kubelet")
        .forEach(
            (name, value) -> series.addLabels(Label.newBuilder().setName(name).setValue(value)));
    for (int i = 0; i < samplesPerSeries; i++) {
      series.addSamples(
          Sample.newBuilder().setTimestamp(START + i * 15_000L).setValue(number + 0.5 + i));
    }
    return series;
  }

  @Benchmark
  public WriteResult parser() {
    return parser.write(body, 0, body.length, appender, Long.MAX_VALUE, bytes -> {});
  }

  @Benchmark
  public CommitResult generated() throws IOException {
    for (TimeSeries series : WriteRequest.parseFrom(body).getTimeseriesList()) {
      var labels = Labels.builder();
      series.getLabelsList().forEach(label -> labels.set(label.getName(), label.getValue()));
      byte[] packed = labels.build().encoded();
      SeriesRef ref = appender.series(packed, 0, packed.length);
      for (Sample sample : series.getSamplesList()) {
        appender.append(ref, sample.getTimestamp(), sample.getValue());
      }
    }
    return appender.commit();
  }

  @Benchmark
  public CommitResult codedInput() throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int limit = in.pushLimit(in.readRawVarint32());
      codedSeries(in);
      in.popLimit(limit);
    }
    return appender.commit();
  }

  private void codedSeries(CodedInputStream in) throws IOException {
    int length = 0;
    SeriesRef ref = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int limit = in.pushLimit(in.readRawVarint32());
      if (tag == (1 << 3 | 2)) {
        length = codedField(in, codedField(in, length));
      } else {
        in.readTag();
        double value = in.readDouble();
        in.readTag();
        ref = ref == null ? appender.series(scratch, 0, length) : ref;
        appender.append(ref, in.readInt64(), value);
      }
      in.popLimit(limit);
    }
  }

  private int codedField(CodedInputStream in, int at) throws IOException {
    in.readTag();
    int length = in.readRawVarint32();
    int target = Varint.putUnsigned(scratch, at, length);
    System.arraycopy(body, in.getTotalBytesRead(), scratch, target, length);
    in.skipRawBytes(length);
    return target + length;
  }

  /// Does no more than what keeps the parser honest.
  private static final class CountingAppender implements Appender, SeriesRef {
    private long hashes;
    private long sum;
    private long count;

    @Override
    public SeriesRef series(byte[] labels, int offset, int length) {
      hashes ^= LabelsCodec.hash(labels, offset, length);
      return this;
    }

    @Override
    public AppendOutcome append(SeriesRef series, long timestamp, double value) {
      sum += timestamp ^ Double.doubleToRawLongBits(value);
      count++;
      return AppendOutcome.ACCEPTED;
    }

    @Override
    public SeriesRef existingSeries(byte[] labels, int offset, int length) {
      return this;
    }

    @Override
    public ExemplarOutcome appendExemplar(SeriesRef series, Exemplar exemplar) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void updateMetadata(SeriesRef series, Metadata metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean updateMetadata(String family, Metadata metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CommitResult commit() {
      var result = new CommitResult(count, List.of());
      count = 0;
      return result;
    }

    @Override
    public AppendOutcome append(SeriesRef series, long start, long timestamp, double value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public AppendOutcome append(
        SeriesRef series, long start, long timestamp, NativeHistogram histogram) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void rollback() {}

    @Override
    public void close() {}

    @Override
    public long id() {
      return hashes + sum;
    }

    @Override
    public Labels labels() {
      return Labels.of();
    }
  }
}
