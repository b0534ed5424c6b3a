package io.varve.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.BlockVerifier;
import io.varve.chunk.ChunkEncoding;
import io.varve.fixture.MemoryBlock;
import io.varve.fixture.Property;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random blocks, with samples of all kinds, deletions and overlaps, against a plain model: for
/// each series and time the samples that may be there.
class BlockMergePropertyTest {
  private static final int SERIES = 12;
  private static final int SPAN = 3000;

  @TempDir private Path directory;
  private int cases;

  private final Map<Labels, Map<Long, Set<String>>> model = new TreeMap<>();

  @Test
  void keepsWhatIsNotDeletedAndNothingElse() {
    Property.forAll(
        60,
        random -> {
          model.clear();
          boolean stamps = random.nextBoolean();
          byte newest = stamps ? ChunkEncoding.FLOAT_HISTOGRAM_ST : ChunkEncoding.FLOAT_HISTOGRAM;
          var disk = new LocalDisk();
          Path data = directory.resolve("case" + cases++);
          disk.createDirectories(data);
          try (var blocks = new Blocks(disk, data)) {
            List<Block> sources = sources(random, blocks, stamps);

            Optional<BlockMeta> merged =
                new BlockMerge(blocks.output(newest)).merge(sources, CompactionListener.NONE);

            assertThat(merged.isPresent()).isEqualTo(!model.isEmpty());
            if (merged.isPresent()) {
              check(disk, blocks.open(merged.get()));
            }
          }
        });
  }

  private List<Block> sources(RandomGenerator random, Blocks blocks, boolean stamps)
      throws IOException {
    var sources = new ArrayList<Block>();
    // Some lie side by side, some over each other.
    int step = new int[] {SPAN, SPAN, SPAN / 3, 0}[random.nextInt(4)];
    int count = random.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      long from = (long) i * step;
      Map<Labels, List<Sample>> content = content(random, from, stamps);
      var memory = new MemoryBlock();
      content.forEach(
          (labels, samples) -> Blocks.add(memory, labels, samples, random.nextInt(1, 40)));
      Block block = blocks.write(memory, from, from + SPAN);
      List<Blocks.Deletion> deletions = deletions(random, content, from);
      sources.add(blocks.delete(block, deletions));
      content.forEach((labels, samples) -> remember(labels, samples, deletions, stamps));
    }
    return sources;
  }

  private static Map<Labels, List<Sample>> content(
      RandomGenerator random, long from, boolean stamps) {
    Map<Labels, List<Sample>> content = new TreeMap<>();
    int series = random.nextInt(1, SERIES);
    while (content.size() < series) {
      int number = random.nextInt(SERIES);
      Labels labels = Labels.of("__name__", "m" + number % 3, "n", "v" + number);
      var samples = new ArrayList<Sample>();
      int kind = random.nextInt(4);
      int interval = random.nextInt(1, 200);
      for (long t = from + random.nextInt(100); t < from + SPAN; t += interval) {
        kind = random.nextInt(30) == 0 ? random.nextInt(4) : kind;
        samples.add(Sample.random(random, t, kind, stamps && random.nextInt(3) > 0));
      }
      content.put(labels, samples);
    }
    return content;
  }

  private static List<Blocks.Deletion> deletions(
      RandomGenerator random, Map<Labels, List<Sample>> content, long from) {
    var deletions = new ArrayList<Blocks.Deletion>();
    int share = random.nextInt(1, 4);
    for (Labels labels : content.keySet()) {
      if (random.nextInt(share) == 0) {
        long mint = from + random.nextInt(SPAN) - SPAN / 4;
        deletions.add(new Blocks.Deletion(labels, mint, mint + random.nextInt(2 * SPAN)));
      } else if (random.nextInt(6) == 0) {
        // Each sample by itself, with gaps between.
        content
            .get(labels)
            .forEach(sample -> deletions.add(new Blocks.Deletion(labels, sample.t(), sample.t())));
      }
    }
    return deletions;
  }

  private void remember(
      Labels labels, List<Sample> samples, List<Blocks.Deletion> deletions, boolean stamps) {
    for (Sample sample : samples) {
      long t = sample.t();
      if (deletions.stream()
          .noneMatch(d -> d.labels().equals(labels) && d.mint() <= t && t <= d.maxt())) {
        Sample kept = stamps ? sample : sample.withoutStart();
        model
            .computeIfAbsent(labels, ignored -> new TreeMap<>())
            .computeIfAbsent(t, ignored -> new HashSet<>())
            .add(kept.meaning());
      }
    }
  }

  private void check(LocalDisk disk, Block block) throws IOException {
    Map<Labels, List<Sample>> merged = Blocks.samples(block);
    assertThat(merged.keySet()).isEqualTo(model.keySet());
    merged.forEach((labels, samples) -> {
      Map<Long, Set<String>> possible = model.get(labels);
      assertThat(samples).extracting(Sample::t).containsExactlyElementsOf(possible.keySet());
      assertThat(samples)
          .allSatisfy(sample -> assertThat(possible.get(sample.t())).contains(sample.meaning()));
    });
    assertThat(block.meta().stats().numSamples())
        .isEqualTo(merged.values().stream().mapToLong(List::size).sum());
    assertThat(symbols(block)).isEqualTo(usedSymbols());
    var findings = new ArrayList<Finding>();
    BlockVerifier.verify(disk, block.directory(), findings::add);
    assertThat(findings).isEmpty();
  }

  private static Set<String> symbols(Block block) {
    var symbols = new TreeSet<String>();
    block.symbols().forEachRemaining(symbol -> symbols.add(new String(symbol, UTF_8)));
    return symbols;
  }

  private Set<String> usedSymbols() {
    var symbols = new TreeSet<String>();
    for (Labels labels : model.keySet()) {
      labels.forEach((name, value) -> {
        symbols.add(name);
        symbols.add(value);
      });
    }
    return symbols;
  }
}
