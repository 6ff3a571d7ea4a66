package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.model.Json;
import io.calicofleet.model.felix.evaluation.FailsafePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a data plane needs beside its field: a kernel, a way to the API server, a kube-proxy that is there or is not.
 *
 * <p>The kernels are those of {@code felix/bpf/bpf.go} ({@code SupportsBPFDataplane}), below which Felix goes on without eBPF and says so in its log only.
 */
final class DataPlane {

    private static final Pattern KERNEL =
            Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?(?:-(\\d{1,6}))?.*");
    private static final String ENDPOINT = "kubernetes-services-endpoint";

    private final ClusterSnapshot snapshot;
    private final CalicoNode node;
    private final JsonNode afterwards;

    /**
     * That of a cluster.
     *
     * @param afterwards the spec of FelixConfiguration default with the change in it
     */
    DataPlane(ClusterSnapshot snapshot, CalicoNode node, JsonNode afterwards) {
        this.snapshot = snapshot;
        this.node = node;
        this.afterwards = afterwards;
    }

    /** What speaks against this value of a field here. */
    List<String> refusals(String field, @Nullable JsonNode value) {
        if (!field.equals("bpfEnabled")) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        boolean proxy = snapshot.all("DaemonSet")
                .filter(set -> named(set).equals("kube-proxy"))
                .anyMatch(set -> set.at("/status/desiredNumberScheduled").asInt() > 0);
        if (value == null || !value.asBoolean()) {
            if (!proxy) {
                all.add(
                        "Without eBPF somebody has to serve Services, and there is no DaemonSet kube-proxy with pods: start it first");
            }
            return all;
        }
        if (node.env("KUBERNETES_SERVICE_HOST").isEmpty()) {
            endpoint().ifPresent(all::add);
        }
        if (proxy && afterwards.path("bpfKubeProxyIptablesCleanupEnabled").asBoolean(true)) {
            all.add(
                    "kube-proxy runs, and Felix with eBPF would remove its rules each time it writes them. Stop kube-proxy first, or set"
                            + " bpfKubeProxyIptablesCleanupEnabled: false with bpfEnabled");
        }
        List<String> old = nodesBelow(5, 3);
        if (!old.isEmpty()) {
            all.add(
                    "eBPF needs Linux 5.3, or 4.18.0-193 of Red Hat, and Felix of a node without goes on by iptables, beside those with eBPF: "
                            + some(old));
        }
        return all;
    }

    /** What is to be known of the nodes, to be added to what a field does; empty where nothing is. */
    String nodes(String field, @Nullable JsonNode value) {
        if (!field.startsWith("wireguardEnabled") || value == null || !value.asBoolean()) {
            return "";
        }
        List<String> old = nodesBelow(5, 6);
        return old.isEmpty()
                ? ""
                : ". Linux has WireGuard from 5.6 on; whether these nodes have it as a module cannot be seen: "
                        + some(old);
    }

    /** Which failsafe ports are open no more, as a sentence without its full stop; empty where none is. */
    Optional<String> closed(String field, List<JsonNode> configurations) {
        boolean inbound = field.startsWith("failsafeInbound");
        Optional<CalicoVersion> version = node.oldestVersion(snapshot);
        if (version.isEmpty()) {
            return Optional.of("Which ports are open on nodes whatever policies say cannot be told");
        }
        List<JsonNode> changed = new ArrayList<>(configurations);
        changed.removeIf(object -> named(object).equals(ChangedResource.DEFAULT));
        ObjectNode then = Json.object();
        Json.child(then, "metadata").put("name", ChangedResource.DEFAULT);
        then.set("spec", afterwards);
        changed.add(then);
        List<FailsafePort> before = ports(configurations, version.get(), inbound);
        before.removeAll(ports(changed, version.get(), inbound));
        return before.isEmpty()
                ? Optional.empty()
                : Optional.of("These ports are open " + (inbound ? "to" : "from")
                        + " nodes with host endpoints now whatever policies say, and then only where a policy allows it: "
                        + some(before.stream().map(FailsafePort::toString).toList())
                        + ". Whoever reaches a node or its API server by them alone is locked out");
    }

    private List<FailsafePort> ports(List<JsonNode> configurations, CalicoVersion version, boolean inbound) {
        FailsafeObservation open =
                FailsafePorts.of(configurations, node.environment(), version).onAll(List.of());
        return new ArrayList<>(inbound ? open.inbound() : open.outbound());
    }

    /** Why calico-node would lose the API server, which it reaches by kube-proxy; empty where it would not. */
    private Optional<String> endpoint() {
        String namespace = node.daemonSet().at("/metadata/namespace").asText();
        String what = "With eBPF calico-node has to reach the API server without kube-proxy: ";
        Optional<JsonNode> map = snapshot.all("ConfigMap")
                .filter(object -> named(object).equals(ENDPOINT)
                        && object.at("/metadata/namespace").asText().equals(namespace))
                .findFirst();
        if (map.isEmpty()
                || map.get().at("/data/KUBERNETES_SERVICE_HOST").asText().isEmpty()) {
            return Optional.of(
                    what + "create the ConfigMap " + namespace + "/" + ENDPOINT
                            + " with KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of the API server, and restart calico-node");
        }
        boolean taken = Json.elements(node.daemonSet().at("/spec/template/spec/containers"))
                .flatMap(container -> Json.elements(container.get("envFrom")))
                .anyMatch(source -> source.at("/configMapRef/name").asText().equals(ENDPOINT));
        if (!taken) {
            return Optional.of(
                    what + "its DaemonSet does not take the ConfigMap " + ENDPOINT + " into its environment (envFrom)");
        }
        String made = map.get().at("/metadata/creationTimestamp").asText();
        List<String> older = snapshot.all("Pod")
                .filter(pod -> Json.elements(pod.at("/metadata/ownerReferences"))
                        .anyMatch(owner -> Json.text(owner, "uid")
                                .equals(node.daemonSet().at("/metadata/uid").asText())))
                .filter(pod -> pod.at("/metadata/creationTimestamp").asText().compareTo(made) < 0)
                .map(DataPlane::named)
                .sorted()
                .toList();
        return older.isEmpty()
                ? Optional.empty()
                : Optional.of(what + "these pods are older than the ConfigMap " + ENDPOINT
                        + ", which is read when they start: " + some(older) + ". Restart calico-node");
    }

    /** The nodes of Linux whose kernel is older; Red Hat's 4.18.0-193 has what eBPF needs, and no WireGuard. */
    private List<String> nodesBelow(int major, int minor) {
        return snapshot.all("Node")
                .filter(each -> Json.text(each, "apiVersion").equals("v1"))
                .filter(each ->
                        !each.at("/status/nodeInfo/operatingSystem").asText().equals("windows"))
                .filter(each ->
                        isBelow(each.at("/status/nodeInfo/kernelVersion").asText(), major, minor))
                .map(each -> named(each) + " ("
                        + each.at("/status/nodeInfo/kernelVersion").asText() + ")")
                .sorted()
                .toList();
    }

    private static boolean isBelow(String kernel, int major, int minor) {
        Matcher version = KERNEL.matcher(kernel);
        if (!version.matches()) {
            return true; // what is not known is not assumed
        }
        int found = Integer.parseInt(version.group(1));
        int part = Integer.parseInt(version.group(2));
        boolean redHat = minor == 3
                && kernel.contains(".el8")
                && found == 4
                && part == 18
                && version.group(4) != null
                && Integer.parseInt(version.group(4)) >= 193;
        return !redHat && (found < major || (found == major && part < minor));
    }

    static String some(List<String> names) {
        int most = 10;
        return String.join(", ", names.subList(0, Math.min(most, names.size())))
                + (names.size() > most ? " and " + (names.size() - most) + " more" : "");
    }

    private static String named(JsonNode object) {
        return object.at("/metadata/name").asText();
    }
}
