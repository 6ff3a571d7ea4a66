package io.calicofleet.executor.core.continuity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.felix.evaluation.FailsafePorts;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.object.Protocol;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a prober should not listen on a TCP port of the hosts, by what a cluster tells of it; a sentence each without its full stop. Programs that
 * are no pods are known where the cluster names them: the kubelet and the API server.
 */
public final class HostPort {

    private HostPort() {}

    /**
     * Who has it.
     *
     * @param nodes all Nodes
     * @param pods all pods
     * @param apiServer where the API server is
     * @return empty where nobody is known to
     */
    public static Optional<String> inUse(
            int port,
            Collection<? extends JsonNode> nodes,
            Collection<? extends JsonNode> pods,
            ApiServerObservation apiServer) {
        Stream<String> kubelets = nodes.stream()
                .filter(node ->
                        node.at("/status/daemonEndpoints/kubeletEndpoint/Port").asInt() == port)
                .map(node -> "the kubelet of " + Json.text(node.get("metadata"), "name"));
        Stream<String> servers = apiServer.onNodes().contains(port) ? Stream.of("the API server") : Stream.of();
        Stream<String> others = pods.stream()
                .filter(pod -> !Prober.isOne(pod) && has(pod, port))
                .map(pod -> "pod " + Json.text(pod.get("metadata"), "namespace") + "/"
                        + Json.text(pod.get("metadata"), "name") + " on "
                        + Json.text(pod.get("spec"), "nodeName"));
        return Stream.of(servers, kubelets, others)
                .flatMap(each -> each)
                .findFirst()
                .map(who -> "tcp/" + port + " of the hosts is used by " + who + ": name another continuity.hostPort");
    }

    /**
     * Whether Felix lets it through before any policy, on some node or to some network, now or after the upgrade.
     *
     * @param configurations all FelixConfigurations
     * @param environment that of calico-node
     * @param versions the releases of before and after
     */
    public static Optional<String> failsafe(
            int port,
            Collection<? extends JsonNode> configurations,
            Map<String, String> environment,
            Stream<CalicoVersion> versions) {
        Flow flow = Flow.of(true, Protocol.TCP, port, Optional.empty(), Optional.empty());
        return versions.filter(version ->
                        FailsafePorts.of(configurations, environment, version).mayContain(flow))
                .findFirst()
                .map(version -> "tcp/" + port + " is a failsafe port of this cluster at " + version
                        + ", which passes whatever a policy says: name another continuity.hostPort");
    }

    /** A pod that is over has no port any more; what only a probe names is listened on as well. */
    private static boolean has(JsonNode pod, int port) {
        String phase = Json.text(pod.get("status"), "phase");
        boolean ofHost = pod.at("/spec/hostNetwork").asBoolean();
        return !phase.equals("Succeeded")
                && !phase.equals("Failed")
                && !Json.text(pod.get("spec"), "nodeName").isEmpty()
                && Json.elements(pod.at("/spec/containers"))
                        .anyMatch(
                                container -> declares(container, port, ofHost) || (ofHost && probes(container, port)));
    }

    private static boolean declares(JsonNode container, int port, boolean ofHost) {
        return Json.elements(container.get("ports"))
                .filter(each -> each.path("protocol").asText("TCP").equals("TCP"))
                .anyMatch(each -> each.path("hostPort").asInt() == port
                        || (ofHost && each.path("containerPort").asInt() == port));
    }

    private static boolean probes(JsonNode container, int port) {
        return Stream.of("livenessProbe", "readinessProbe", "startupProbe")
                .map(container::path)
                .flatMap(probe -> Stream.of(probe.path("httpGet"), probe.path("tcpSocket"), probe.path("grpc")))
                .anyMatch(asked -> asked.path("port").asInt() == port);
    }
}
