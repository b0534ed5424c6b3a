package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MetricsEndpointTest {
  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE|UNIT) [a-zA-Z_:]\\w* ?.*");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:]\\w*(\\{(\\w+=\"([^\"\\\\]|\\\\.)*\",?)+})? (NaN|[+-]Inf|[-+0-9.E]+)");

  @Test
  void showsTheFiguresOfTheStoreUnderTheNamesOfPrometheus() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      server.write(request(series("__name__", "x").addSamples(sample(NOW, 1))));

      assertThat(server.get("/metrics").body().lines())
          .contains(
              "# TYPE prometheus_tsdb_head_series gauge",
              "prometheus_tsdb_head_series 1.0",
              "prometheus_tsdb_head_chunks 2.0",
              "prometheus_tsdb_head_chunks_storage_size_bytes 3.0",
              "prometheus_tsdb_head_min_time 4000.0",
              "prometheus_tsdb_head_max_time 5000.0",
              "prometheus_tsdb_head_min_time_seconds 4.0",
              "prometheus_tsdb_head_max_time_seconds 5.0",
              "prometheus_tsdb_head_active_appenders 6.0",
              "# TYPE prometheus_tsdb_head_series_created_total counter",
              "prometheus_tsdb_head_series_created_total 7.0",
              "prometheus_tsdb_head_series_removed_total 8.0",
              "# TYPE prometheus_tsdb_head_samples_appended_total counter",
              "prometheus_tsdb_head_samples_appended_total{type=\"float\"} 1.0",
              "prometheus_tsdb_out_of_order_samples_total{type=\"float\"} 10.0",
              "prometheus_tsdb_out_of_bound_samples_total{type=\"float\"} 11.0",
              "prometheus_tsdb_too_old_samples_total{type=\"float\"} 12.0",
              "prometheus_tsdb_exemplar_exemplars_appended_total 42.0",
              "prometheus_tsdb_exemplar_exemplars_in_storage 39.0",
              "prometheus_tsdb_exemplar_series_with_exemplars_in_storage 40.0",
              "prometheus_tsdb_exemplar_last_exemplars_timestamp_seconds 41.0",
              "prometheus_tsdb_exemplar_max_exemplars 38.0",
              "# TYPE prometheus_tsdb_exemplar_out_of_order_exemplars_total counter",
              "prometheus_tsdb_exemplar_out_of_order_exemplars_total 43.0",
              "varve_exemplars_too_long_total 44.0",
              "prometheus_tsdb_head_truncations_total 13.0",
              "prometheus_tsdb_blocks_loaded 14.0",
              "prometheus_tsdb_storage_blocks_bytes 15.0",
              "prometheus_tsdb_symbol_table_size_bytes 16.0",
              "prometheus_tsdb_lowest_timestamp 17000.0",
              "prometheus_tsdb_lowest_timestamp_seconds 17.0",
              "prometheus_tsdb_compactions_total 18.0",
              "prometheus_tsdb_compactions_failed_total 19.0",
              "prometheus_tsdb_time_retentions_total 20.0",
              "prometheus_tsdb_reloads_total 21.0",
              "prometheus_tsdb_reloads_failures_total 22.0",
              "varve_damaged_blocks_total 56.0",
              "prometheus_tsdb_wal_segment_current 23.0",
              "prometheus_tsdb_wal_storage_size_bytes 24.0",
              "prometheus_tsdb_wal_page_flushes_total 25.0",
              "# TYPE prometheus_tsdb_wal_fsync_duration_seconds summary",
              "prometheus_tsdb_wal_fsync_duration_seconds_count 26",
              "prometheus_tsdb_wal_fsync_duration_seconds_sum 27.0",
              "prometheus_tsdb_wal_writes_failed_total 28.0",
              "prometheus_tsdb_wal_truncations_total 29.0",
              "prometheus_tsdb_checkpoint_creations_total 30.0",
              "prometheus_tsdb_checkpoint_creations_failed_total 31.0",
              "prometheus_tsdb_wal_corruptions_total 32.0",
              "prometheus_tsdb_wal_replay_unknown_refs_total{type=\"samples\"} 33.0",
              "prometheus_tsdb_head_out_of_order_samples_appended_total{type=\"float\"} 38.0",
              "prometheus_tsdb_head_out_of_order_samples_appended_total{type=\"histogram\"} 39.0",
              "prometheus_tsdb_out_of_order_wbl_segment_current 40.0",
              "prometheus_tsdb_out_of_order_wbl_storage_size_bytes 41.0",
              "prometheus_tsdb_out_of_order_wbl_page_flushes_total 42.0",
              "prometheus_tsdb_out_of_order_wbl_fsync_duration_seconds_count 43",
              "prometheus_tsdb_out_of_order_wbl_fsync_duration_seconds_sum 44.0",
              "prometheus_tsdb_out_of_order_wbl_writes_failed_total 45.0",
              "prometheus_tsdb_out_of_order_wbl_truncations_total 46.0",
              "prometheus_tsdb_wbl_replay_unknown_refs_total{type=\"samples\"} 47.0",
              "# TYPE prometheus_tsdb_head_stale_series gauge",
              "prometheus_tsdb_head_stale_series 50.0",
              "prometheus_tsdb_stale_series_compactions_triggered_total 51.0",
              "prometheus_tsdb_stale_series_compactions_failed_total 52.0",
              "# TYPE prometheus_tsdb_isolation_low_watermark gauge",
              "prometheus_tsdb_isolation_low_watermark 54.0",
              "# TYPE prometheus_tsdb_isolation_high_watermark gauge",
              "prometheus_tsdb_isolation_high_watermark 55.0",
              "prometheus_tsdb_vertical_compactions_total 57.0",
              "prometheus_tsdb_compactions_skipped_total 58.0",
              "varve_compaction_left_out_blocks 59.0",
              "varve_compaction_read_bytes_total 60.0",
              "varve_compaction_written_bytes_total 61.0",
              "prometheus_tsdb_compaction_duration_seconds_count 56",
              "prometheus_tsdb_compaction_duration_seconds_sum 62.0",
              "# TYPE prometheus_tsdb_compaction_populating_block gauge",
              "prometheus_tsdb_compaction_populating_block 1.0",
              "varve_compaction_block_bytes 70.0",
              "varve_compaction_progress_ratio{step=\"labels\"} 1.0",
              "varve_compaction_progress_ratio{step=\"series\"} 0.75",
              "varve_compaction_progress_ratio{step=\"postings\"} 0.0",
              "varve_wal_fsyncs_failed_total 56.0",
              "varve_wal_doubtful 1.0",
              "varve_disk_reserve_bytes 57.0",
              "varve_disk_free_bytes 58.0",
              "varve_disk_reserve_touched 1.0",
              "varve_suspended_writes_total 59.0",
              "prometheus_tsdb_data_replay_duration_seconds 34.0",
              "prometheus_tsdb_clean_start 1.0");
    }
  }

  @Test
  void countsRequestsAndSamples() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve(), o -> o.withVersion("1.2.3"))) {
      server.write(request(series("__name__", "x").addSamples(sample(NOW, 1))));
      server.write(request(series("x", "y").addSamples(sample(NOW, 1))));
      server.get("/api/v1/label/job/values");
      server.get("/api/v1/write");

      List<String> lines = server.get("/metrics").body().lines().toList();

      assertThat(lines)
          .contains(
              "prometheus_http_requests_total{code=\"204\",handler=\"/api/v1/write\"} 1.0",
              "prometheus_http_requests_total{code=\"400\",handler=\"/api/v1/write\"} 1.0",
              "prometheus_http_requests_total{code=\"405\",handler=\"/api/v1/write\"} 1.0",
              "prometheus_http_requests_total{code=\"200\",handler=\"/api/v1/label/:name/values\"}"
                  + " 1.0",
              "# TYPE prometheus_http_request_duration_seconds histogram",
              "prometheus_http_request_duration_seconds_bucket{handler=\"/api/v1/write\",le=\"+Inf\"}"
                  + " 3",
              "prometheus_http_request_duration_seconds_count{handler=\"/api/v1/write\"} 3",
              "prometheus_remote_read_handler_queries 0.0",
              "prometheus_api_remote_write_invalid_labels_samples_total 1.0",
              "varve_remote_write_samples_total 1.0",
              "varve_remote_write_rejected_samples_total{reason=\"invalid labels\"} 1.0")
          .anyMatch(line -> line.startsWith("varve_build_info{") && line.contains("\"1.2.3\""));
    }
  }

  @Test
  void showsTheFiguresOfTheProcess() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      List<String> names =
          server.get("/metrics").body().lines().map(line -> line.split("[{ ]", 2)[0]).toList();

      assertThat(names)
          .contains(
              "process_cpu_seconds_total",
              "process_resident_memory_bytes",
              "process_start_time_seconds",
              "process_open_fds",
              "jvm_memory_used_bytes",
              "jvm_gc_collection_seconds_count",
              "jvm_threads_current");
    }
  }

  @Test
  void writesPrometheusTextByDefault() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      HttpResponse<String> response = server.get("/metrics");

      assertThat(response.headers().firstValue("Content-Type"))
          .get()
          .asString()
          .startsWith("text/plain; version=0.0.4");
      assertThat(response.body().lines())
          .allMatch(line -> COMMENT.matcher(line).matches() || SAMPLE.matcher(line).matches())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void writesOpenMetricsToThoseWhoAskForIt() throws Exception {
    try (TestServer server = TestServer.over(new MemoryVarve())) {
      HttpResponse<String> response =
          server.send(
              server
                  .request("/metrics")
                  .header(
                      "Accept",
                      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"));

      assertThat(response.headers().firstValue("Content-Type"))
          .get()
          .asString()
          .startsWith("application/openmetrics-text");
      assertThat(response.body())
          .contains("# TYPE prometheus_tsdb_head_samples_appended counter\n")
          .contains("prometheus_tsdb_head_samples_appended_total{type=\"float\"} 0.0\n")
          .endsWith("# EOF\n");
    }
  }
}
