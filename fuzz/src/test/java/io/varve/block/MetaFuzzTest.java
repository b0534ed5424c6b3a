package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A `meta.json`: what is read of it is read again after it was written.
final class MetaFuzzTest {
  private static final Path BLOCK = Path.of("block");

  static Stream<byte[]> seeds() {
    String thanos =
        """
        {"ulid":"01ARZ3NDEKTSV4RRFFQ69G5FAV","minTime":-5,"maxTime":1e3,"stats":{},
        "compaction":{"level":1,"sources":null,"hints":["from-out-of-order"],"parents":[]},
        "version":1,"thanos":{"labels":{"a":"b\\u00e9"},"downsample":{"resolution":0},
        "files":[{"rel_path":"index","size_bytes":1.5},true,false,null]}}
        """;
    return Stream.concat(
        Stream.of(thanos.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        Seeds.golden(".*/meta.json", 4000));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) throws IOException {
    var disk = new MemoryDisk().with("block/meta.json", input);
    BlockMeta meta;
    try {
      meta = MetaFile.read(disk, BLOCK);
    } catch (CorruptionException e) {
      return;
    }
    MetaFile.write(disk, BLOCK, meta);
    assertThat(MetaFile.read(disk, BLOCK)).isEqualTo(meta);
  }
}
