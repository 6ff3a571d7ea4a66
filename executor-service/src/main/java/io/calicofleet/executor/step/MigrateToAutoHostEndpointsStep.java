package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.core.observe.Networks;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import io.calicofleet.executor.core.step.WatchedObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Replaces the host endpoints of all interfaces by automatic ones, in the order that never leaves a node without (facts 7
 * f).
 *
 * <pre>
 *   1. can kube-controllers make them? Does a node have a label of its host endpoint with another value? Then refuse
 *   2. policies that would select other nodes than today, accepted by nobody: hold; somebody locked out: refuse
 *   3. copy the labels of the old endpoints to their nodes
 *   4. tell kube-controllers to make automatic ones; wait for one on every node, with every label of its node
 *   5. node by node, while it is ready: delete the old ones, and see it ready before the next
 * </pre>
 *
 * <p>Never touched: host endpoints of one interface, and automatic ones. It knows that it is done by no old one being there;
 * continued, it goes through all of this again and finds most of it so. The restore brings the old ones back.
 */
public final class MigrateToAutoHostEndpointsStep implements StepHandler {

    /** kube-controllers looks over everything every five minutes. */
    private static final Duration CREATION = Duration.ofMinutes(10);

    private static final Duration READY = Duration.ofMinutes(5);
    private static final String PODS = "k8s-app in (calico-node,canal,canal-node)";

    @Override
    public StepKind kind() {
        return StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        return new Migration(context).run();
    }

    /** What a migration keeps an eye on. */
    private record Sight(WatchedObjects nodes, WatchedObjects pods, WatchedObjects endpoints) {

        /** Whether the node is, and its calico-node. */
        boolean isReady(String node) {
            return nodes.objects().stream()
                            .anyMatch(found -> Objects.name(found).equals(node) && isTrue(found))
                    && pods.objects().stream()
                            .anyMatch(pod ->
                                    Json.text(pod.get("spec"), "nodeName").equals(node)
                                            && isTrue(pod)
                                            && !pod.path("metadata").has("deletionTimestamp"));
        }

        private static boolean isTrue(JsonNode object) {
            return Json.elements(object.at("/status/conditions"))
                    .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                            && Json.text(condition, "status").equals("True"));
        }
    }

    private static final class Migration {

        private final StepContext context;
        private final CalicoDatastore calico;
        private final NodeController controller;
        private final Map<String, ObjectNode> nodes = new TreeMap<>();
        private final Map<String, List<ObjectNode>> old = new TreeMap<>();
        private final List<String> changes = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<ObjectNode> endpoints;
        private final Map<String, String> calicoNames;

        Migration(StepContext context) {
            this.context = context;
            this.calico = context.datastore();
            this.controller = new NodeController(context.cluster(), calico);
            this.calicoNames = calicoNames(calico);
            this.endpoints = calico.list(CalicoKind.HOST_ENDPOINT);
            context.cluster().list(Kinds.CORE, "Node").forEach(node -> nodes.put(Objects.name(node), node));
            endpoints.stream()
                    .filter(endpoint -> HostEndpoints.fact(endpoint).needsProtection())
                    .sorted(Comparator.comparing(Objects::name))
                    .forEach(endpoint -> old.computeIfAbsent(node(endpoint), node -> new ArrayList<>())
                            .add(endpoint));
        }

        StepOutcome run() {
            if (old.isEmpty()) {
                return new StepOutcome.Succeeded(
                        null, List.of(), List.of(), "there is no host endpoint of all interfaces to replace");
            }
            List<String> obstacles = obstacles();
            if (!obstacles.isEmpty()) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "the host endpoints cannot be replaced by automatic ones: " + obstacles.getFirst()
                                + (obstacles.size() > 1 ? ", and " + (obstacles.size() - 1) + " more" : ""),
                        obstacles);
            }
            List<String> policies = policyChanges();
            if (!policies.isEmpty() && !context.parameters().acceptPolicies()) {
                return new StepOutcome.Held(HoldReason.AUTO_HOST_ENDPOINT_POLICIES, List.of(), policies);
            }
            policies.forEach(line -> notes.add("accepted: " + line));
            LockoutGuard.Findings lockouts =
                    LockoutCheck.atTarget(context, state -> state.withHostEndpoints(afterwards(state.hostEndpoints())));
            Optional<StepOutcome.Failed> lockedOut =
                    LockoutCheck.failed(lockouts, "with automatic host endpoints; nothing was changed");
            if (lockedOut.isPresent()) {
                return lockedOut.get();
            }
            notes.addAll(lockouts.notes());
            return replace();
        }

        private StepOutcome replace() {
            try (WatchedObjects everyNode = context.cluster().watch(Kinds.CORE, "Node", "", "", Migration::unheard);
                    WatchedObjects pods = context.cluster().watch(Kinds.CORE, "Pod", "", PODS, Migration::unheard);
                    WatchedObjects present = calico.watch(CalicoKind.HOST_ENDPOINT, Migration::unheard)) {
                return replace(new Sight(everyNode, pods, present));
            }
        }

        private StepOutcome replace(Sight sight) {
            labels().forEach((node, labels) -> {
                if (NodeLabels.copy(context.cluster(), node, labels)) {
                    changes.add("Node " + node + " labelled " + String.join(", ", labels.keySet()));
                }
            });
            boolean configured = await(CalicoKind.KUBE_CONTROLLERS_CONFIGURATION, controller::isConfigured, READY);
            if (!configured) {
                return failed(
                        "kube-controllers has made no KubeControllersConfiguration, so it cannot be told to make host"
                                + " endpoints; the old ones are all there",
                        List.of());
            }
            if (controller.enable()) {
                changes.add("KubeControllersConfiguration default");
            }
            if (!await(CalicoKind.HOST_ENDPOINT, () -> missing(sight).isEmpty(), CREATION)) {
                return failed(
                        "kube-controllers has not made an automatic host endpoint with the labels of its node for every"
                                + " node within " + CREATION.toMinutes() + " minutes; the old ones are all there",
                        missing(sight).stream().map(node -> "Node " + node).toList());
            }
            int done = 0;
            for (var entry : old.entrySet()) {
                Optional<StepOutcome> stopped = replaceOn(sight, entry.getKey(), entry.getValue(), done);
                if (stopped.isPresent()) {
                    return stopped.get();
                }
                done++;
                context.progress()
                        .progressed(
                                done,
                                old.size(),
                                "nodes",
                                context.step().cluster() + ": " + done + " of " + old.size()
                                        + " nodes have an automatic host endpoint only");
            }
            return new StepOutcome.Succeeded(
                    null, changes, notes, "automatic host endpoints have taken over on " + old.size() + " nodes");
        }

        private Optional<StepOutcome> replaceOn(Sight sight, String node, List<ObjectNode> theirs, int done) {
            String left = "; " + (old.size() - done) + " of " + old.size() + " nodes still have their old ones";
            if (!sight.isReady(node)) {
                return Optional.of(failed(
                        "Node " + node + " or its calico-node is not ready, so that its host endpoint stays" + left,
                        List.of("Node " + node)));
            }
            List<String> missing = missing(sight);
            if (!missing.isEmpty()) {
                return Optional.of(failed(
                        "the automatic host endpoint of " + missing.getFirst() + " has gone again" + left, List.of()));
            }
            for (ObjectNode endpoint : theirs) {
                if (Edits.delete(calico, CalicoKind.HOST_ENDPOINT, Objects.name(endpoint))) {
                    changes.add("HostEndpoint " + Objects.name(endpoint));
                }
            }
            boolean ready = context.rollouts().await(Kinds.CORE, "Node", "", () -> sight.isReady(node), READY);
            return ready
                    ? Optional.empty()
                    : Optional.of(failed(
                            "Node " + node
                                    + " or its calico-node is not ready since its automatic host endpoint took over"
                                    + left,
                            List.of("Node " + node)));
        }

        private List<String> obstacles() {
            List<String> obstacles = new ArrayList<>(controller.obstacles());
            for (var entry : old.entrySet()) {
                ObjectNode node = nodes.get(entry.getKey());
                if (node == null) {
                    entry.getValue()
                            .forEach(endpoint -> obstacles.add("HostEndpoint " + Objects.name(endpoint)
                                    + " is for a node that is not there: " + entry.getKey()));
                    continue;
                }
                Map<String, String> present = NodeLabels.of(node);
                AutoHostEndpoints.labelsToCopy(entry.getValue().getFirst()).forEach((key, value) -> {
                    String other = present.get(key);
                    if (other != null && !other.equals(value)) {
                        obstacles.add("label " + key + " is " + value + " on HostEndpoint "
                                + Objects.name(entry.getValue().getFirst()) + " and " + other + " on its node "
                                + entry.getKey());
                    }
                });
            }
            return obstacles;
        }

        /** By node, what the host endpoint that is in force there, the first by name, has for labels. */
        private Map<String, Map<String, String>> labels() {
            Map<String, Map<String, String>> labels = new TreeMap<>();
            old.forEach((node, theirs) -> labels.put(node, AutoHostEndpoints.labelsToCopy(theirs.getFirst())));
            return labels;
        }

        private List<String> policyChanges() {
            Map<String, Optional<Map<String, String>>> before = new TreeMap<>();
            Map<String, Map<String, String>> after = new TreeMap<>();
            for (ObjectNode endpoint : automatic()) {
                String node = Json.text(endpoint.get("spec"), "node");
                after.put(node, HostEndpoints.labels(endpoint));
                before.put(node, AutoHostEndpoints.inForce(here(), node).map(HostEndpoints::labels));
            }
            return AutoHostEndpoints.policyChanges(calico.list(CalicoKind.GLOBAL_NETWORK_POLICY), before, after);
        }

        /** The host endpoints as they are, by the names their nodes have in Kubernetes. */
        private List<ObjectNode> here() {
            return endpoints.stream()
                    .map(endpoint -> {
                        ObjectNode copy = endpoint.deepCopy();
                        Json.child(copy, "spec").put("node", node(endpoint));
                        return copy;
                    })
                    .toList();
        }

        /** What kube-controllers will make: one for every node, those without an old one too. */
        private List<ObjectNode> automatic() {
            Map<String, List<String>> addresses = Networks.nodeAddresses(nodes.values());
            Map<String, Map<String, String>> copied = labels();
            List<ObjectNode> automatic = new ArrayList<>();
            nodes.forEach((name, node) -> {
                Map<String, String> labels = new TreeMap<>(copied.getOrDefault(name, Map.of()));
                labels.putAll(NodeLabels.of(node));
                automatic.add(AutoHostEndpoints.of(name, labels, addresses.getOrDefault(name, List.of())));
            });
            return automatic;
        }

        private List<ObjectNode> afterwards(List<ObjectNode> now) {
            List<ObjectNode> after = new ArrayList<>(now.stream()
                    .filter(endpoint ->
                            !HostEndpoints.fact(endpoint).needsProtection() && !AutoHostEndpoints.isAutomatic(endpoint))
                    .toList());
            after.addAll(automatic());
            return after;
        }

        /** The nodes whose automatic host endpoint is not there yet with every label the node has. */
        private List<String> missing(Sight sight) {
            List<ObjectNode> present = sight.endpoints().objects();
            Map<String, List<ObjectNode>> byNode = present.stream()
                    .filter(AutoHostEndpoints::isAutomatic)
                    .collect(Collectors.groupingBy(endpoint -> Json.text(endpoint.get("spec"), "node")));
            return sight.nodes().objects().stream()
                    .filter(node -> !AutoHostEndpoints.isThere(
                            byNode.getOrDefault(calicoName(node), List.of()), calicoName(node), NodeLabels.of(node)))
                    .map(Objects::name)
                    .sorted()
                    .toList();
        }

        private boolean await(CalicoKind kind, BooleanSupplier condition, Duration limit) {
            // What lies in etcd has no watch of Kubernetes; the wait looks every few seconds all the same.
            return calico.datastore() == Datastore.ETCD
                    ? context.rollouts().await(Kinds.CORE, "Node", "", condition, limit)
                    : context.rollouts().await("crd.projectcalico.org/v1", kind.kind(), "", condition, limit);
        }

        /** The name in Kubernetes of the node a host endpoint is for. */
        private String node(JsonNode endpoint) {
            String name = Json.text(endpoint.get("spec"), "node");
            return calicoNames.entrySet().stream()
                    .filter(known -> known.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(name);
        }

        /** With etcd a node may have another name in Calico than in Kubernetes; those that have. */
        private static Map<String, String> calicoNames(CalicoDatastore calico) {
            Map<String, String> names = new TreeMap<>();
            if (calico.datastore() == Datastore.ETCD) {
                for (ObjectNode node : calico.list(CalicoKind.NODE)) {
                    Json.elements(node.at("/spec/orchRefs"))
                            .filter(ref -> Json.text(ref, "orchestrator").equals("k8s"))
                            .map(ref -> Json.text(ref, "nodeName"))
                            .filter(name -> !name.isEmpty() && !name.equals(Objects.name(node)))
                            .forEach(name -> names.put(name, Objects.name(node)));
                }
            }
            return names;
        }

        /** The name in Calico of a node of Kubernetes. */
        private String calicoName(JsonNode node) {
            String name = Objects.name(node);
            return calicoNames.getOrDefault(name, name);
        }

        /** The waits have watches of their own to be woken by. */
        private static void unheard() {}

        private StepOutcome failed(String message, List<String> evidence) {
            return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, message, evidence);
        }
    }
}
