package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.RemoteProto.ReadRequest;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.ReadHints;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The body of a remote read, decompressed.
final class ReadRequestFuzzTest {
  static Stream<byte[]> seeds() {
    Query.Builder query =
        Query.newBuilder()
            .setStartTimestampMs(1)
            .setEndTimestampMs(1_700_000_000_000L)
            .setHints(ReadHints.newBuilder().setFunc("series").setStartMs(5).setEndMs(9));
    for (LabelMatcher.Type type : LabelMatcher.Type.values()) {
      if (type != LabelMatcher.Type.UNRECOGNIZED) {
        query.addMatchers(
            LabelMatcher.newBuilder().setType(type).setName("name").setValue("a|b.*"));
      }
    }
    return Stream.of(
        ReadRequest.newBuilder().addQueries(query).build().toByteArray(),
        ReadRequest.newBuilder()
            .addQueries(query)
            .addQueries(query.clearHints())
            .addAcceptedResponseTypes(ResponseType.STREAMED_XOR_CHUNKS)
            .addAcceptedResponseTypes(ResponseType.SAMPLES)
            .build()
            .toByteArray());
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) {
    try {
      ReadRequest request = ReadRequestDecoder.decode(input, input.length);
      assertThat(ReadQuery.of(request.getQueriesList())).hasSize(request.getQueriesCount());
    } catch (Refusal e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
