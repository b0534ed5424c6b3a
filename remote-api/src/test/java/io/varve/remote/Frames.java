package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.XorCursor;
import io.varve.io.Crc32c;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.ChunkedReadResponse;
import io.varve.remote.TypesProto.Chunk;
import io.varve.remote.TypesProto.Label;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Takes a streamed answer apart, as a client does.
final class Frames {
  private Frames() {}

  /// @param sizes takes the payload size of each frame
  static List<ChunkedReadResponse> parse(byte[] body, List<Integer> sizes) throws Exception {
    var frames = new ArrayList<ChunkedReadResponse>();
    ByteBuffer in = ByteBuffer.wrap(body);
    while (in.hasRemaining()) {
      int length = uvarint(in);
      int crc = in.getInt();
      byte[] payload = new byte[length];
      in.get(payload);
      assertThat(Crc32c.of(payload, 0, length)).isEqualTo(crc);
      sizes.add(length);
      frames.add(ChunkedReadResponse.parseFrom(payload));
    }
    return frames;
  }

  static List<ChunkedReadResponse> parse(byte[] body) throws Exception {
    return parse(body, new ArrayList<>());
  }

  private static int uvarint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /// Bits of the samples of one query's series.
  static Map<Labels, Map<Long, Long>> samples(List<ChunkedReadResponse> frames, int query) {
    var all = new TreeMap<Labels, Map<Long, Long>>();
    for (ChunkedReadResponse frame : frames) {
      assertThat(frame.getChunkedSeriesCount()).isEqualTo(1);
      if (frame.getQueryIndex() == query) {
        var series = frame.getChunkedSeries(0);
        var samples =
            all.computeIfAbsent(labels(series.getLabelsList()), l -> new TreeMap<Long, Long>());
        series.getChunksList().forEach(chunk -> decode(chunk, samples));
      }
    }
    return all;
  }

  private static void decode(Chunk chunk, Map<Long, Long> samples) {
    assertThat(chunk.getType()).isEqualTo(Chunk.Encoding.XOR);
    var buffer = new ChunkBuffer();
    byte[] data = chunk.getData().toByteArray();
    System.arraycopy(data, 0, buffer.prepare(ChunkEncoding.XOR, data.length), 0, data.length);
    var cursor = new XorCursor();
    cursor.reset(buffer, "frame", 0);
    var decoded = new TreeMap<Long, Long>();
    while (cursor.next()) {
      decoded.put(cursor.timestamp(), Double.doubleToRawLongBits(cursor.value()));
    }
    assertThat(decoded.firstKey()).isEqualTo(chunk.getMinTimeMs());
    assertThat(decoded.lastKey()).isEqualTo(chunk.getMaxTimeMs());
    assertThat(samples.keySet()).doesNotContainAnyElementsOf(decoded.keySet());
    samples.putAll(decoded);
  }

  static Labels labels(List<Label> labels) {
    var builder = Labels.builder();
    labels.forEach(label -> builder.set(label.getName(), label.getValue()));
    return builder.build();
  }
}
