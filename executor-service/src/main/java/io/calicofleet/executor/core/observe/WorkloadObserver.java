package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.owner.FieldWriters;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Observes one DaemonSet or Deployment.
 *
 * <ol>
 *   <li>The counts are those of its status, as its controller reports them; {@code observedGeneration} tells of which
 *       generation they speak.
 *   <li>Its pods are those its selector selects and its controller owns, those being deleted left out. What they run is
 *       read from the pods themselves: a status can be older than they are.
 *   <li>A pod is of another revision where its hash is not that of the newest revision (the ControllerRevision or
 *       ReplicaSet with the highest number). Without revisions the status has to do.
 *   <li>A node is without a pod where the DaemonSet wants one and there is none, ready or not.
 * </ol>
 */
public final class WorkloadObserver {

    private static final int MAX_PROBLEMS = 20;
    private static final Comparator<ContainerImages> IMAGE_ORDER = Comparator.comparing(ContainerImages::init)
            .reversed()
            .thenComparing(ContainerImages::container)
            .thenComparing(ContainerImages::image);

    private WorkloadObserver() {}

    /**
     * The state of a workload and its pods.
     *
     * @param workload a DaemonSet or a Deployment
     * @param revisions the ControllerRevisions or ReplicaSets of its namespace, by which a pod of an older template is
     *     told; may be empty
     * @param pods the pods of its namespace; those of others are left out
     * @param nodes all nodes
     */
    public static WorkloadObservation observe(
            JsonNode workload,
            Collection<? extends JsonNode> revisions,
            Collection<? extends JsonNode> pods,
            Collection<? extends JsonNode> nodes) {
        JsonNode status = workload.path("status");
        JsonNode template = workload.at("/spec/template/spec");
        boolean daemonSet = Json.text(workload, "kind").equals("DaemonSet");
        List<JsonNode> own = new Revisions(workload, revisions).pods(pods);
        int desired = daemonSet
                ? status.path("desiredNumberScheduled").asInt()
                : workload.at("/spec/replicas").asInt(1);
        int updated = status.path(daemonSet ? "updatedNumberScheduled" : "updatedReplicas")
                .asInt();
        int available =
                status.path(daemonSet ? "numberAvailable" : "availableReplicas").asInt();
        return new WorkloadObservation(
                Json.text(workload, "kind"),
                workload.at("/metadata/namespace").asText(),
                workload.at("/metadata/name").asText(),
                workload.at("/metadata/generation").asLong(),
                status.path("observedGeneration").asLong(),
                desired,
                updated,
                status.path(daemonSet ? "numberReady" : "readyReplicas").asInt(),
                available,
                status.path(daemonSet ? "numberUnavailable" : "unavailableReplicas")
                        .asInt(),
                status.path("numberMisscheduled").asInt(),
                template.path("containers").size(),
                images(Stream.of(template)).map(image -> withPods(image, 0)).toList(),
                counted(own),
                own.stream().collect(Collectors.toMap(PodState::ready, pod -> 1, Integer::sum, TreeMap::new)),
                own.size(),
                new Revisions(workload, revisions).ofOtherRevision(own, updated),
                own.stream().mapToLong(PodState::restarts).sum(),
                daemonSet ? nodesWithoutPod(template, own, nodes) : List.of(),
                own.stream().flatMap(PodState::problem).limit(MAX_PROBLEMS).toList(),
                FieldWriters.last(workload, imagePaths(template)).orElse(null),
                RolloutObstacles.of(workload, nodes),
                daemonSet ? new Revisions(workload, revisions).nodesOfOtherRevision(own) : List.of());
    }

    private static List<String> imagePaths(JsonNode template) {
        return Stream.of("initContainers", "containers")
                .flatMap(list -> Json.elements(template.get(list))
                        .map(container ->
                                "spec.template.spec." + list + "[" + Json.text(container, "name") + "].image"))
                .toList();
    }

    /** Nodes the DaemonSet wants a pod on that have none; on a node that is down the pod stays, if not ready. */
    private static List<String> nodesWithoutPod(
            JsonNode template, List<JsonNode> pods, Collection<? extends JsonNode> nodes) {
        Set<String> covered = pods.stream()
                .map(pod -> Json.text(pod.path("spec"), "nodeName"))
                .collect(Collectors.toSet());
        return nodes.stream()
                .filter(node -> NodeFit.fits(template, node))
                .map(node -> node.at("/metadata/name").asText())
                .filter(name -> !covered.contains(name))
                .sorted()
                .toList();
    }

    private static List<ContainerImages> counted(List<JsonNode> pods) {
        Map<ContainerImages, Long> counts = images(pods.stream().map(pod -> pod.path("spec")))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        List<ContainerImages> images = new ArrayList<>();
        counts.forEach((image, count) -> images.add(withPods(image, count.intValue())));
        images.sort(IMAGE_ORDER);
        return images;
    }

    private static Stream<ContainerImages> images(Stream<JsonNode> podSpecs) {
        return podSpecs.flatMap(spec -> Stream.concat(
                Json.elements(spec.get("initContainers")).map(container -> image(container, true)),
                Json.elements(spec.get("containers")).map(container -> image(container, false))));
    }

    private static ContainerImages image(JsonNode container, boolean init) {
        return new ContainerImages(Json.text(container, "name"), init, Json.text(container, "image"), 1);
    }

    private static ContainerImages withPods(ContainerImages image, int pods) {
        return new ContainerImages(image.container(), image.init(), image.image(), pods);
    }
}
