package io.calicofleet.executor.adapter.kubernetes.observe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.observe.Networks;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.engine.Observer;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Observes the workloads, the nodes and Calico's resources, and what an operator says. All by watches, but for
 * ClusterInformation, which is read anew each time: two observations are two readings.
 */
public final class KubernetesObserver implements Observer {

    private static final ResourceRef INSTALLATION =
            new ResourceRef("operator.tigera.io/v1", "Installation", "", "default");

    private final ClusterApi cluster;
    private final Function<Supplier<Optional<CalicoVersion>>, CalicoDatastore> finder;

    /**
     * An observer.
     *
     * @param finder finds where Calico's resources are, given the oldest version of calico-node that runs
     */
    public KubernetesObserver(ClusterApi cluster, Function<Supplier<Optional<CalicoVersion>>, CalicoDatastore> finder) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.finder = requireNonNull(finder, "finder");
    }

    @Override
    public Session start(StepRequested request, Runnable changed) {
        return new Watching(request, changed);
    }

    private final class Watching implements Session {

        private final List<WorkloadWatch> workloads = new ArrayList<>();
        private final @Nullable OperatorWatch operator;
        private final WatchedObjects nodes;
        private final CalicoWatch calico;
        private final AskedFor asked;
        private final List<ResourceRef> calicoctl;
        private final @Nullable ContinuityWatch continuity;

        Watching(StepRequested request, Runnable changed) {
            // What it was installed by is gone once the operator has it.
            InstallMethod method = request.step().kind() == StepKind.MIGRATE_TO_OPERATOR
                    ? InstallMethod.OPERATOR
                    : request.parameters().installMethod();
            boolean operated = hasOperator(method);
            List<ObjectNode> present = new ArrayList<>(cluster.list("apps/v1", "DaemonSet"));
            present.addAll(cluster.list("apps/v1", "Deployment"));
            List<String> namespaces = CalicoWorkloads.namespaces(method, operated, present);
            for (String namespace : namespaces) {
                workloads.add(new WorkloadWatch(cluster, namespace, present, changed));
            }
            calicoctl = Stream.concat(namespaces.stream(), Stream.of(InstalledCalico.USUAL_NAMESPACE))
                    .filter(namespace -> !CalicoWorkloads.isOfOperator(namespace))
                    .distinct()
                    .map(namespace -> new ResourceRef("v1", "Pod", namespace, "calicoctl"))
                    .toList();
            nodes = cluster.watch("v1", "Node", "", "", changed);
            operator = operated ? new OperatorWatch(cluster, changed) : null;
            calico = new CalicoWatch(() -> finder.apply(this::oldestVersion), changed);
            asked = new AskedFor(cluster, calico, request, changed);
            ContinuitySpec measured = request.parameters().continuity();
            continuity = measured == null ? null : new ContinuityWatch(cluster, measured.proberNamespace(), changed);
        }

        private boolean hasOperator(@Nullable InstallMethod method) {
            return switch (method) {
                case null -> cluster.find(INSTALLATION).isPresent();
                case OPERATOR, HELM -> true;
                default -> false;
            };
        }

        @Override
        public ClusterObservation observe() {
            Optional<ObjectNode> information = calico.find(CalicoKind.CLUSTER_INFORMATION, "default");
            List<ObjectNode> everyNode = nodes.objects();
            Map<String, List<String>> addresses = Networks.nodeAddresses(everyNode);
            List<WorkloadObservation> seen = workloads.stream()
                    .flatMap(watch -> watch.observe(everyNode).stream())
                    .toList();
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
                            seen,
                            calico.all(CalicoKind.HOST_ENDPOINT).stream()
                                    .map(calico.nodeNames()::inKubernetes)
                                    .map(HostEndpoints::fact)
                                    .sorted(Comparator.comparing(HostEndpointFact::name))
                                    .toList(),
                            TemporaryPolicy.observe(calico.all(CalicoKind.GLOBAL_NETWORK_POLICY)),
                            addresses,
                            Networks.podNetworks(calico.all(CalicoKind.IP_POOL)),
                            calicoctl(),
                            operator == null ? null : operator.observe(seen),
                            asked.aggregatedApi(),
                            asked.ipPools(),
                            asked.counts(),
                            asked.dikastes(),
                            asked.addresses(everyNode),
                            asked.networkSets(),
                            asked.failsafe(this::environment, this::oldestVersion))
                    .withLogPrefixes(asked.logPrefixes(this::environment))
                    .withApiServer(asked.apiServer(
                            addresses.values().stream().flatMap(List::stream).toList(), this::environment))
                    // The last look: what it tells is newer than the pods of this observation.
                    .withContinuity(continuity == null ? null : continuity.observe(everyNode));
        }

        private Optional<CalicoVersion> oldestVersion() {
            ClusterSnapshot snapshot = snapshot(List.of());
            return CalicoNode.find(snapshot).flatMap(node -> node.oldestVersion(snapshot));
        }

        /** That of calico-node, with what it takes from ConfigMaps. */
        private Map<String, String> environment() {
            List<ObjectNode> configMaps = CalicoNode.find(snapshot(List.of())).stream()
                    .flatMap(node -> CalicoNode.configMaps(node.daemonSet()).stream()
                            .flatMap(name -> cluster
                                    .find(new ResourceRef(
                                            "v1",
                                            "ConfigMap",
                                            node.daemonSet()
                                                    .at("/metadata/namespace")
                                                    .asText(),
                                            name))
                                    .stream()))
                    .toList();
            return CalicoNode.find(snapshot(configMaps))
                    .map(CalicoNode::environment)
                    .orElse(Map.of());
        }

        private ClusterSnapshot snapshot(List<ObjectNode> configMaps) {
            List<JsonNode> seen = new ArrayList<>(configMaps);
            workloads.forEach(watch -> seen.addAll(watch.daemonSetsAndPods()));
            return new ClusterSnapshot("", seen, Set.of(), List.of());
        }

        private List<WorkloadImage> calicoctl() {
            List<WorkloadImage> images = new ArrayList<>();
            calicoctl.stream()
                    .flatMap(ref -> cluster.find(ref).stream())
                    .findFirst()
                    .ifPresent(pod -> {
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
            workloads.forEach(WorkloadWatch::close);
            nodes.close();
            if (operator != null) {
                operator.close();
            }
            asked.close();
            if (continuity != null) {
                continuity.close();
            }
            calico.close();
        }
    }
}
