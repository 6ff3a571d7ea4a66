package io.calicofleet.executor.step.lockout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.lockout.ClusterNeeds;
import io.calicofleet.executor.core.lockout.HostNames;
import io.calicofleet.executor.core.lockout.NameAnswer;
import io.calicofleet.executor.core.lockout.NamedServers;
import io.calicofleet.executor.core.lockout.NetworkSetup;
import io.calicofleet.executor.core.lockout.NodeRoles;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Reads what tells who has to reach what in a cluster. What the kubeconfig may not read is left out and said. */
final class NeedsReader {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OF_NODE = "node.";

    private final ClusterApi cluster;
    private final CalicoDatastore calico;
    private final NameLookup lookup;
    private final NavigableSet<String> unread = new TreeSet<>();
    private final List<JsonNode> installed = new ArrayList<>();

    NeedsReader(ClusterApi cluster, CalicoDatastore calico, NameLookup lookup) {
        this.cluster = cluster;
        this.calico = calico;
        this.lookup = lookup;
    }

    /** What could not be read so far, as notes. */
    Collection<String> unread() {
        return unread;
    }

    /** All resources of a kind; none where they may not be read. */
    List<ObjectNode> read(CalicoKind kind) {
        return optional(kind.kind() + "s", () -> calico.list(kind));
    }

    /** All FelixConfigurations, those of one node by the name it has in Kubernetes. */
    List<ObjectNode> felixConfigurations(NodeNames names) {
        return read(CalicoKind.FELIX_CONFIGURATION).stream()
                .map(object -> {
                    String name = object.at("/metadata/name").asText();
                    if (name.startsWith(OF_NODE)) {
                        String node = name.substring(OF_NODE.length());
                        ObjectNode copy = object.deepCopy();
                        Json.child(copy, "metadata").put("name", OF_NODE + names.inKubernetes(node));
                        return copy;
                    }
                    return object;
                })
                .toList();
    }

    /** That of calico-node. */
    Map<String, String> environment() {
        return CalicoNode.find(snapshot(installed()))
                .map(CalicoNode::environment)
                .orElse(Map.of());
    }

    /** The DaemonSets, and the ConfigMaps that calico-node has its environment from. */
    private List<JsonNode> installed() {
        if (installed.isEmpty()) {
            installed.addAll(optional("DaemonSets", () -> cluster.list(Kinds.APPS, "DaemonSet")));
            CalicoNode.find(snapshot(installed))
                    .ifPresent(node -> CalicoNode.configMaps(node.daemonSet())
                            .forEach(name -> installed.addAll(configMap(
                                    node.daemonSet().at("/metadata/namespace").asText(), name))));
        }
        return installed;
    }

    /**
     * The needs of the cluster.
     *
     * @param felixConfigurations all FelixConfigurations
     */
    ClusterNeeds needs(Collection<ObjectNode> felixConfigurations) {
        return needs(felixConfigurations, false);
    }

    /**
     * The same, or as if Typha ran on every node.
     *
     * @param typhas whether it may come to run on any of them
     */
    ClusterNeeds needs(Collection<ObjectNode> felixConfigurations, boolean typhas) {
        List<JsonNode> objects = installed();
        Optional<CalicoNode> node = CalicoNode.find(snapshot(objects));
        Map<String, String> environment = environment();
        List<ObjectNode> pods = new ArrayList<>(
                optional("pods", () -> cluster.list(Kinds.CORE, "Pod", Kinds.KUBE_SYSTEM, "component=etcd")));
        pods.addAll(optional("pods", () -> cluster.list(Kinds.CORE, "Pod", "", "k8s-app=calico-typha")));
        pods.addAll(optional("pods", () -> cluster.list(Kinds.CORE, "Pod", Kinds.KUBE_SYSTEM, "tier=control-plane")));
        List<ObjectNode> bgp = new ArrayList<>(read(CalicoKind.BGP_CONFIGURATION));
        bgp.addAll(read(CalicoKind.BGP_PEER));
        List<ObjectNode> nodes = cluster.list(Kinds.CORE, "Node");
        if (typhas) {
            nodes.forEach(each -> pods.add(typha(each.at("/metadata/name").asText())));
        }
        NamedServers servers = NamedServers.of(environment, configMap("kube-public", "cluster-info"));
        return new ClusterNeeds(
                new NodeRoles(
                        nodes,
                        read(CalicoKind.NODE),
                        optional("Endpoints", () -> find("Endpoints", "default", "kubernetes")),
                        pods,
                        servers,
                        names(nodes, node, servers)),
                new NetworkSetup(
                        environment,
                        read(CalicoKind.IP_POOL),
                        felixConfigurations,
                        bgp,
                        node.map(found -> flannel(found.daemonSet(), objects)).orElse(MissingNode.getInstance())));
    }

    private static ObjectNode typha(String node) {
        ObjectNode pod = Json.object();
        Json.child(pod.putObject("metadata"), "labels").put("k8s-app", "calico-typha");
        pod.putObject("spec").put("nodeName", node).put("hostNetwork", true);
        return pod;
    }

    private HostNames names(List<ObjectNode> nodes, Optional<CalicoNode> node, NamedServers servers) {
        JsonNode podSpec =
                node.map(found -> found.daemonSet().at("/spec/template/spec")).orElse(MissingNode.getInstance());
        HostNames known = HostNames.of(nodes, podSpec);
        Map<String, NameAnswer> answers = new TreeMap<>();
        known.unknown(servers.hosts()).forEach(name -> answers.put(name, lookup.lookup(name)));
        return known.with(answers);
    }

    /** What the ConfigMap of canal says of flannel's network. */
    private static JsonNode flannel(JsonNode daemonSet, List<JsonNode> objects) {
        boolean runs = Json.elements(daemonSet.at("/spec/template/spec/containers"))
                .anyMatch(container -> Json.text(container, "name").contains("flannel"));
        if (!runs) {
            return MissingNode.getInstance();
        }
        String text = objects.stream()
                .map(object -> Json.text(object.get("data"), "net-conf.json"))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("{}");
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }

    private static ClusterSnapshot snapshot(List<JsonNode> objects) {
        return new ClusterSnapshot("", objects, Set.of(), List.of());
    }

    private List<ObjectNode> configMap(String namespace, String name) {
        return optional("ConfigMaps of " + namespace, () -> find("ConfigMap", namespace, name));
    }

    private List<ObjectNode> find(String kind, String namespace, String name) {
        return cluster.find(new ResourceRef(Kinds.CORE, kind, namespace, name)).stream()
                .toList();
    }

    private List<ObjectNode> optional(String what, Supplier<List<ObjectNode>> read) {
        try {
            return read.get();
        } catch (ClusterException e) {
            if (e.problem() != Problem.FORBIDDEN) {
                throw e;
            }
            unread.add("the lock-out guard may not read the " + what + ": what they decide was not looked at");
            return List.of();
        }
    }
}
