package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.calico.operator.TigeraOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the objects of a cluster say before anything runs: whether Calico is among them, and which of it cannot be simulated. */
final class Installed {

    private static final String OPERATOR = "tigera/operator";

    /** What kubelets set by themselves. */
    private static final Set<String> OF_EVERY_NODE = Set.of(
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "kubernetes.io/hostname",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch");

    private final List<ObjectNode> objects;

    Installed(GivenObjects given) {
        this.objects = given.objects();
    }

    /** Whether a workload of Calico's, or its operator, is among them. */
    boolean hasCalico() {
        return objects.stream().anyMatch(Installed::isOfCalico);
    }

    /** Whether an object is a workload of Calico's, or an operator's. */
    static boolean isOfCalico(JsonNode object) {
        if (object.path("apiVersion").asText().startsWith("operator.tigera.io/")) {
            return true;
        }
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : object.at("/spec/template/spec").path(list)) {
                String image = container.path("image").asText();
                if (CalicoImages.isCalico(container.path("name").asText(), image) || image.contains(OPERATOR)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The image of an operator that the simulated clusters cannot run; empty where there is none. */
    Optional<String> unknownOperator() {
        return objects.stream()
                .flatMap(object -> Stream.of(object.at("/spec/template/spec/containers")))
                .flatMap(Json::elements)
                .map(container -> container.path("image").asText())
                .filter(image -> image.contains(OPERATOR) && !TigeraOperator.runs(image))
                .findFirst();
    }

    /** What there is, such as {@code 3 Deployment, 1 Service}. */
    String kinds() {
        Map<String, Long> kinds = objects.stream()
                .collect(Collectors.groupingBy(
                        object -> object.path("kind").asText(), TreeMap::new, Collectors.counting()));
        return kinds.entrySet().stream()
                .map(kind -> kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
    }

    /** The nodes among them, which there are where they were read from a cluster. */
    int nodes() {
        return (int) objects.stream()
                .filter(object -> object.path("kind").asText().equals("Node"))
                .count();
    }

    /**
     * The labels by which workloads among them choose their nodes, but for those that every node has. Of a label that two of them want
     * with different values the first one counts.
     */
    Map<String, String> nodeLabels() {
        Map<String, String> labels = new TreeMap<>();
        for (ObjectNode object : objects) {
            JsonNode pod = object.at("/spec/template/spec");
            pod.path("nodeSelector")
                    .properties()
                    .forEach(label ->
                            labels.putIfAbsent(label.getKey(), label.getValue().asText()));
            Json.elements(pod.at(
                            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms"))
                    .limit(1) // one of the terms is enough
                    .flatMap(term -> Json.elements(term.path("matchExpressions")))
                    .forEach(wanted -> {
                        String key = wanted.path("key").asText();
                        switch (wanted.path("operator").asText()) {
                            case "In" ->
                                labels.putIfAbsent(
                                        key, wanted.path("values").path(0).asText());
                            case "Exists" -> labels.putIfAbsent(key, "");
                            default -> {} // met without the label, or by a number that nobody knows
                        }
                    });
        }
        labels.keySet().removeAll(OF_EVERY_NODE);
        return labels;
    }

    /** What they say of Calico's etcd. */
    GivenEtcd etcd() {
        return new GivenEtcd(objects);
    }

    /** What a rehearsal with them cannot tell, a sentence each. */
    List<String> limits() {
        List<String> limits = new ArrayList<>();
        limits.add(
                "Nodes, kernels and traffic are simulated: whether an image can be pulled, a node programs its rules, and pods reach"
                        + " each other, is not tried.");
        if (nodes() == 0 && !nodeLabels().isEmpty()) {
            limits.add("Every simulated node has the labels by which your workloads choose theirs: "
                    + nodeLabels().entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        if (etcd().kind() != ClusterTemplate.Etcd.NONE) {
            limits.add(
                    "Calico's etcd is a simulated one that is empty at first: policies, pools and host endpoints in yours are not looked"
                            + " at, and its endpoints, certificates and Secret stand in place of yours.");
        }
        if (etcd().certificatesAreElsewhere()) {
            limits.add(
                    "The certificates for Calico's etcd are in nothing that is given, such as files of the nodes: the simulated etcd asks"
                            + " for none. Where the executor cannot read yours, clusters.yaml has to say how it gets there.");
        }
        if (has("admissionregistration.k8s.io")) {
            limits.add("Admission webhooks are asked only where the simulated clusters run what is behind them.");
        }
        return limits;
    }

    private boolean has(String group) {
        return objects.stream()
                .anyMatch(object -> object.path("apiVersion").asText().startsWith(group + "/"));
    }
}
