package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.merge.ObjectKey;
import io.calicofleet.executor.core.observe.Networks;
import io.calicofleet.executor.core.observe.WorkloadObserver;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.WatchedObjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Observes the workloads, the nodes and Calico's resources of a manifest install. All by watches, but for
 * ClusterInformation, which is read anew each time: two observations are two readings.
 */
final class KubernetesObserver implements Observer {

    private static final Set<String> WORKLOADS =
            Set.of("calico-node", "canal", "canal-node", "calico-kube-controllers", "calico-typha");
    private static final String THEIR_PODS =
            "k8s-app in (calico-node,canal,canal-node,calico-kube-controllers,calico-typha)";
    private static final ResourceRef CALICOCTL = new ResourceRef("v1", "Pod", Marks.NAMESPACE, "calicoctl");

    private final ClusterApi cluster;
    private final Function<Supplier<Optional<CalicoVersion>>, CalicoDatastore> finder;

    /**
     * An observer.
     *
     * @param finder finds where Calico's resources are, given the oldest version of calico-node that runs
     */
    KubernetesObserver(ClusterApi cluster, Function<Supplier<Optional<CalicoVersion>>, CalicoDatastore> finder) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.finder = requireNonNull(finder, "finder");
    }

    @Override
    public Session start(StepRequested request, Runnable changed) {
        return new Watching(changed);
    }

    private final class Watching implements Session {

        private final List<WatchedObjects> all = new ArrayList<>();
        private final WatchedObjects daemonSets;
        private final WatchedObjects deployments;
        private final WatchedObjects controllerRevisions;
        private final WatchedObjects replicaSets;
        private final WatchedObjects pods;
        private final WatchedObjects nodes;
        private final CalicoWatch calico;

        Watching(Runnable changed) {
            daemonSets = watch("apps/v1", "DaemonSet", Marks.NAMESPACE, "", changed);
            deployments = watch("apps/v1", "Deployment", Marks.NAMESPACE, "", changed);
            controllerRevisions = watch("apps/v1", "ControllerRevision", Marks.NAMESPACE, THEIR_PODS, changed);
            replicaSets = watch("apps/v1", "ReplicaSet", Marks.NAMESPACE, THEIR_PODS, changed);
            pods = watch("v1", "Pod", Marks.NAMESPACE, THEIR_PODS, changed);
            nodes = watch("v1", "Node", "", "", changed);
            calico = new CalicoWatch(() -> finder.apply(this::oldestVersion), changed);
        }

        private WatchedObjects watch(String version, String kind, String namespace, String labels, Runnable changed) {
            WatchedObjects watched = cluster.watch(version, kind, namespace, labels, changed);
            all.add(watched);
            return watched;
        }

        @Override
        public ClusterObservation observe() {
            Optional<ObjectNode> information = calico.find(CalicoKind.CLUSTER_INFORMATION, "default");
            List<ObjectNode> everyNode = nodes.objects();
            List<ObjectNode> everyPod = pods.objects();
            List<ObjectNode> revisions = new ArrayList<>(controllerRevisions.objects());
            revisions.addAll(replicaSets.objects());
            List<WorkloadObservation> workloads = new ArrayList<>();
            List<ObjectNode> candidates = new ArrayList<>(daemonSets.objects());
            candidates.addAll(deployments.objects());
            for (ObjectNode workload : candidates) {
                if (WORKLOADS.contains(workload.path("metadata").path("name").asText())) {
                    workloads.add(WorkloadObserver.observe(workload, revisions, everyPod, everyNode));
                }
            }
            return new ClusterObservation(
                    information
                            .map(object -> object.path("spec").path("calicoVersion"))
                            .flatMap(version -> CalicoVersion.tryParse(version.asText()))
                            .orElse(null),
                    information
                            .map(object -> object.path("spec").path("datastoreReady"))
                            .filter(JsonNode::isBoolean)
                            .map(JsonNode::booleanValue)
                            .orElse(null),
                    workloads,
                    calico.all(CalicoKind.HOST_ENDPOINT).stream()
                            .map(HostEndpoints::fact)
                            .sorted(Comparator.comparing(HostEndpointFact::name))
                            .toList(),
                    TemporaryPolicy.observe(calico.all(CalicoKind.GLOBAL_NETWORK_POLICY)),
                    Networks.nodeAddresses(everyNode),
                    Networks.podNetworks(calico.all(CalicoKind.IP_POOL)),
                    calicoctl(),
                    null,
                    null,
                    List.of(),
                    Map.of(),
                    null,
                    Map.of());
        }

        private Optional<CalicoVersion> oldestVersion() {
            List<JsonNode> seen = new ArrayList<>(daemonSets.objects());
            seen.addAll(pods.objects());
            ClusterSnapshot snapshot = new ClusterSnapshot("", seen, Set.of(), List.of());
            return CalicoNode.find(snapshot).flatMap(node -> node.oldestVersion(snapshot));
        }

        private List<WorkloadImage> calicoctl() {
            List<WorkloadImage> images = new ArrayList<>();
            cluster.find(CALICOCTL).ifPresent(pod -> {
                for (JsonNode container : pod.path("spec").path("containers")) {
                    images.add(new WorkloadImage(
                            ObjectKey.of(pod).object(),
                            container.path("name").asText(),
                            container.path("image").asText()));
                }
            });
            return images;
        }

        @Override
        public void close() {
            all.forEach(WatchedObjects::close);
            calico.close();
        }
    }
}
