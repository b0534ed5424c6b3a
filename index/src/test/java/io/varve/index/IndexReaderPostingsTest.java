package io.varve.index;

import io.varve.model.Labels;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

class IndexReaderPostingsTest extends PostingsSourceContract {
  @TempDir Path directory;

  @Override
  Filled fill(Collection<Labels> series) throws Exception {
    var sorted = new TreeMap<Labels, ChunkList>();
    series.forEach(labels -> sorted.put(labels, new ChunkList()));
    IndexReader reader = IndexFixture.reader(IndexFixture.write(directory, sorted));
    var entry = new SeriesEntry();
    return new Filled() {
      @Override
      public PostingsSource source() {
        return reader;
      }

      @Override
      public Labels labels(long ref) {
        reader.series(ref, entry);
        return entry.labels();
      }
    };
  }
}
