package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.WorkloadFact;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.core.observe.RolloutObstacles;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where Calico is on a cluster, what of it would not roll, and what has to be put right before an upgrade can begin. */
public final class Installs {

    private static final List<String> DATA = List.of("data", "binaryData");

    private Installs() {}

    /**
     * The facts of an install; empty where nothing runs calico-node.
     *
     * @param snapshot what was read
     * @param afterwards the workloads as the upgrade would leave them, by their keys: what keeps them from rolling then
     * @param live what the cluster has of the objects of source and target
     * @param unsure what of the release cannot be matched surely with what is here
     * @param target the release to go to; null where none is asked for
     */
    public static Optional<InstallFacts> facts(
            ClusterSnapshot snapshot,
            Map<ObjectKey, ? extends JsonNode> afterwards,
            ManifestDocuments live,
            Collection<String> unsure,
            @Nullable CalicoVersion target) {
        Optional<CalicoNode> node = CalicoNode.find(snapshot);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        List<JsonNode> nodes = snapshot.all("Node")
                .filter(each -> Json.text(each, "apiVersion").equals("v1"))
                .toList();
        List<WorkloadFact> workloads = Stream.concat(snapshot.all("DaemonSet"), snapshot.all("Deployment"))
                .filter(workload -> Part.of(workload).isPresent())
                .sorted(Comparator.comparing(ClusterSnapshot::name))
                .map(workload -> {
                    JsonNode then = afterwards.get(ObjectKey.of(workload));
                    return fact(workload, then == null ? workload : then, nodes);
                })
                .toList();
        List<String> blockers = new ArrayList<>(unsure);
        String namespace = ObjectKey.of(node.get().daemonSet()).namespace();
        beingDeleted(live).forEach(blockers::add);
        immutable(live, afterwards).forEach(blockers::add);
        snapshot.all("Namespace")
                .filter(each -> each.at("/metadata/name").asText().equals(namespace))
                .flatMap(Installs::beingDeleted)
                .forEach(blockers::add);
        if (target != null) {
            windows(snapshot, target).forEach(blockers::add);
            ImageSets.objection(snapshot, target).ifPresent(blockers::add);
        }
        return Optional.of(new InstallFacts(namespace, workloads, blockers, degraded(snapshot)));
    }

    /** What the operator says of components that are degraded; without an Installation nobody keeps that current. */
    private static List<String> degraded(ClusterSnapshot snapshot) {
        if (snapshot.all("Installation").findAny().isEmpty()) {
            return List.of();
        }
        return OperatorObserver.components(snapshot.all("TigeraStatus").toList()).stream()
                .filter(ComponentStatus::degraded)
                .map(component -> component.name() + ": "
                        + (component.message().isEmpty() ? "it does not say why" : component.message()))
                .toList();
    }

    private static WorkloadFact fact(JsonNode now, JsonNode then, List<JsonNode> nodes) {
        List<String> obstacles = new ArrayList<>(RolloutObstacles.of(then, nodes));
        if (Json.get(now.path("metadata"), "deletionTimestamp") != null && !now.equals(then)) {
            obstacles.addAll(RolloutObstacles.of(now, nodes).subList(0, 1));
        }
        List<String> notes = RolloutObstacles.matchesNoNode(then, nodes)
                ? List.of("no node is to run it, so nothing of it rolls")
                : List.of();
        return new WorkloadFact(
                ClusterSnapshot.name(now),
                images(now),
                obstacles,
                notes,
                RolloutObstacles.onDelete(then).orElse(null));
    }

    private static List<String> images(JsonNode workload) {
        return Json.elements(workload.at("/spec/template/spec/containers"))
                .map(container -> Json.text(container, "image"))
                .distinct()
                .toList();
    }

    /** ConfigMaps and Secrets whose data the upgrade changes and their owner has closed: no API server takes that. */
    private static Stream<String> immutable(ManifestDocuments live, Map<ObjectKey, ? extends JsonNode> afterwards) {
        return live.objects().entrySet().stream()
                .filter(entry -> entry.getValue().path("immutable").asBoolean())
                .filter(entry -> {
                    JsonNode then = afterwards.get(entry.getKey());
                    return then != null
                            && DATA.stream()
                                    .anyMatch(field -> !then.path(field)
                                            .equals(entry.getValue().path(field)));
                })
                .map(entry -> ClusterSnapshot.name(entry.getValue())
                        + " is immutable, and the upgrade changes its data, which the API server refuses. Save"
                        + " it, take `immutable: true` out of it and put it back with `kubectl replace --force"
                        + " -f FILE` (its pods keep what they have until they start again), then retry");
    }

    /** Objects the upgrade writes that are on their way out: a write would be lost with them. */
    private static Stream<String> beingDeleted(ManifestDocuments live) {
        return live.objects().values().stream()
                .filter(object -> Part.of(object).isEmpty()) // of a workload it is an obstacle
                .flatMap(Installs::beingDeleted);
    }

    private static Stream<String> beingDeleted(JsonNode object) {
        if (Json.get(object.path("metadata"), "deletionTimestamp") == null) {
            return Stream.of();
        }
        List<String> finalizers = Json.texts(object.at("/metadata/finalizers"));
        return Stream.of(ClusterSnapshot.name(object) + " is being deleted"
                + (finalizers.isEmpty() ? "" : " and waits for its finalizers " + String.join(", ", finalizers))
                + ", and what is written to it now is lost. Let that end, then retry");
    }

    /** Workloads for Windows, which no manifest of the routes brings: they must not be left behind unseen. */
    private static Stream<String> windows(ClusterSnapshot snapshot, CalicoVersion target) {
        return snapshot.all("DaemonSet")
                .filter(set -> Part.of(set).filter(Part.WINDOWS_NODE::equals).isPresent())
                .filter(set -> !Part.isOfOperator(set))
                .filter(set -> images(set).stream()
                        .map(ImageReference::parse)
                        .anyMatch(image -> !image.tag().equals(target.toString())))
                .map(set -> ClusterSnapshot.name(set) + " runs Calico on Windows nodes, which the manifest of " + target
                        + " does not bring, so it would stay at " + String.join(", ", images(set))
                        + ". Bring it to " + target + " with the manifest it came from, then retry");
    }
}
