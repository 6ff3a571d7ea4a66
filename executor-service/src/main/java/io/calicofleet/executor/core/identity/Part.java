package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.Optional;
import java.util.stream.Stream;

/** A workload of Calico, told by the containers it runs: neither its name nor its namespace says anything. */
public enum Part {
    /** The DaemonSet that runs calico-node on Linux. */
    NODE("calico-node", "node"),

    /** The DaemonSet that runs Calico on Windows nodes. */
    WINDOWS_NODE("calico-node-windows", "node-windows"),

    /** The Deployment between the nodes and the API server. */
    TYPHA("calico-typha", "typha"),

    /** The Deployment of the controllers. */
    KUBE_CONTROLLERS("calico-kube-controllers", "kube-controllers"),

    /** The Deployment that admits resources of projectcalico.org/v3 where these are definitions. */
    WEBHOOKS("calico-webhooks", "webhooks");

    private static final String OPERATOR = "operator.tigera.io/";

    /** Where an operator installs Calico (its source: pkg/common, CalicoNamespace). */
    private static final String OPERATORS_NAMESPACE = "calico-system";

    private static final String OPERATORS_CONTAINER = "tigera-operator";

    private final String container;
    private final String image;

    Part(String container, String image) {
        this.container = container;
        this.image = image;
    }

    /** Which part of Calico a DaemonSet or Deployment is; empty for what is none. */
    public static Optional<Part> of(JsonNode workload) {
        JsonNode pod = workload.at("/spec/template/spec");
        return switch (Json.text(workload, "kind")) {
            case "DaemonSet" -> nodes(pod);
            case "Deployment" ->
                Stream.of(TYPHA, KUBE_CONTROLLERS, WEBHOOKS)
                        .filter(part -> part.isIn(pod))
                        .findFirst();
            default -> Optional.empty();
        };
    }

    /** The container of calico-node: that of its name, else the first that runs its image. */
    public static Optional<JsonNode> nodeContainer(JsonNode podSpec) {
        return NODE.containerIn(podSpec);
    }

    /** Whether a container of the workload has the name of calico-node, whatever image it runs. */
    static boolean namesNode(JsonNode workload) {
        return Json.elements(workload.at("/spec/template/spec/containers"))
                .anyMatch(container -> Json.text(container, "name").equals(NODE.container));
    }

    /** Whether an operator brought the object, which it then keeps as it wants it. */
    public static boolean isOfOperator(JsonNode workload) {
        return workload.at("/metadata/namespace").asText().equals(OPERATORS_NAMESPACE)
                || Json.elements(workload.at("/metadata/ownerReferences"))
                        .anyMatch(owner -> Json.text(owner, "apiVersion").startsWith(OPERATOR));
    }

    /** Whether it is the Deployment of the operator itself, which is no part of Calico. */
    public static boolean isOperator(JsonNode workload) {
        return Json.text(workload, "kind").equals("Deployment")
                && Json.elements(workload.at("/spec/template/spec/containers"))
                        .anyMatch(container -> Json.text(container, "name").equals(OPERATORS_CONTAINER));
    }

    private static Optional<Part> nodes(JsonNode pod) {
        boolean windows = WINDOWS_NODE.isIn(pod) || runsImageForWindows(pod) || (isForWindows(pod) && NODE.isIn(pod));
        return windows ? Optional.of(WINDOWS_NODE) : NODE.in(pod);
    }

    /** Releases up to v3.26 have one image for all of Windows (their manifest calico-windows-vxlan.yaml). */
    private static boolean runsImageForWindows(JsonNode pod) {
        return Json.elements(pod.get("containers"))
                .anyMatch(container -> runs(Json.text(container, "image"), "windows"));
    }

    private static boolean isForWindows(JsonNode pod) {
        return pod.at("/nodeSelector").path("kubernetes.io/os").asText().equals("windows");
    }

    private Optional<Part> in(JsonNode pod) {
        return isIn(pod) ? Optional.of(this) : Optional.empty();
    }

    private boolean isIn(JsonNode pod) {
        return containerIn(pod).isPresent();
    }

    private Optional<JsonNode> containerIn(JsonNode pod) {
        return Json.elements(pod.get("containers"))
                .filter(each -> Json.text(each, "name").equals(container))
                .findFirst()
                .or(() -> Json.elements(pod.get("containers"))
                        .filter(each -> runs(Json.text(each, "image"), image))
                        .findFirst());
    }

    /** Whether it is Calico's image, in whatever registry: calico/node, or calico-node where a mirror has no folders. */
    private static boolean runs(String reference, String image) {
        String location = "/" + ImageReference.parse(reference).location();
        return location.endsWith("/calico/" + image) || location.endsWith("/calico-" + image);
    }
}
