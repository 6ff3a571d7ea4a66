package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a DaemonSet or Deployment and of its pods, as Kubernetes reports it.
 *
 * @param kind DaemonSet or Deployment
 * @param namespace its namespace
 * @param name its name
 * @param generation metadata.generation
 * @param observedGeneration status.observedGeneration
 * @param desired desiredNumberScheduled, or spec.replicas
 * @param updated pods of the newest template
 * @param ready ready pods
 * @param available available pods
 * @param unavailable unavailable pods
 * @param misscheduled numberMisscheduled; 0 for a Deployment
 * @param templateContainers number of containers in the template, without init containers
 * @param templateImages the images of the template, init containers too; pods is 0
 * @param podImages the images the pods run
 * @param readyContainers number of pods by ready of all containers, such as 1/1
 * @param pods number of pods, those being deleted left out
 * @param podsOfOtherRevision pods of an older template
 * @param restarts sum of all restart counts
 * @param nodesWithoutPod schedulable nodes that have no pod of it; empty for a Deployment
 * @param problems the first twenty pods that are not as they should be
 * @param lastWriter who last wrote an image of the template, as its managedFields tell; null where they do not
 * @param obstacles why its newest template does not reach its pods by itself, a sentence each with what to do
 * @param nodesOfOtherRevision nodes with a pod of an older template; empty where revisions do not tell
 */
public record WorkloadObservation(
        String kind,
        String namespace,
        String name,
        long generation,
        long observedGeneration,
        int desired,
        int updated,
        int ready,
        int available,
        int unavailable,
        int misscheduled,
        int templateContainers,
        List<ContainerImages> templateImages,
        List<ContainerImages> podImages,
        Map<String, Integer> readyContainers,
        int pods,
        int podsOfOtherRevision,
        long restarts,
        List<String> nodesWithoutPod,
        List<PodProblem> problems,
        @Nullable FieldWriter lastWriter,
        List<String> obstacles,
        List<String> nodesOfOtherRevision) {

    public WorkloadObservation {
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        templateImages = Copies.list(templateImages);
        podImages = Copies.list(podImages);
        readyContainers = Copies.map(readyContainers);
        nodesWithoutPod = Copies.list(nodesWithoutPod);
        problems = Copies.list(problems);
        obstacles = Copies.list(obstacles);
        nodesOfOtherRevision = Copies.list(nodesOfOtherRevision);
    }

    /** {@code DaemonSet kube-system/calico-node}. */
    @JsonIgnore
    public String object() {
        return kind + " " + namespace + "/" + name;
    }
}
