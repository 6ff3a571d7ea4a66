package io.calicofleet.executor.adapter.kubernetes.observe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.lockout.ApiServerPorts;
import io.calicofleet.executor.core.lockout.NamedServers;
import io.calicofleet.executor.core.observe.Dikastes;
import io.calicofleet.executor.core.observe.LogPrefixes;
import io.calicofleet.executor.core.observe.NetworkFacts;
import io.calicofleet.executor.core.observe.NetworkSets;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.felix.evaluation.FailsafePorts;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of an observation that are looked at only where a gate asks for them, for they cost: pods, policies of all. */
final class AskedFor implements AutoCloseable {

    private static final ResourceRef KUBERNETES = new ResourceRef("v1", "Endpoints", "default", "kubernetes");
    private static final ResourceRef CLUSTER_INFO = new ResourceRef("v1", "ConfigMap", "kube-public", "cluster-info");

    private final boolean network;
    private final boolean traffic;
    private final boolean lines;
    private final CalicoWatch calico;

    private final @Nullable WatchedObjects apiServices;
    private final @Nullable WatchedObjects pods;
    private final ClusterApi cluster;

    /** What says where the API server is reached, once it was asked for: it stays so for as long as a step lasts. */
    private @Nullable List<ObjectNode> endpoints;

    private List<ObjectNode> clusterInfo = List.of();

    AskedFor(ClusterApi cluster, CalicoWatch calico, StepRequested request, Runnable changed) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.calico = requireNonNull(calico, "calico");
        Set<GateKind> gates = request.gates().stream()
                .map(GateRequirement::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(GateKind.class)));
        network = gates.contains(GateKind.NETWORK_UNCHANGED);
        boolean approved = request.gates().stream().anyMatch(GateRequirement::confirmsApproval);
        traffic = gates.contains(GateKind.HOST_ENDPOINT_TRAFFIC) || approved;
        lines = traffic || gates.contains(GateKind.HOST_ENDPOINT_PROTECTION);
        apiServices = gates.contains(GateKind.AGGREGATED_API)
                ? cluster.watch("apiregistration.k8s.io/v1", "APIService", "", "", changed)
                : null;
        pods = gates.contains(GateKind.APPLICATION_LAYER_POLICY) ? cluster.watch("v1", "Pod", "", "", changed) : null;
    }

    @Nullable
    Boolean aggregatedApi() {
        return apiServices == null ? null : NetworkFacts.aggregatedApi(apiServices.objects());
    }

    List<String> ipPools() {
        return network ? NetworkFacts.ipPools(calico.all(CalicoKind.IP_POOL)) : List.of();
    }

    Map<String, Integer> counts() {
        return network ? NetworkFacts.counts(calico::all) : Map.of();
    }

    Map<String, List<String>> addresses(List<ObjectNode> nodes) {
        return network ? NetworkFacts.addresses(nodes, calico.all(CalicoKind.NODE)) : Map.of();
    }

    @Nullable
    List<WorkloadImage> dikastes() {
        return pods == null ? null : Dikastes.observe(pods.objects());
    }

    @Nullable
    NetworkSetsObservation networkSets() {
        return traffic
                ? NetworkSets.observe(calico.all(CalicoKind.GLOBAL_NETWORK_SET), calico.all(CalicoKind.HOST_ENDPOINT))
                : null;
    }

    /**
     * The failsafe ports of the nodes with a host endpoint that is protected.
     *
     * @param environment that of calico-node
     * @param version the oldest release that runs
     */
    @Nullable
    FailsafeObservation failsafe(Supplier<Map<String, String>> environment, Supplier<Optional<CalicoVersion>> version) {
        if (!traffic) {
            return null;
        }
        return version.get()
                .map(running -> FailsafePorts.of(calico.all(CalicoKind.FELIX_CONFIGURATION), environment.get(), running)
                        .onAll(protectedNodes()))
                .orElse(null);
    }

    private Set<String> protectedNodes() {
        return calico.all(CalicoKind.HOST_ENDPOINT).stream()
                .map(HostEndpoints::fact)
                .filter(endpoint -> endpoint.needsProtection() || endpoint.labelled())
                .map(HostEndpointFact::node)
                .filter(node -> !node.isEmpty())
                .collect(Collectors.toSet());
    }

    /**
     * Where the API server is reached; null where nothing is suggested, for there is no host endpoint that is protected.
     *
     * @param nodes the addresses of the nodes
     * @param environment that of calico-node
     */
    @Nullable
    ApiServerObservation apiServer(Collection<String> nodes, Supplier<Map<String, String>> environment) {
        if (!traffic || protectedNodes().isEmpty()) {
            return null;
        }
        List<ObjectNode> said = endpoints;
        if (said == null) {
            clusterInfo = readable(CLUSTER_INFO);
            said = readable(KUBERNETES);
            endpoints = said;
        }
        return ApiServerPorts.observe(said, nodes, NamedServers.of(environment.get(), clusterInfo));
    }

    /** What the kubeconfig may not read is not there; the review says then that it is not known. */
    private List<ObjectNode> readable(ResourceRef ref) {
        try {
            return cluster.find(ref).stream().toList();
        } catch (ClusterException e) {
            if (e.problem() != Problem.FORBIDDEN) {
                throw e;
            }
            return List.of();
        }
    }

    /**
     * What stands before the lines of the log, from the protection on, for the nodes log while they are upgraded.
     *
     * @param environment that of calico-node
     */
    List<String> logPrefixes(Supplier<Map<String, String>> environment) {
        return lines ? LogPrefixes.observe(calico.all(CalicoKind.FELIX_CONFIGURATION), environment.get()) : List.of();
    }

    @Override
    public void close() {
        if (apiServices != null) {
            apiServices.close();
        }
        if (pods != null) {
            pods.close();
        }
    }
}
