package io.calicofleet.executor.adapter.kubernetes.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.observe.WorkloadObserver;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.ArrayList;
import java.util.List;

/** Calico's workloads in one namespace, with what tells how far they are, kept current by watches. */
final class WorkloadWatch implements AutoCloseable {

    /** By which releases tell the pods of a workload. */
    private static final String APP = "k8s-app";

    private final List<WatchedObjects> all = new ArrayList<>();
    private final WatchedObjects daemonSets;
    private final WatchedObjects deployments;
    private final WatchedObjects controllerRevisions;
    private final WatchedObjects replicaSets;
    private final WatchedObjects pods;

    WorkloadWatch(ClusterApi cluster, String namespace, List<ObjectNode> workloads, Runnable changed) {
        // Of what is an operator's everything matters; beside much else only the pods of what is Calico's.
        String labels = CalicoWorkloads.isOfOperator(namespace) ? "" : theirPods(namespace, workloads);
        daemonSets = watch(cluster, "apps/v1", "DaemonSet", namespace, "", changed);
        deployments = watch(cluster, "apps/v1", "Deployment", namespace, "", changed);
        controllerRevisions = watch(cluster, "apps/v1", "ControllerRevision", namespace, labels, changed);
        replicaSets = watch(cluster, "apps/v1", "ReplicaSet", namespace, labels, changed);
        pods = watch(cluster, "v1", "Pod", namespace, labels, changed);
    }

    /** A selector for the pods of Calico's workloads; empty, for all pods, where one is told by another label. */
    private static String theirPods(String namespace, List<ObjectNode> workloads) {
        List<String> apps = workloads.stream()
                .filter(workload -> workload.at("/metadata/namespace").asText().equals(namespace))
                .filter(CalicoWorkloads::isOne)
                .map(workload ->
                        workload.at("/spec/selector/matchLabels").path(APP).asText())
                .distinct()
                .sorted()
                .toList();
        return apps.isEmpty() || apps.contains("") ? "" : APP + " in (" + String.join(",", apps) + ")";
    }

    private WatchedObjects watch(
            ClusterApi cluster, String version, String kind, String namespace, String labels, Runnable changed) {
        WatchedObjects watched = cluster.watch(version, kind, namespace, labels, changed);
        all.add(watched);
        return watched;
    }

    List<WorkloadObservation> observe(List<ObjectNode> nodes) {
        List<ObjectNode> everyPod = pods.objects();
        List<ObjectNode> revisions = new ArrayList<>(controllerRevisions.objects());
        revisions.addAll(replicaSets.objects());
        List<ObjectNode> candidates = new ArrayList<>(daemonSets.objects());
        candidates.addAll(deployments.objects());
        return candidates.stream()
                .filter(CalicoWorkloads::isOne)
                .map(workload -> WorkloadObserver.observe(workload, revisions, everyPod, nodes))
                .toList();
    }

    /** What tells which calico-node runs. */
    List<JsonNode> daemonSetsAndPods() {
        List<JsonNode> objects = new ArrayList<>(daemonSets.objects());
        objects.addAll(pods.objects());
        return objects;
    }

    @Override
    public void close() {
        all.forEach(WatchedObjects::close);
    }
}
