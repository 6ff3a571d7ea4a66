package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Selectors that would select other nodes after a move. In etcd a node has the labels of Calico's Node, which kube-controllers
 * copies from Kubernetes unless {@code syncLabels} is Disabled; in Kubernetes it has those of the node there, and Calico's own
 * beside them (libcalico-go {@code lib/backend/k8s/resources/node.go}, mergeCalicoAndK8sLabels). BGP peers and pools select nodes,
 * and policies select automatic host endpoints, which have the labels of their nodes.
 */
public final class SelectedNodes {

    private static final int NAMED = 5;

    private final Map<String, Map<String, String>> before = new TreeMap<>();
    private final Map<String, Map<String, String>> after = new TreeMap<>();
    private final Map<String, Map<String, String>> endpointsBefore = new TreeMap<>();
    private final Map<String, Map<String, String>> endpointsAfter = new TreeMap<>();
    private final List<FieldConflict> questions = new ArrayList<>();

    private SelectedNodes(DatastoreMove move, Collection<ObjectNode> nodes) {
        for (ObjectNode node : nodes) {
            String name = Json.text(node.get("metadata"), "name");
            Map<String, String> inEtcd = move.labels().get(name);
            if (inEtcd != null) {
                before.put(name, inEtcd);
                Map<String, String> labels = MovedNode.ownLabels(move.nodes().getOrDefault(name, Map.of()));
                labels.putAll(HostEndpoints.labels(node));
                after.put(name, labels);
            }
        }
        for (ObjectNode object : move.objects()) {
            String node = Json.text(object.get("spec"), "node");
            if (object.path("kind").asText().equals("HostEndpoint")
                    && before.containsKey(node)
                    && AutoHostEndpoints.isAutomatic(object)) {
                Map<String, String> labels = HostEndpoints.labels(object);
                Map<String, String> then = new TreeMap<>(labels);
                then.keySet().removeAll(before.getOrDefault(node, Map.of()).keySet());
                then.putAll(after.getOrDefault(node, Map.of()));
                endpointsBefore.put(node, labels);
                endpointsAfter.put(node, then);
            }
        }
    }

    /**
     * A question for each selector that would select others; none where the labels agree, or nobody selects by them.
     *
     * @param nodes of Kubernetes
     */
    public static List<FieldConflict> questions(DatastoreMove move, Collection<ObjectNode> nodes) {
        SelectedNodes selected = new SelectedNodes(move, nodes);
        move.objects().forEach(selected::look);
        return List.copyOf(selected.questions);
    }

    private void look(ObjectNode object) {
        switch (object.path("kind").asText()) {
            case "BGPPeer", "IPPool" -> {
                for (String field : List.of("nodeSelector", "peerSelector")) {
                    ask(object, field, Json.text(object.get("spec"), field), before, after);
                }
            }
            case "GlobalNetworkPolicy", "NetworkPolicy" ->
                policySelectors(object)
                        .forEach((field, selector) -> ask(object, field, selector, endpointsBefore, endpointsAfter));
            default -> {
                // selects no nodes
            }
        }
    }

    /** By its field; those of a NetworkPolicy that stay in its namespace select no host. */
    private static Map<String, String> policySelectors(ObjectNode policy) {
        boolean global = !policy.path("kind").asText().equals("NetworkPolicy");
        Map<String, String> selectors = new LinkedHashMap<>();
        JsonNode spec = policy.path("spec");
        if (global) {
            selectors.put("selector", Json.text(spec, "selector"));
        }
        for (String direction : List.of("ingress", "egress")) {
            JsonNode rules = spec.path(direction);
            for (int i = 0; i < rules.size(); i++) {
                for (String side : List.of("source", "destination")) {
                    JsonNode entity = rules.get(i).path(side);
                    if (global || !Json.text(entity, "namespaceSelector").isEmpty()) {
                        for (String field : List.of("selector", "notSelector")) {
                            selectors.put(direction + "[" + i + "]." + side + "." + field, Json.text(entity, field));
                        }
                    }
                }
            }
        }
        return selectors;
    }

    private void ask(
            ObjectNode object,
            String field,
            String selector,
            Map<String, Map<String, String>> then,
            Map<String, Map<String, String>> later) {
        if (selector.isBlank() || !Selector.isReadable(selector)) {
            return;
        }
        Set<String> selectedBefore = selected(selector, then);
        Set<String> selectedAfter = selected(selector, later);
        if (selectedBefore.equals(selectedAfter)) {
            return;
        }
        List<String> differences = then.keySet().stream()
                .filter(node -> selectedBefore.contains(node) != selectedAfter.contains(node))
                .flatMap(node -> differences(node, selector))
                .toList();
        questions.add(new FieldConflict(
                ObjectKey.of(object).object(),
                field,
                "",
                Json.NODES.textNode("selects " + nodes(selectedBefore)).toString(),
                Json.NODES.textNode("selects " + nodes(selectedAfter)).toString(),
                "Its selector is " + selector
                        + ", and the labels of nodes in etcd are not those in Kubernetes, which count"
                        + " after the move: "
                        + differences.stream().limit(NAMED).collect(Collectors.joining("; "))
                        + (differences.size() > NAMED ? "; and " + (differences.size() - NAMED) + " more" : "")
                        + ". Put them right by `kubectl label node`, and it is not asked any more; take-new goes on.",
                List.of(OnConflict.TAKE_NEW)));
    }

    private Stream<String> differences(String node, String selector) {
        Map<String, String> inEtcd = before.getOrDefault(node, Map.of());
        Map<String, String> inKubernetes = after.getOrDefault(node, Map.of());
        Set<String> keys = new TreeSet<>(inEtcd.keySet());
        keys.addAll(inKubernetes.keySet());
        return keys.stream()
                .filter(selector::contains)
                .filter(key -> !Objects.equals(inEtcd.get(key), inKubernetes.get(key)))
                .map(key -> node + " has " + said(key, inEtcd) + " in etcd and " + said(key, inKubernetes)
                        + " in Kubernetes");
    }

    private static String said(String key, Map<String, String> labels) {
        return labels.containsKey(key) ? key + "=" + labels.get(key) : "no label " + key;
    }

    private static Set<String> selected(String selector, Map<String, Map<String, String>> nodes) {
        return nodes.entrySet().stream()
                .filter(node -> Selector.matches(selector, node.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String nodes(Set<String> nodes) {
        return nodes.isEmpty()
                ? "no node"
                : nodes.stream().limit(NAMED).collect(Collectors.joining(", "))
                        + (nodes.size() > NAMED ? " and " + (nodes.size() - NAMED) + " more" : "");
    }
}
