package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Those of the Deployment of Typha, whose replicas alone a campaign changes.
 *
 * <p>From Calico's source at 87c15906: how many are advised is in the comments of {@code calico-typha.yaml}, one for each 100 to 200 nodes and three so that one
 * may go; a Felix that is told of a Typha ends where it reaches none, {@code felix/daemon/daemon.go}. An operator counts the nodes itself: tigera/operator at
 * 40788b9b, {@code pkg/controller/typhaautoscaler} and {@code pkg/common/autoscale.go}.
 */
final class TyphaFieldRules implements FieldRules {

    /** What a Deployment is known by here. */
    static final JsonNode PROPERTIES = properties();

    private static final String REPLICAS = "replicas";
    private static final int NODES_OF_ONE = 200;
    private static final int SPARE = 3;

    private final ClusterSnapshot snapshot;
    private final CalicoNode node;
    private final JsonNode deployment;

    TyphaFieldRules(ClusterSnapshot snapshot, CalicoNode node, ChangedResource resource) {
        this.snapshot = snapshot;
        this.node = node;
        this.deployment =
                snapshot.all("Deployment").filter(resource::is).findFirst().orElseThrow();
    }

    private static JsonNode properties() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return json.objectNode()
                .set(REPLICAS, json.objectNode().put("type", "integer").put("default", 1));
    }

    @Override
    public List<String> refusals(String field, @Nullable JsonNode value) {
        List<String> refusals = new ArrayList<>();
        int replicas = replicas(value);
        String service = node.env("FELIX_TYPHAK8SSERVICENAME");
        boolean asked = !service.isEmpty() && !service.equals("none");
        if (Part.isOfOperator(deployment)) {
            refusals.add(
                    "The operator runs as many Typhas as the cluster's nodes ask for, and would write its number back: it is not to be set");
        }
        if (asked && replicas == 0) {
            refusals.add(
                    "Without a Typha no Felix would learn of anything new, nor start: calico-node asks for it by Service "
                            + service + " (typha_service_name). Take that away first");
        }
        if (!asked && replicas > 0) {
            refusals.add("No calico-node asks for Typha (typha_service_name is none), so that Typhas would do nothing");
        }
        long nodes = nodesForOne();
        if (deployment.at("/spec/template/spec/hostNetwork").asBoolean() && replicas > nodes) {
            refusals.add(replicas + " Typhas need as many nodes, for each has the same port of its node, and " + nodes
                    + " may have one: those that are not cordoned and have the labels it asks for");
        }
        scaler().ifPresent(name -> refusals.add("Deployment " + name
                + " sets the replicas of Typha by itself, and would write its number back: change it there"));
        return refusals;
    }

    private long nodesForOne() {
        JsonNode labels = deployment.at("/spec/template/spec/nodeSelector");
        return nodes().stream()
                .filter(each -> !each.at("/spec/unschedulable").asBoolean())
                .filter(each -> labels.properties().stream()
                        .allMatch(label -> Json.text(each.at("/metadata/labels"), label.getKey())
                                .equals(label.getValue().asText())))
                .count();
    }

    private List<JsonNode> nodes() {
        return snapshot.all("Node")
                .filter(each -> Json.text(each, "apiVersion").equals("v1"))
                .toList();
    }

    /** The cluster-proportional-autoscaler that manifests of some clouds have for it. */
    private Optional<String> scaler() {
        String target = "--target=deployment/" + ChangedResource.named(deployment);
        return snapshot.all("Deployment")
                .filter(each -> Json.elements(each.at("/spec/template/spec/containers"))
                        .flatMap(container -> Json.elements(container.get("command")))
                        .map(JsonNode::asText)
                        .anyMatch(word -> word.equalsIgnoreCase(target)))
                .map(each -> each.at("/metadata/namespace").asText() + "/" + ChangedResource.named(each))
                .findFirst();
    }

    @Override
    public Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
        int replicas = replicas(value);
        int nodes = nodes().size();
        int least = (nodes + NODES_OF_ONE - 1) / NODES_OF_ONE;
        if (replicas < least) {
            return Optional.of(
                    "Calico advises one Typha for each " + NODES_OF_ONE + " nodes, which is " + least + " for these "
                            + nodes + ": what is new, pods and policies, comes later to the nodes, or not in time");
        }
        return Optional.empty();
    }

    @Override
    public List<String> notes(String field, @Nullable JsonNode value) {
        int replicas = replicas(value);
        List<String> notes = new ArrayList<>();
        if (replicas < deployment.at("/spec/replicas").asInt(1)) {
            notes.add(
                    "the nodes of a Typha that goes take another one: packets go on, and what is new waits some seconds there");
        }
        if (replicas < SPARE) {
            notes.add("with fewer than " + SPARE + " Typhas many nodes wait when one of them goes");
        }
        return notes;
    }

    /** What Kubernetes takes where none is said is one. */
    private static int replicas(@Nullable JsonNode value) {
        return value == null ? 1 : value.asInt();
    }
}
