package io.varve.head;

import io.varve.index.PostingsLoader;
import io.varve.model.LabelsCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Adds the series of a log to a head. Most labels of a series another one has, too: they are found
/// by their bytes, and made to strings for the first one only.
///
/// Confined to one thread; others may use the series meanwhile, but not remove any from the
/// postings.
final class SeriesLoader {
  private final HeadSeries series;
  private final PostingsLoader postings;
  private final LabelNumbers known = new LabelNumbers();
  private int[] numbers = new int[32];

  SeriesLoader(HeadSeries series) {
    this.series = series;
    this.postings = series.postingsLoader();
  }

  /// Adds a series under the reference that the log has for it.
  ///
  /// @param labels known to be canonical
  /// @return the series with these labels, which may have been there under another reference
  MemSeries add(long ref, byte[] labels, int offset, int length) {
    series.reserve(ref);
    byte[] own = Arrays.copyOfRange(labels, offset, offset + length);
    int count = 0;
    for (int at = 0; at < length; count++) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      long name = LabelsCodec.field(own, at, length);
      long value = LabelsCodec.field(own, end(name), length);
      int number = known.number(own, at, end(value));
      numbers[count] =
          number == 0 ? postings.addLabel(string(own, name), string(own, value)) : number - 1;
      at = end(value);
    }
    MemSeries found = series.restore(ref, own, postings, Arrays.copyOf(numbers, count));
    found.logged = true;
    return found;
  }

  private static int end(long field) {
    return LabelsCodec.start(field) + LabelsCodec.length(field);
  }

  private static String string(byte[] bytes, long field) {
    return new String(
        bytes, LabelsCodec.start(field), LabelsCodec.length(field), StandardCharsets.UTF_8);
  }
}
