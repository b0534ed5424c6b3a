package io.varve.cli;

import io.varve.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Makes up series as a Prometheus in Kubernetes sees them: two clusters, each with a control
/// plane, then node after node with its pods, until there are enough. Every series has ten labels
/// that say where it comes from, and up to three more of its own.
///
/// The same count gives the same series, and a smaller count the first of a larger one. Neither `,`
/// nor `:` is in a name or value (an instance has no port), since {@link SeriesFile} splits there.
final class KubernetesSeries {
  private static final long SEED = 1;
  private static final List<String> REGIONS = List.of("eu-west-1", "us-east-1");
  private static final int PODS_PER_NODE = 12;

  /// What Kubernetes makes generated names of: no vowels, and nothing that looks like one.
  private static final String HASH_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final List<String> GO_WORKLOADS =
      List.of(
          "shop/frontend",
          "shop/cart",
          "shop/checkout",
          "shop/catalog",
          "shop/currency",
          "shop/shipping",
          "platform/auth-gateway",
          "platform/user-profile",
          "platform/webhook-relay",
          "platform/feature-flags",
          "ingress/traefik",
          "monitoring/alert-router",
          "monitoring/log-shipper",
          "ci/build-runner");
  private static final List<String> JVM_WORKLOADS =
      List.of(
          "shop/payment",
          "shop/recommendation",
          "shop/order-history",
          "platform/notification",
          "platform/search-api",
          "billing/ledger",
          "billing/invoice-worker",
          "billing/fraud-detector",
          "data/event-store",
          "data/report-builder");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Map<String, String> replicaSets = new HashMap<>();
  private final Map<String, String> addresses = new HashMap<>();
  private final Consumer<Labels> sink;
  private int left;

  private KubernetesSeries(int count, Consumer<Labels> sink) {
    this.left = count;
    this.sink = sink;
  }

  /// Gives {@code count} different series to {@code sink}.
  static void generate(int count, Consumer<Labels> sink) {
    new KubernetesSeries(count, sink).generate();
  }

  private void generate() {
    for (String region : REGIONS) {
      controlPlane(region);
    }
    for (int node = 0; left > 0; node++) {
      node(REGIONS.get(node % REGIONS.size()));
    }
  }

  private void controlPlane(String region) {
    String node = nodeName(region);
    expose(staticPod(region, node, "kube-apiserver"), Exporters.GO, Exporters.API_SERVER);
    expose(staticPod(region, node, "etcd"), Exporters.GO, Exporters.ETCD);
    for (int replica = 0; replica < 2; replica++) {
      expose(pod(region, node, "kube-system", "coredns"), Exporters.GO, Exporters.COREDNS);
    }
  }

  private void node(String region) {
    String node = nodeName(region);
    expose(daemon(region, node, "monitoring", "node-exporter"), Exporters.NODE);
    expose(daemon(region, node, "kube-system", "kube-proxy"), Exporters.GO);
    for (int i = 0; i < PODS_PER_NODE; i++) {
      boolean jvm = random.nextInt(3) == 0;
      String[] workload = pick(jvm ? JVM_WORKLOADS : GO_WORKLOADS).split("/", -1);
      Target pod = pod(region, node, workload[0], workload[1]);
      expose(pod, jvm ? Exporters.JVM : Exporters.GO, Exporters.SERVICE);
      expose(pod.seenBy("kubelet", "https-metrics", addressOf(node)), Exporters.CADVISOR);
      String stateMetrics = "kube-state-metrics";
      expose(
          pod.seenBy(stateMetrics, "http", addressOf(stateMetrics + '.' + region)),
          Exporters.KUBE_STATE);
    }
  }

  private Target staticPod(String region, String node, String app) {
    return target(region, node, "kube-system", app + '-' + node, app, "https-metrics");
  }

  private Target daemon(String region, String node, String namespace, String app) {
    return target(region, node, namespace, app + '-' + hash(5), app, "metrics");
  }

  private Target pod(String region, String node, String namespace, String app) {
    String replicaSet = replicaSets.computeIfAbsent(region + app, _ -> app + '-' + hash(10));
    return target(region, node, namespace, replicaSet + '-' + hash(5), app, "http-metrics");
  }

  private Target target(
      String region, String node, String namespace, String pod, String app, String endpoint) {
    return new Target(region, node, namespace, pod, app, app, endpoint, addressOf(pod));
  }

  private String addressOf(String host) {
    return addresses.computeIfAbsent(
        host,
        _ ->
            "10."
                + random.nextInt(64, 128)
                + '.'
                + random.nextInt(256)
                + '.'
                + random.nextInt(1, 255));
  }

  private String nodeName(String region) {
    return "ip-10-"
        + random.nextInt(64)
        + '-'
        + random.nextInt(256)
        + '-'
        + random.nextInt(1, 255)
        + '.'
        + region
        + ".compute.internal";
  }

  private String hash(int length) {
    var hash = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      hash.append(HASH_ALPHABET.charAt(random.nextInt(HASH_ALPHABET.length())));
    }
    return hash.toString();
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @SafeVarargs
  private void expose(Target target, List<MetricFamily>... exporters) {
    Labels labels = target.labels();
    for (List<MetricFamily> families : exporters) {
      for (MetricFamily family : families) {
        family.expand(labels, this::emit);
      }
    }
  }

  private void emit(Labels series) {
    if (left > 0) {
      left--;
      sink.accept(series);
    }
  }

  /// A container in a pod, and the job, port and address it is scraped by.
  private record Target(
      String region,
      String node,
      String namespace,
      String pod,
      String container,
      String job,
      String endpoint,
      String instance) {
    /// The same container as another exporter tells of it.
    Target seenBy(String exporter, String port, String address) {
      return new Target(region, node, namespace, pod, container, exporter, port, address);
    }

    Labels labels() {
      return Labels.of(
          "cluster", "prod-" + region,
          "container", container,
          "endpoint", endpoint,
          "instance", instance,
          "job", job,
          "namespace", namespace,
          "node", node,
          "pod", pod,
          "service", job);
    }
  }
}
