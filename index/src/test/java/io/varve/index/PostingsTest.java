package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.roaringbitmap.RoaringBitmap;

/// All kinds of postings keep the contract.
class PostingsTest {
  static Postings mapped(NavigableSet<Long> refs) {
    HeapByteSink list = ByteSink.onHeap(64);
    list.putBytes(new byte[IndexFormat.HEADER_LENGTH]);
    list.putInt(IndexFormat.COUNT_LENGTH + refs.size() * Integer.BYTES);
    long content = list.position();
    list.putInt(refs.size());
    refs.forEach(ref -> list.putInt(ref.intValue()));
    list.putInt(list.crc32c(content));
    list.putBytes(new byte[IndexFormat.TOC_LENGTH]);
    return MappedPostings.open(IndexFixture.mapped(list.toByteArray()), IndexFormat.HEADER_LENGTH);
  }

  static Postings delta(NavigableSet<Long> refs) {
    var list = new DeltaList();
    refs.forEach(ref -> list.add(ref.intValue()));
    return list.postings();
  }

  static Postings bitmap(NavigableSet<Long> refs) {
    var bitmap = new RoaringBitmap();
    refs.forEach(ref -> bitmap.add(ref.intValue()));
    return BitmapPostings.of(bitmap);
  }

  @Nested
  class MappedTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      return mapped(refs);
    }
  }

  @Nested
  class DeltaTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      return delta(refs);
    }
  }

  @Nested
  class BitmapTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      return bitmap(refs);
    }
  }

  @Nested
  class UnionTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      var even = new TreeSet<>(refs);
      even.removeIf(ref -> ref % 2 == 1);
      var dividedByThree = new TreeSet<>(refs);
      dividedByThree.removeIf(ref -> ref % 3 != 0);
      var rest = new TreeSet<>(refs);
      rest.removeIf(ref -> ref % 6 == 0);
      return new UnionPostings(List.of(mapped(even), delta(dividedByThree), mapped(rest)));
    }
  }

  @Nested
  class IntersectionTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      return new IntersectionPostings(
          List.of(mapped(with(refs, 1)), mapped(with(refs, 2)), delta(with(refs, 3))));
    }

    /// With references added that the other lists do not have.
    private static NavigableSet<Long> with(NavigableSet<Long> refs, int offset) {
      var more = new TreeSet<>(refs);
      for (long ref : refs) {
        long added = ref / 4 * 4 + offset;
        if (ref % 4 == 0 && added <= 0xFFFF_FFFFL && !refs.contains(added)) {
          more.add(added);
        }
      }
      return more;
    }
  }

  @Nested
  class DifferenceTest extends PostingsContract {
    @Override
    Postings postings(NavigableSet<Long> refs) {
      var more = new TreeSet<>(refs);
      var minus = new TreeSet<Long>();
      for (long ref = 0; ref < 300; ref++) {
        if (!refs.contains(ref)) {
          minus.add(ref);
          if (ref % 2 == 0) {
            more.add(ref);
          }
        }
      }
      return new DifferencePostings(mapped(more), mapped(minus));
    }
  }
}
