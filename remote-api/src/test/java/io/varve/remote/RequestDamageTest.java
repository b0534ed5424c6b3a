package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.BucketSpan;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Histogram;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.MetricMetadata;
import io.varve.remote.TypesProto.ReadHints;
import io.varve.remote.TypesProto.Sample;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Bodies of requests with every kind of field, cut off everywhere and with every bit flipped. No
/// checksum is in them: a flip may give another request, or one that is refused with a sentence.
final class RequestDamageTest {
  private final WriteRequestParser parser = new WriteRequestParser();
  private int taken;
  private int refused;

  private void damage(byte[] body, Consumer<byte[]> read) {
    for (int length = 0; length < body.length; length++) {
      read.accept(Arrays.copyOf(body, length));
    }
    for (int bit = 0; bit < Byte.SIZE * body.length; bit++) {
      byte[] flipped = body.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      read.accept(flipped);
    }
    assertThat(taken).isGreaterThan(body.length);
    assertThat(refused).isGreaterThan(body.length);
  }

  private void write(byte[] body) {
    var store = new MemoryVarve();
    try (Appender appender = store.appender()) {
      WriteResult result =
          parser.write(body, 0, body.length, appender, Long.MAX_VALUE - 1, bytes -> {});
      assertThat(result.sentence()).isNotNull();
      taken++;
    } catch (MalformedRequestException e) {
      assertThat(e).hasMessageMatching(".* at byte \\d+");
      assertThat(store.content()).isEmpty();
      refused++;
    }
  }

  @Test
  void writesOfFloats() {
    WriteRequest request =
        WriteRequest.newBuilder()
            .addTimeseries(
                TestServer.series("__name__", "up", "job", "node")
                    .addSamples(Sample.newBuilder().setTimestamp(1_700_000_000_000L).setValue(1))
                    .addExemplars(Exemplar.newBuilder().setValue(1).setTimestamp(2)))
            .addMetadata(MetricMetadata.newBuilder().setMetricFamilyName("up").setHelp("help"))
            .build();

    damage(request.toByteArray(), this::write);
  }

  @Test
  void writesOfHistograms() {
    WriteRequest request =
        WriteRequest.newBuilder()
            .addTimeseries(
                TestServer.series("__name__", "h")
                    .addHistograms(
                        histogram().setCountInt(3).setZeroCountInt(1).addPositiveDeltas(1))
                    .addHistograms(
                        histogram().setCountFloat(3).setZeroCountFloat(1).addPositiveCounts(2))
                    .addHistograms(
                        histogram()
                            .setSchema(-53)
                            .setCountInt(1)
                            .addPositiveDeltas(1)
                            .addCustomValues(0.5)))
            .build();

    damage(request.toByteArray(), this::write);
  }

  private static Histogram.Builder histogram() {
    return Histogram.newBuilder()
        .setTimestamp(1_700_000_000_000L)
        .setSchema(3)
        .setSum(4.5)
        .setZeroThreshold(0.001)
        .setResetHint(Histogram.ResetHint.NO)
        .addPositiveSpans(BucketSpan.newBuilder().setOffset(-1).setLength(1))
        .addNegativeSpans(BucketSpan.newBuilder().setOffset(4).setLength(1))
        .addNegativeDeltas(0);
  }

  @Test
  void reads() {
    ReadRequest request =
        ReadRequest.newBuilder()
            .addQueries(
                Query.newBuilder()
                    .setStartTimestampMs(1)
                    .setEndTimestampMs(1_700_000_000_000L)
                    .addMatchers(
                        LabelMatcher.newBuilder()
                            .setType(LabelMatcher.Type.RE)
                            .setName("job")
                            .setValue("(a|b{2,3}).*"))
                    .setHints(ReadHints.newBuilder().setFunc("rate").setStartMs(5).setEndMs(9)))
            .addAcceptedResponseTypes(ResponseType.STREAMED_XOR_CHUNKS)
            .build();

    damage(
        request.toByteArray(),
        body -> {
          try {
            ReadRequest decoded = ReadRequestDecoder.decode(body, body.length);
            assertThat(ReadQuery.of(decoded.getQueriesList())).hasSize(decoded.getQueriesCount());
            taken++;
          } catch (Refusal e) {
            assertThat(e.getMessage()).isNotEmpty();
            refused++;
          }
        });
  }
}
