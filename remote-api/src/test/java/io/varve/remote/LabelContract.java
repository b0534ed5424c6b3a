package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.model.Labels;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The label queries over HTTP, whatever the store.
abstract class LabelContract {
  private static final long T0 = 1_700_000_000_000L;

  @TempDir private Path directory;
  private Varve store;
  private TestServer server;

  /// An empty store.
  abstract Varve open(Path directory) throws IOException;

  @BeforeEach
  void start() throws IOException {
    store = open(directory);
    try (Appender appender = store.appender()) {
      appender.append(Labels.of("__name__", "x", "job", "b"), T0, 1);
      appender.append(Labels.of("__name__", "x", "job", "a", "http.code", "200"), T0, 1);
      appender.append(Labels.of("__name__", "y", "quote", "\"\n\\é😀"), T0, 1);
      appender.append(Labels.of("__name__", "z", "job", "\uffee"), T0, 1);
      appender.append(Labels.of("__name__", "z", "job", "😀"), T0, 1);
      appender.commit();
    }
    server = TestServer.over(store);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    store.close();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void assertAnswers(String path, String data) throws Exception {
    HttpResponse<String> response = server.get(path);

    assertThat(response.body()).isEqualTo("{\"status\":\"success\",\"data\":" + data + "}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  private void assertRefuses(String path, String error) throws Exception {
    HttpResponse<String> response = server.get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .startsWith("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"")
        .contains(error)
        .endsWith("\"}");
  }

  @Test
  void listsSeries() throws Exception {
    assertAnswers(
        "/api/v1/series?match[]=x",
        "[{\"__name__\":\"x\",\"http.code\":\"200\",\"job\":\"a\"},{\"__name__\":\"x\",\"job\":\"b\"}]");
    assertAnswers(
        "/api/v1/series?match%5B%5D=" + encode("{quote!=\"\"}"),
        "[{\"__name__\":\"y\",\"quote\":\"\\\"\\n\\\\é😀\"}]");
    assertAnswers("/api/v1/series?match[]=none", "[]");
  }

  @Test
  void listsTheUnionOfSelectors() throws Exception {
    assertAnswers(
        "/api/v1/series?match[]="
            + encode("x{job=\"b\"}")
            + "&match[]="
            + encode("{job=~\"b|none\"}"),
        "[{\"__name__\":\"x\",\"job\":\"b\"}]");
    assertAnswers(
        "/api/v1/label/job/values?match[]=" + encode("z") + "&match[]=" + encode("x{job=\"a\"}"),
        "[\"a\",\"\uffee\",\"😀\"]");
  }

  @Test
  void takesFormsToo() throws Exception {
    HttpResponse<String> response =
        server.form("/api/v1/series?match[]=none", "match%5B%5D=" + encode("x{job=\"b\"}"));

    assertThat(response.body())
        .isEqualTo("{\"status\":\"success\",\"data\":[{\"__name__\":\"x\",\"job\":\"b\"}]}");
    assertThat(server.form("/api/v1/labels", "match[]=y").body())
        .isEqualTo("{\"status\":\"success\",\"data\":[\"__name__\",\"quote\"]}");
    assertThat(server.form("/api/v1/label/job/values", "").statusCode()).isEqualTo(405);
  }

  @Test
  void listsLabelNames() throws Exception {
    assertAnswers("/api/v1/labels", "[\"__name__\",\"http.code\",\"job\",\"quote\"]");
    assertAnswers("/api/v1/labels?match[]=z", "[\"__name__\",\"job\"]");
    assertAnswers("/api/v1/labels?match[]=none", "[]");
  }

  @Test
  void listsLabelValuesInTheOrderOfTheirBytes() throws Exception {
    assertAnswers("/api/v1/label/job/values", "[\"a\",\"b\",\"\uffee\",\"😀\"]");
    assertAnswers("/api/v1/label/__name__/values", "[\"x\",\"y\",\"z\"]");
    assertAnswers("/api/v1/label/none/values", "[]");
    assertAnswers("/api/v1/label/http.code/values", "[\"200\"]");
    assertAnswers("/api/v1/label/U__http_2e_code/values", "[\"200\"]");
  }

  @Test
  void saysThatALimitCutTheAnswer() throws Exception {
    assertThat(server.get("/api/v1/labels?limit=2").body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":[\"__name__\",\"http.code\"],"
                + "\"warnings\":[\"results truncated due to limit\"]}");
    assertAnswers("/api/v1/labels?limit=4", "[\"__name__\",\"http.code\",\"job\",\"quote\"]");
    assertAnswers("/api/v1/labels?limit=0", "[\"__name__\",\"http.code\",\"job\",\"quote\"]");
  }

  @Test
  void takesTimes() throws Exception {
    assertAnswers("/api/v1/labels?match[]=z&start=0&end=1700000000", "[\"__name__\",\"job\"]");
    assertAnswers(
        "/api/v1/labels?match[]=z&start=2023-11-14T22:13:20Z&end=2023-11-14T22:13:20.5%2B01:00"
            .replace("end=2023-11-14T22", "end=2023-11-14T23"),
        "[\"__name__\",\"job\"]");
    assertAnswers(
        "/api/v1/labels?match[]=z&start=-292273086-05-16T16:47:06Z"
            + "&end=292277025-08-18T07:12:54.999999999Z",
        "[\"__name__\",\"job\"]");
  }

  @Test
  void refusesWrongParameters() throws Exception {
    assertRefuses("/api/v1/series", "no match[] parameter provided");
    assertRefuses("/api/v1/series?match[]=%7B", "invalid parameter \\\"match[]\\\": ");
    assertRefuses("/api/v1/series?match[]=%7B%7D", "at least one matcher");
    assertRefuses("/api/v1/series?match[]=x&start=soon", "cannot parse \\\"soon\\\"");
    assertRefuses("/api/v1/labels?start=1&end=0.999", "\\\"end\\\" is before \\\"start\\\"");
    assertRefuses("/api/v1/labels?limit=many", "not a number");
    assertRefuses("/api/v1/labels?limit=-1", "limit must be non-negative");
    assertRefuses("/api/v1/series?match[]=" + encode("{a=~\"(\"}"), "match[]");
  }
}
