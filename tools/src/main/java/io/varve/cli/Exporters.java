package io.varve.cli;

import java.util.List;

/// What the exporters of a Kubernetes cluster expose, in the syntax of {@link MetricFamily#parse}.
final class Exporters {
  static final List<MetricFamily> GO =
      MetricFamily.parse(
          """
          up scrape_duration_seconds scrape_samples_scraped scrape_samples_post_metric_relabeling
          scrape_series_added go_goroutines go_threads go_info{version=go1.24.4}
          go_sched_gomaxprocs_threads go_gc_duration_seconds{quantile=0|0.25|0.5|0.75|1}
          go_gc_duration_seconds_sum go_gc_duration_seconds_count go_gc_gogc_percent
          go_gc_gomemlimit_bytes go_memstats_alloc_bytes go_memstats_alloc_bytes_total
          go_memstats_buck_hash_sys_bytes go_memstats_frees_total go_memstats_gc_sys_bytes
          go_memstats_heap_alloc_bytes go_memstats_heap_idle_bytes go_memstats_heap_inuse_bytes
          go_memstats_heap_objects go_memstats_heap_released_bytes go_memstats_heap_sys_bytes
          go_memstats_last_gc_time_seconds go_memstats_mallocs_total go_memstats_mcache_inuse_bytes
          go_memstats_mcache_sys_bytes go_memstats_mspan_inuse_bytes go_memstats_mspan_sys_bytes
          go_memstats_next_gc_bytes go_memstats_other_sys_bytes go_memstats_stack_inuse_bytes
          go_memstats_stack_sys_bytes go_memstats_sys_bytes process_cpu_seconds_total
          process_max_fds process_network_receive_bytes_total process_network_transmit_bytes_total
          process_open_fds process_resident_memory_bytes process_start_time_seconds
          process_virtual_memory_bytes process_virtual_memory_max_bytes\
          """);

  static final List<MetricFamily> JVM =
      MetricFamily.parse(
          """
          up scrape_duration_seconds scrape_samples_scraped scrape_samples_post_metric_relabeling
          scrape_series_added process_cpu_usage process_uptime_seconds process_files_max_files
          process_files_open_files process_start_time_seconds system_cpu_count system_cpu_usage
          system_load_average_1m jvm_info{version=25.0.1} jvm_classes_loaded_classes
          jvm_classes_unloaded_classes_total jvm_compilation_time_ms_total
          jvm_threads_daemon_threads jvm_threads_live_threads jvm_threads_peak_threads
          jvm_threads_states_threads{state=new|runnable|blocked|waiting|timed-waiting|terminated}
          jvm_memory_used_bytes{area=heap,id=G1_Eden_Space|G1_Old_Gen|G1_Survivor_Space}
          jvm_memory_committed_bytes{area=heap,id=G1_Eden_Space|G1_Old_Gen|G1_Survivor_Space}
          jvm_memory_max_bytes{area=heap,id=G1_Eden_Space|G1_Old_Gen|G1_Survivor_Space}
          jvm_buffer_count_buffers{id=direct|mapped} jvm_buffer_memory_used_bytes{id=direct|mapped}
          jvm_buffer_total_capacity_bytes{id=direct|mapped} jvm_gc_live_data_size_bytes
          jvm_gc_max_data_size_bytes jvm_gc_memory_allocated_bytes_total
          jvm_gc_memory_promoted_bytes_total jvm_gc_overhead
          jvm_gc_pause_seconds_sum{action=minor|major}
          jvm_gc_pause_seconds_count{action=minor|major}
          jvm_gc_pause_seconds_max{action=minor|major} hikaricp_connections
          hikaricp_connections_active hikaricp_connections_idle hikaricp_connections_max
          hikaricp_connections_min hikaricp_connections_pending hikaricp_connections_timeout_total
          logback_events_total{level=trace|debug|info|warn|error}\
          """);

  static final List<MetricFamily> SERVICE =
      MetricFamily.parse(
          """
          http_requests_total{code=200|201|302|400|404|500|503,method=GET|POST}
          http_request_duration_seconds{method=GET|POST,code=2xx|5xx,le=$seconds}
          http_response_size_bytes{method=GET,le=$bytes} http_requests_in_flight
          grpc_server_started_total{grpc_method=Get|List|Update}
          grpc_server_msg_received_total{grpc_method=Get|List|Update}
          grpc_server_msg_sent_total{grpc_method=Get|List|Update}
          grpc_server_handled_total{grpc_method=Get|List|Update,code=OK|Canceled|NotFound|Internal|Unavailable}
          grpc_server_handling_seconds{grpc_method=Get|List,le=$fast}
          db_client_connections_usage{state=idle|used}
          db_client_operation_seconds{operation=select|insert,le=$fast} cache_hits_total
          cache_misses_total cache_evictions_total{reason=size|expired}
          kafka_consumer_records_lag{partition=0|1|2|3}
          kafka_consumer_records_consumed_total{partition=0|1|2|3}\
          """);

  static final List<MetricFamily> CADVISOR =
      MetricFamily.parse(
          """
          container_blkio_device_usage_total{operation=Read|Write} container_cpu_cfs_periods_total
          container_cpu_cfs_throttled_periods_total container_cpu_cfs_throttled_seconds_total
          container_cpu_load_average_10s container_cpu_system_seconds_total
          container_cpu_usage_seconds_total container_cpu_user_seconds_total
          container_file_descriptors container_fs_inodes_free container_fs_inodes_total
          container_fs_io_current container_fs_io_time_seconds_total container_fs_limit_bytes
          container_fs_read_seconds_total container_fs_reads_bytes_total container_fs_reads_total
          container_fs_usage_bytes container_fs_write_seconds_total container_fs_writes_bytes_total
          container_fs_writes_total container_last_seen container_memory_cache
          container_memory_failcnt
          container_memory_failures_total{failure_type=pgfault|pgmajfault,scope=container|hierarchy}
          container_memory_mapped_file container_memory_max_usage_bytes container_memory_rss
          container_memory_swap container_memory_usage_bytes container_memory_working_set_bytes
          container_oom_events_total container_network_receive_bytes_total{interface=eth0}
          container_network_receive_errors_total{interface=eth0}
          container_network_receive_packets_dropped_total{interface=eth0}
          container_network_receive_packets_total{interface=eth0}
          container_network_transmit_bytes_total{interface=eth0}
          container_network_transmit_errors_total{interface=eth0}
          container_network_transmit_packets_dropped_total{interface=eth0}
          container_network_transmit_packets_total{interface=eth0} container_processes
          container_sockets container_spec_cpu_period container_spec_cpu_quota
          container_spec_cpu_shares container_spec_memory_limit_bytes
          container_spec_memory_reservation_limit_bytes container_start_time_seconds
          container_tasks_state{state=running|sleeping|stopped|uninterruptible|iowaiting}
          container_threads container_threads_max container_ulimits_soft{ulimit=max_open_files}\
          """);

  static final List<MetricFamily> KUBE_STATE =
      MetricFamily.parse(
          """
          kube_pod_info kube_pod_created kube_pod_start_time kube_pod_owner{owner_kind=ReplicaSet}
          kube_pod_restart_policy{type=Always} kube_pod_ips kube_pod_service_account
          kube_pod_tolerations kube_pod_status_phase{phase=Pending|Running|Succeeded|Failed|Unknown}
          kube_pod_status_ready{condition=true|false|unknown}
          kube_pod_status_scheduled{condition=true|false|unknown}
          kube_pod_status_reason{reason=Evicted|NodeAffinity|NodeLost|Shutdown|UnexpectedAdmissionError}
          kube_pod_status_qos_class{qos_class=BestEffort|Burstable|Guaranteed}
          kube_pod_status_container_ready_time kube_pod_status_ready_time
          kube_pod_status_initialized_time kube_pod_status_scheduled_time kube_pod_container_info
          kube_pod_container_state_started kube_pod_container_status_ready
          kube_pod_container_status_restarts_total kube_pod_container_status_running
          kube_pod_container_status_terminated kube_pod_container_status_waiting
          kube_pod_container_resource_limits{resource=cpu|memory,unit=core|byte}
          kube_pod_container_resource_requests{resource=cpu|memory,unit=core|byte}\
          """);

  static final List<MetricFamily> NODE =
      MetricFamily.parse(
          """
          node_load1 node_load5 node_load15 node_boot_time_seconds node_time_seconds
          node_context_switches_total node_forks_total node_intr_total node_procs_blocked
          node_procs_running node_entropy_available_bits
          node_cpu_seconds_total{cpu=0|1|2|3,mode=idle|iowait|irq|nice|softirq|steal|system|user}
          node_cpu_guest_seconds_total{cpu=0|1|2|3,mode=nice|user}
          node_schedstat_running_seconds_total{cpu=0|1|2|3}
          node_schedstat_waiting_seconds_total{cpu=0|1|2|3}
          node_schedstat_timeslices_total{cpu=0|1|2|3} node_softnet_processed_total{cpu=0|1|2|3}
          node_softnet_dropped_total{cpu=0|1|2|3} node_disk_io_now{device=nvme0n1|nvme1n1}
          node_disk_io_time_seconds_total{device=nvme0n1|nvme1n1}
          node_disk_read_bytes_total{device=nvme0n1|nvme1n1}
          node_disk_read_time_seconds_total{device=nvme0n1|nvme1n1}
          node_disk_reads_completed_total{device=nvme0n1|nvme1n1}
          node_disk_writes_completed_total{device=nvme0n1|nvme1n1}
          node_disk_write_time_seconds_total{device=nvme0n1|nvme1n1}
          node_disk_written_bytes_total{device=nvme0n1|nvme1n1}
          node_filesystem_avail_bytes{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_filesystem_free_bytes{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_filesystem_size_bytes{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_filesystem_files{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_filesystem_files_free{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_filesystem_readonly{device=nvme0n1p1,mountpoint=/|/boot|/var/lib/containerd}
          node_memory_Active_bytes node_memory_AnonPages_bytes node_memory_Buffers_bytes
          node_memory_Cached_bytes node_memory_CommitLimit_bytes node_memory_Committed_AS_bytes
          node_memory_Dirty_bytes node_memory_Inactive_bytes node_memory_KernelStack_bytes
          node_memory_Mapped_bytes node_memory_MemAvailable_bytes node_memory_MemFree_bytes
          node_memory_MemTotal_bytes node_memory_PageTables_bytes node_memory_SReclaimable_bytes
          node_memory_SUnreclaim_bytes node_memory_Shmem_bytes node_memory_Slab_bytes
          node_memory_SwapFree_bytes node_memory_SwapTotal_bytes node_memory_Unevictable_bytes
          node_memory_Writeback_bytes node_network_receive_bytes_total{device=eth0|lo|cni0}
          node_network_receive_drop_total{device=eth0|lo|cni0}
          node_network_receive_errs_total{device=eth0|lo|cni0}
          node_network_receive_packets_total{device=eth0|lo|cni0}
          node_network_transmit_bytes_total{device=eth0|lo|cni0}
          node_network_transmit_drop_total{device=eth0|lo|cni0}
          node_network_transmit_errs_total{device=eth0|lo|cni0}
          node_network_transmit_packets_total{device=eth0|lo|cni0}
          node_network_up{device=eth0|lo|cni0} node_netstat_Tcp_ActiveOpens
          node_netstat_Tcp_CurrEstab node_netstat_Tcp_InSegs node_netstat_Tcp_OutSegs
          node_netstat_Tcp_PassiveOpens node_netstat_Tcp_RetransSegs node_netstat_Udp_InDatagrams
          node_netstat_Udp_InErrors node_netstat_Udp_OutDatagrams node_sockstat_TCP_alloc
          node_sockstat_TCP_inuse node_sockstat_TCP_mem node_sockstat_TCP_orphan
          node_sockstat_TCP_tw node_sockstat_UDP_inuse node_sockstat_sockets_used
          node_vmstat_oom_kill node_vmstat_pgfault node_vmstat_pgmajfault node_vmstat_pgpgin
          node_vmstat_pgpgout node_vmstat_pswpin node_vmstat_pswpout node_timex_offset_seconds
          node_timex_sync_status node_filefd_allocated node_filefd_maximum
          node_pressure_cpu_waiting_seconds_total node_pressure_io_waiting_seconds_total
          node_pressure_io_stalled_seconds_total node_pressure_memory_waiting_seconds_total
          node_pressure_memory_stalled_seconds_total
          node_scrape_collector_success{collector=cpu|diskstats|filesystem|netdev}
          node_scrape_collector_duration_seconds{collector=cpu|diskstats|filesystem|netdev}\
          """);

  static final List<MetricFamily> API_SERVER =
      MetricFamily.parse(
          """
          apiserver_request_total{verb=$verb,resource=$resource,code=200|404}
          apiserver_request_duration_seconds{verb=$verb,resource=pods|nodes|leases,le=$seconds}
          apiserver_current_inflight_requests{request_kind=mutating|readOnly}
          apiserver_longrunning_requests{resource=$resource} apiserver_audit_event_total
          apiserver_dropped_requests_total apiserver_storage_objects{resource=$resource}
          apiserver_watch_events_total{resource=$resource}
          apiserver_registered_watchers{resource=$resource}
          rest_client_requests_total{code=200|201|404|409,method=GET|PATCH|POST|PUT|DELETE}
          rest_client_request_duration_seconds{verb=GET|POST,le=$fast}
          workqueue_adds_total{name=$queue} workqueue_depth{name=$queue}
          workqueue_retries_total{name=$queue}
          workqueue_longest_running_processor_seconds{name=$queue}
          workqueue_unfinished_work_seconds{name=$queue}
          authentication_attempts{result=success|failure}
          authenticated_user_requests{username=apiserver|other}
          leader_election_master_status{name=scheduler}\
          """);

  static final List<MetricFamily> ETCD =
      MetricFamily.parse(
          """
          etcd_disk_wal_fsync_duration_seconds{le=$fast}
          etcd_disk_backend_commit_duration_seconds{le=$fast}
          etcd_network_peer_round_trip_time_seconds{to=a1b2c3d4|e5f60718,le=$fast}
          etcd_network_peer_sent_bytes_total{to=a1b2c3d4|e5f60718}
          etcd_network_peer_received_bytes_total{from=a1b2c3d4|e5f60718} etcd_server_has_leader
          etcd_server_is_leader etcd_server_leader_changes_seen_total
          etcd_server_proposals_applied_total etcd_server_proposals_committed_total
          etcd_server_proposals_failed_total etcd_server_proposals_pending
          etcd_server_slow_apply_total etcd_mvcc_db_total_size_in_bytes
          etcd_mvcc_db_total_size_in_use_in_bytes etcd_mvcc_put_total etcd_mvcc_delete_total
          etcd_mvcc_range_total etcd_mvcc_txn_total etcd_debugging_mvcc_keys_total\
          """);

  static final List<MetricFamily> COREDNS =
      MetricFamily.parse(
          """
          coredns_dns_requests_total{proto=udp|tcp,type=A|AAAA|SRV|PTR|other}
          coredns_dns_responses_total{rcode=NOERROR|NXDOMAIN|SERVFAIL|REFUSED}
          coredns_dns_request_duration_seconds{le=$fast}
          coredns_dns_response_size_bytes{proto=udp|tcp,le=$bytes}
          coredns_cache_entries{type=success|denial} coredns_cache_hits_total{type=success|denial}
          coredns_cache_misses_total coredns_forward_requests_total coredns_panics_total
          coredns_plugin_enabled{name=cache|errors|forward|health|kubernetes|loop|ready}
          coredns_health_request_duration_seconds{le=$fast}\
          """);

  private Exporters() {}
}
