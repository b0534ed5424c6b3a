package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A file `tombstones`: what is read of it is read again after it was written.
final class TombstonesFuzzTest {
  private static final Path BLOCK = Path.of("block");

  static Stream<byte[]> seeds() {
    return Seeds.golden("[0-9A-Z]{26}/tombstones", 4000);
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) throws IOException {
    check(input);
    check(Seal.whole(input.clone(), TombstonesFormat.HEADER_LENGTH));
  }

  private static void check(byte[] file) throws IOException {
    var disk = new MemoryDisk().with("block/tombstones", file);
    Tombstones read;
    try {
      read = TombstonesFile.read(disk, BLOCK);
    } catch (CorruptionException e) {
      return;
    }
    TombstonesFile.write(disk, BLOCK, read);
    assertThat(spans(TombstonesFile.read(disk, BLOCK))).isEqualTo(spans(read));
  }

  private static List<String> spans(Tombstones tombstones) {
    var spans = new ArrayList<String>();
    tombstones.forEach((ref, mint, maxt) -> spans.add(ref + " " + mint + " " + maxt));
    return spans;
  }
}
