package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdForm;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything Calico keeps in an etcd, as the Kubernetes datastore of the same release keeps it. Each entry becomes an object,
 * annotations of a node, is left out because Kubernetes has it, or is a reason not to move; none is lost without a word.
 *
 * @param objects objects of crd.projectcalico.org/v1, without ClusterInformation, in the order to create them
 * @param information ClusterInformation as Calico sees it in etcd; empty where there is none
 * @param nodes what annotations each node of Kubernetes has of Calico's
 * @param labels what labels each node of Kubernetes has in etcd
 * @param leftOut how many entries have no place there, by what they are
 * @param refusals why it must not be moved, a sentence each without its full stop
 */
public record DatastoreMove(
        List<ObjectNode> objects,
        Optional<ObjectNode> information,
        Map<String, Map<String, String>> nodes,
        Map<String, Map<String, String>> labels,
        Map<String, Integer> leftOut,
        List<String> refusals) {

    /** What the keys of all that Calico keeps in etcd begin with. */
    public static final String ROOT = "/calico/";

    /** Every annotation that a node may have of Calico's. */
    public static final Set<String> NODE_ANNOTATIONS = MovedNode.ANNOTATIONS;

    /** The kinds a move makes objects of; those of IPAM have no form that people see. */
    public static final List<String> KINDS = kinds();

    static final String RESOURCES = "/calico/resources/v3/projectcalico.org/";
    static final String WORKLOADS = "workloadendpoints";
    private static final List<String> MADE_UP_PROFILES = List.of("kns.", "ksa.");
    private static final String ALLOW_PROFILE = "projectcalico-default-allow";

    /** Felix of old wrote these as it liked; the definitions take them in one form only. */
    private static final List<String> ACTIONS = List.of(
            "defaultEndpointToHostAction",
            "iptablesFilterAllowAction",
            "iptablesMangleAllowAction",
            "iptablesFilterDenyAction");

    /** What the API server takes as a name: RFC 1123. */
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*+");

    private static final int LONGEST_NAME = 253;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public DatastoreMove {
        objects = List.copyOf(objects);
        nodes = new TreeMap<>(nodes);
        labels = new TreeMap<>(labels);
        leftOut = new TreeMap<>(leftOut);
        refusals = List.copyOf(refusals);
    }

    private static List<String> kinds() {
        List<String> kinds = new ArrayList<>(Arrays.stream(CalicoKind.values())
                .filter(kind -> kind != CalicoKind.NODE && kind != CalicoKind.PROFILE)
                .map(CalicoKind::kind)
                .toList());
        kinds.addAll(List.of("BlockAffinity", "IPAMBlock", "IPAMHandle", "IPAMConfig"));
        return List.copyOf(kinds);
    }

    /**
     * Works it out.
     *
     * @param entries what is in etcd under {@link #ROOT}, by key
     * @param version the release that runs
     * @param kubernetesNodes the nodes there are in Kubernetes
     * @param namespaces the namespaces there are, without those that end
     * @param begun whether it goes on under our lock: what goes away in Kubernetes then is left out, and no reason to stop
     */
    public static DatastoreMove of(
            SortedMap<String, String> entries,
            CalicoVersion version,
            Set<String> kubernetesNodes,
            Set<String> namespaces,
            boolean begun) {
        return new Reading(entries, entries, version, kubernetesNodes, namespaces, begun).move();
    }

    /**
     * The same under our lock, where a node of Calico that is gone meanwhile still has the name it had.
     *
     * @param before what etcd held before
     */
    public static DatastoreMove later(
            SortedMap<String, String> entries,
            SortedMap<String, String> before,
            CalicoVersion version,
            Set<String> kubernetesNodes,
            Set<String> namespaces) {
        return new Reading(entries, before, version, kubernetesNodes, namespaces, true).move();
    }

    /** How many of each kind become objects or annotations, for people. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        objects.forEach(object -> counts.merge(object.path("kind").asText(), 1, Integer::sum));
        information.ifPresent(unused -> counts.put(CalicoKind.CLUSTER_INFORMATION.kind(), 1));
        if (!nodes.isEmpty()) {
            counts.put(CalicoKind.NODE.kind(), nodes.size());
        }
        return counts;
    }

    private static final class Reading {

        private final SortedMap<String, String> entries;
        private final SortedMap<String, String> before;
        private final CalicoVersion version;
        private final Set<String> kubernetesNodes;
        private final Set<String> namespaces;
        private final boolean begun;
        private final Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> nodes = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> labels = new LinkedHashMap<>();
        private final Map<String, Integer> leftOut = new TreeMap<>();
        private final List<String> refusals = new ArrayList<>();
        private Optional<ObjectNode> information = Optional.empty();
        private NodeNames names = new NodeNames(List.of());

        Reading(
                SortedMap<String, String> entries,
                SortedMap<String, String> before,
                CalicoVersion version,
                Set<String> kubernetesNodes,
                Set<String> namespaces,
                boolean begun) {
            this.entries = entries;
            this.before = before;
            this.version = version;
            this.kubernetesNodes = kubernetesNodes;
            this.namespaces = namespaces;
            this.begun = begun;
        }

        DatastoreMove move() {
            String prefix = EtcdForm.prefix(CalicoKind.NODE);
            names = new NodeNames(Stream.of(before, entries)
                    .flatMap(all -> all.tailMap(prefix).entrySet().stream()
                            .takeWhile(entry -> entry.getKey().startsWith(prefix)))
                    .flatMap(entry -> parsed(entry.getValue()).stream())
                    .toList());
            MovedIpam ipam = new MovedIpam(names);
            entries.forEach((key, value) -> {
                Optional<ObjectNode> parsed = parsed(value);
                if (parsed.isEmpty() && (key.startsWith(RESOURCES) || key.startsWith(MovedIpam.ROOT))) {
                    // An affinity of a block of old has no value.
                    if (!value.isEmpty() || !key.startsWith(MovedIpam.ROOT + "host/")) {
                        refusals.add("etcd holds no object under " + key + ". Delete it, or put it right, then retry");
                        return;
                    }
                    parsed = Optional.of(Json.object());
                }
                if (key.startsWith(RESOURCES)) {
                    resource(key, value, parsed.orElseThrow());
                } else if (key.startsWith(MovedIpam.ROOT)) {
                    ipam(ipam, key, parsed.orElseThrow());
                } else {
                    // Reports of Felix, and what releases before v3 had.
                    leave("entries outside of resources and IPAM");
                }
            });
            if (information.isEmpty()) {
                refusals.add("etcd holds no ClusterInformation, so that nobody can tell whether its data is of "
                        + version + ". See whether calico-node uses this etcd");
            }
            List<ObjectNode> ordered = new ArrayList<>(objects.values());
            ordered.sort(Comparator.comparingInt(
                    object -> KINDS.indexOf(object.path("kind").asText())));
            return new DatastoreMove(ordered, information, nodes, labels, leftOut, refusals);
        }

        private void ipam(MovedIpam ipam, String key, ObjectNode value) {
            try {
                ipam.object(key.substring(MovedIpam.ROOT.length()), value)
                        .ifPresentOrElse(
                                object -> put(key, object),
                                () -> refusals.add(
                                        "etcd holds " + key + " in IPAM, which has no known place in Kubernetes"));
            } catch (IllegalArgumentException e) {
                refusals.add(
                        "etcd holds " + key + ", of which " + e.getMessage() + " has no known place in Kubernetes");
            }
        }

        private void resource(String key, String value, ObjectNode parsed) {
            String[] parts = key.substring(RESOURCES.length()).split("/", -1);
            Optional<CalicoKind> known = Arrays.stream(CalicoKind.values())
                    .filter(kind -> kind.plural().equals(parts[0]))
                    .findFirst();
            if (parts[0].equals(WORKLOADS)) {
                workload(parts, parsed);
            } else if (known.isEmpty()) {
                refusals.add("etcd holds " + key + ", a kind of resource that has no known place in Kubernetes");
            } else {
                EtcdForm.toV3(known.get(), value, 0).ifPresent(v3 -> resource(known.get(), key, v3));
            }
        }

        /** On Kubernetes they are the pods. */
        private void workload(String[] parts, ObjectNode parsed) {
            String orchestrator = Json.text(parsed.get("spec"), "orchestrator");
            if (orchestrator.equals("k8s")) {
                leave("WorkloadEndpoints, which are the pods");
            } else {
                refusals.add("WorkloadEndpoint " + parts[parts.length - 1] + " is of the orchestrator '" + orchestrator
                        + "', which the Kubernetes datastore does not serve");
            }
        }

        private void resource(CalicoKind kind, String key, ObjectNode v3) {
            ObjectNode metadata = Json.child(v3, "metadata");
            String name = Json.text(metadata, "name");
            switch (kind) {
                case CLUSTER_INFORMATION -> {
                    if (name.equals("default")) {
                        information = Optional.of(v3);
                        version(v3);
                    } else {
                        refusals.add("etcd holds a ClusterInformation " + name + " beside 'default'");
                    }
                }
                case NODE -> node(name, v3);
                case PROFILE -> profile(name);
                case NETWORK_POLICY, NETWORK_SET -> {
                    String namespace = Json.text(metadata, "namespace");
                    if (kind == CalicoKind.NETWORK_POLICY && name.startsWith("knp.")) {
                        leave("NetworkPolicies of Kubernetes");
                    } else if (!namespaces.contains(namespace) && begun) {
                        leave("policies and sets of namespaces that are gone");
                    } else if (!namespaces.contains(namespace)) {
                        refusals.add(kind.kind() + " " + namespace + "/" + name
                                + " is in a namespace that Kubernetes does not have. Delete it, then retry");
                    } else {
                        put(kind, key, v3);
                    }
                }
                case HOST_ENDPOINT -> {
                    ObjectNode endpoint = names.inKubernetes(v3);
                    String node = Json.text(v3.get("spec"), "node");
                    if (AutoHostEndpoints.isAutomatic(endpoint) && name.equals(node + "-auto-hep")) {
                        Json.child(endpoint, "metadata").put("name", names.inKubernetes(node) + "-auto-hep");
                    }
                    put(kind, key, endpoint);
                }
                case BGP_PEER, CALICO_NODE_STATUS -> put(kind, key, names.inKubernetes(v3));
                case FELIX_CONFIGURATION, BGP_CONFIGURATION -> {
                    if (name.startsWith("node.")) {
                        metadata.put("name", "node." + names.inKubernetes(name.substring("node.".length())));
                    }
                    ACTIONS.forEach(field -> capitalize(Json.child(v3, "spec"), field));
                    put(kind, key, v3);
                }
                default -> put(kind, key, v3);
            }
        }

        private static void capitalize(ObjectNode spec, String field) {
            String action = Json.text(spec, field);
            if (!action.isEmpty()) {
                spec.put(
                        field,
                        action.substring(0, 1).toUpperCase(Locale.ROOT)
                                + action.substring(1).toLowerCase(Locale.ROOT));
            }
        }

        private void version(ObjectNode v3) {
            String said = Json.text(v3.get("spec"), "calicoVersion");
            if (CalicoVersion.tryParse(said).filter(version::equals).isEmpty()) {
                refusals.add("ClusterInformation in etcd is of '" + said + "', and " + version
                        + " runs. Finish the upgrade first, and see whether all of calico-node is of one release");
            }
        }

        private void node(String name, ObjectNode v3) {
            Optional<String> kubernetes = NodeNames.kubernetesNode(v3);
            if (kubernetes.isEmpty()) {
                refusals.add("node " + name
                        + " of Calico does not say which node of Kubernetes it is (an orchRef k8s). Delete"
                        + " it with `calicoctl delete node " + name + "` if it is none, then retry");
                return;
            }
            String node = kubernetes.get();
            if (!kubernetesNodes.contains(node) && begun) {
                leave("nodes that Kubernetes has no more");
                return;
            }
            if (!kubernetesNodes.contains(node)) {
                refusals.add("node " + name + " of Calico is node " + node
                        + " of Kubernetes, which is not there. Delete it with `calicoctl delete node " + name
                        + "`, then retry");
                return;
            }
            List<String> unknown = MovedNode.unknown(v3);
            if (!unknown.isEmpty()) {
                refusals.add("node " + name + " of Calico has " + String.join(", ", unknown)
                        + ", which has no known place in Kubernetes");
            }
            labels.put(node, HostEndpoints.labels(v3));
            if (nodes.putIfAbsent(node, MovedNode.annotations(v3)) != null) {
                refusals.add("two nodes of Calico are node " + node + " of Kubernetes; " + name
                        + " is one. Delete the one that is not");
            }
        }

        /** On Kubernetes they are made up of namespaces and service accounts. */
        private void profile(String name) {
            if (name.equals(ALLOW_PROFILE) || MADE_UP_PROFILES.stream().anyMatch(name::startsWith)) {
                leave("Profiles of namespaces and service accounts");
            } else {
                refusals.add(
                        "Profile " + name + " is of people, and the Kubernetes datastore has none. Say in a policy what"
                                + " it says, take it out of the endpoints that name it, and delete it, then retry");
            }
        }

        private void leave(String what) {
            leftOut.merge(what, 1, Integer::sum);
        }

        private void put(CalicoKind kind, String key, ObjectNode v3) {
            ObjectNode resource = Json.object().put("apiVersion", StoredForm.V3).put("kind", kind.kind());
            ObjectNode metadata = resource.putObject("metadata");
            for (String field : List.of("name", "namespace", "labels", "annotations")) {
                JsonNode said = Json.get(v3.get("metadata"), field);
                if (said != null) {
                    metadata.set(field, said.deepCopy());
                }
            }
            if (v3.has("spec")) {
                resource.set("spec", v3.get("spec").deepCopy());
            }
            put(key, StoredForm.toStored(kind, resource, null, version));
        }

        private void put(String key, ObjectNode object) {
            String name = Json.text(object.get("metadata"), "name");
            if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
                refusals.add("etcd holds " + key + ", and Kubernetes takes no object "
                        + ObjectKey.of(object).object()
                        + ": its name has to be of lower case letters, digits, '-' and '.'. Rename what it is of, or"
                        + " skip this cluster");
                return;
            }
            if (objects.putIfAbsent(ObjectKey.of(object), object) != null) {
                refusals.add("etcd holds " + key + " and another entry that Kubernetes keeps under the same name, "
                        + ObjectKey.of(object).object());
            }
        }

        private static Optional<ObjectNode> parsed(String value) {
            try {
                return MAPPER.readTree(value) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }
    }

    /** The names of what is compared: all that is there and not in it is somebody else's. */
    public Set<ObjectKey> keys() {
        Set<ObjectKey> keys = new HashSet<>();
        objects.forEach(object -> keys.add(ObjectKey.of(object)));
        return keys;
    }
}
