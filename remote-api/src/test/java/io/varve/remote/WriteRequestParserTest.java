package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.varve.Appender;
import io.varve.fixture.Property;
import io.varve.model.Labels;
import io.varve.remote.RemoteProto.WriteRequest;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.MetricMetadata;
import io.varve.remote.TypesProto.Sample;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class WriteRequestParserTest {
  private final WriteRequestParser parser = new WriteRequestParser();

  private WriteResult write(MemoryVarve store, byte[] body) {
    try (Appender appender = store.appender()) {
      return parser.write(body, 0, body.length, appender, Long.MAX_VALUE, bytes -> {});
    }
  }

  private static String word(RandomGenerator random) {
    // Mostly short, now and then too long for one byte of length.
    int length = random.nextInt(20) == 0 ? 100 + random.nextInt(200) : 1 + random.nextInt(24);
    return random.ints(length, 'a', 'f').mapToObj(Character::toString).reduce("", String::concat);
  }

  /// Labels of which no two sets are equal.
  private static Labels labels(RandomGenerator random, int number) {
    var labels = Labels.builder().set("__name__", "metric" + number);
    for (int i = random.nextInt(12); i > 0; i--) {
      labels.set(word(random), word(random));
    }
    return labels.build();
  }

  /// Encodes a series as some sender might: fields the other way round, unknown ones between.
  private static byte[] encode(Labels labels, List<Sample> samples, RandomGenerator random)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    boolean odd = random.nextBoolean();
    int early = odd ? random.nextInt(samples.size() + 1) : 0;
    for (Sample sample : samples.subList(0, early)) {
      out.writeMessage(2, sample);
    }
    for (String name : labels.names()) {
      String value = labels.get(name);
      if (odd && random.nextInt(3) == 0) {
        out.writeByteArray(1, oddLabel(name, value, random));
      } else {
        out.writeMessage(1, Label.newBuilder().setName(name).setValue(value).build());
      }
      if (odd && random.nextInt(5) == 0) {
        out.writeString(77, "unknown");
      }
    }
    for (Sample sample : samples.subList(early, samples.size())) {
      out.writeMessage(2, sample);
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] oddLabel(String name, String value, RandomGenerator random)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    if (random.nextBoolean()) {
      out.writeString(2, "overwritten");
      out.writeInt32(9, 5);
    }
    out.writeString(2, value);
    out.writeString(1, name);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void storesWhatIsThereHoweverItIsEncoded() {
    Property.forAll(
        200,
        random -> {
          var store = new MemoryVarve();
          var body = new ByteArrayOutputStream();
          CodedOutputStream out = CodedOutputStream.newInstance(body);
          Map<Labels, Map<Long, Double>> expected = new TreeMap<>();
          for (int i = random.nextInt(8); i > 0; i--) {
            Labels labels = labels(random, i);
            var samples = new ArrayList<Sample>();
            for (int s = 1 + random.nextInt(4); s > 0; s--) {
              samples.add(sample(NOW - s, random.nextInt(3)));
            }
            out.writeByteArray(1, encode(labels, samples, random));
            var values = new TreeMap<Long, Double>();
            samples.forEach(s -> values.put(s.getTimestamp(), s.getValue()));
            expected.put(labels, values);
          }
          out.flush();

          WriteResult result = write(store, body.toByteArray());

          assertThat(result.complete()).as(result.toString()).isTrue();
          assertThat(store.content()).isEqualTo(expected);
        });
  }

  @Test
  void survivesAnyBytes() {
    byte[] seed = realistic().toByteArray();
    Property.forAll(
        20_000,
        random -> {
          byte[] body = seed.clone();
          for (int i = 1 + random.nextInt(4); i > 0; i--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
          }
          try {
            write(new MemoryVarve(), body);
          } catch (MalformedRequestException e) {
            assertThat(e).hasMessageMatching(".* at byte \\d+");
          }
        });
  }

  private static WriteRequest realistic() {
    TimeSeries.Builder series =
        TestServer.series("__name__", "up", "instance", "10.0.0.1:9100", "job", "node")
            .addSamples(sample(NOW, 1))
            .addSamples(sample(NOW + 15_000, 1))
            .addExemplars(Exemplar.newBuilder().setValue(1).setTimestamp(NOW));
    return WriteRequest.newBuilder()
        .addTimeseries(series)
        .addTimeseries(series.setLabels(2, Label.newBuilder().setName("z").setValue("other")))
        .addMetadata(MetricMetadata.newBuilder().setMetricFamilyName("up").setHelp("help"))
        .build();
  }

  @Test
  void takesABodyFromTheMiddleOfAnArray() {
    byte[] body = realistic().toByteArray();
    byte[] array = new byte[body.length + 20];
    new Random(1).nextBytes(array);
    System.arraycopy(body, 0, array, 7, body.length);
    var store = new MemoryVarve();

    try (Appender appender = store.appender()) {
      WriteResult result =
          parser.write(array, 7, body.length, appender, Long.MAX_VALUE, bytes -> {});

      assertThat(result)
          .isEqualTo(
              new WriteResult(4, Collections.emptyMap(), null, 2, Collections.emptyMap(), 1, 0));
    }
    assertThat(store.content()).hasSize(2);
  }
}
