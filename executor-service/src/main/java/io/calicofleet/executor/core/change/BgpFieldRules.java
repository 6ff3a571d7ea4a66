package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Those of BGPConfiguration default.
 *
 * <p>From Calico's source at 87c15906: the fields and what excludes what {@code api/pkg/apis/projectcalico/v3/bgpconfig.go}; what becomes of them {@code
 * confd/pkg/backends/calico/client.go} and {@code bgp_processor.go}, which have BIRD read its configuration anew without ending: it drops the sessions whose
 * settings differ and keeps the others. What an operator keeps is from tigera/operator at 40788b9b, {@code pkg/controller/installation/core_controller.go}.
 */
final class BgpFieldRules implements FieldRules {

    private static final String MESH = "nodeToNodeMeshEnabled";
    private static final String LOG = "logSeverityScreen";
    private static final String ROUTES = "programClusterRoutes";
    private static final Pattern SEVERITY = Pattern.compile("(?i)(Trace|Debug|Info|Warning|Error|Fatal)");
    private static final Set<String> OF_MESH = Set.of("nodeMeshPassword", "nodeMeshMaxRestartTime");
    private static final Set<String> NETWORKS =
            Set.of("serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs");

    /** Calico's documentation names a mesh of a hundred nodes as what it is good for. */
    private static final int LARGE = 100;

    private static final Map<String, String> ASKED = new HashMap<>();

    static {
        ask(
                "Nodes without an AS number of their own get another one: all of their sessions end and begin anew, the routes they brought are gone meanwhile,"
                        + " and routers that expect the old number refuse them",
                "asNumber");
        ask(
                "Routers that speak BGP with the nodes learn addresses of Services, or learn them no more: who reaches Services through them does so by other"
                        + " ways, or not at all",
                "serviceClusterIPs",
                "serviceExternalIPs",
                "serviceLoadBalancerIPs",
                "serviceLoadBalancerAggregation");
        ask(
                "Routers get the routes with other communities, and may treat them otherwise",
                "communities",
                "prefixAdvertisements");
        ask(
                "Nodes listen for BGP elsewhere: all of their sessions end and begin anew. Routers have to know the new port or address, and where host endpoints"
                        + " have policies these have to allow it, for 179 is a failsafe port and another one is not",
                "listenPort",
                "bindMode");
        ask(
                "The sessions between nodes end and begin anew, and a node that has it already speaks with none that has not: routes between them are gone meanwhile",
                "nodeMeshPassword",
                "nodeMeshMaxRestartTime");
        ask("Routes over these interfaces are announced to others, or no more", "ignoredInterfaces");
        ask(
                "BIRD programs routes between nodes or leaves it to Felix. FelixConfiguration programClusterRoutes has to say the opposite: with both they are"
                        + " written over each other, and with none there are no routes",
                ROUTES);
        ask(
                "Workloads that speak BGP with their node have to know its new address",
                "localWorkloadPeeringIPV4",
                "localWorkloadPeeringIPV6");
        ask(
                "FelixConfiguration has to have the same number, or BIRD and Felix take each other's routes for older ones",
                "ipv4NormalRoutePriority",
                "ipv6NormalRoutePriority");
    }

    private final ClusterSnapshot snapshot;
    private final CalicoNode node;
    private final CalicoNetwork before;
    private final CalicoNetwork after;
    private final Backend backend;

    BgpFieldRules(ClusterSnapshot snapshot, CalicoNode node, CalicoNetwork before, CalicoNetwork after) {
        this.snapshot = snapshot;
        this.node = node;
        this.before = before;
        this.after = after;
        this.backend = Backend.of(node);
    }

    @Override
    public @Nullable JsonNode otherwise(String field) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (field) {
            case MESH -> json.booleanNode(true);
            case LOG -> json.textNode("Info");
            case "asNumber" -> json.numberNode(64512);
            case "listenPort" -> json.numberNode(179);
            default -> null;
        };
    }

    @Override
    public List<String> refusals(String field, @Nullable JsonNode value) {
        List<String> refusals = new ArrayList<>();
        if (field.equals(LOG)
                && value != null
                && !SEVERITY.matcher(value.asText()).matches()) {
            refusals.add(field + " is " + value + ", not one of Trace, Debug, Info, Warning, Error, Fatal");
        }
        if (NETWORKS.contains(field)) {
            Json.elements(value)
                    .map(entry -> Json.text(entry, "cidr"))
                    .filter(cidr -> Cidr.parse(cidr) == null)
                    .forEach(cidr ->
                            refusals.add(field + " has '" + cidr + "', which is no network such as 10.96.0.0/12"));
        }
        if (field.equals(ROUTES) && Part.isOfOperator(node.daemonSet()) && isToldByInstallation()) {
            refusals.add(
                    "The operator keeps " + ROUTES
                            + ", and would write it back. Installation default says it, in spec.calicoNetwork.clusterRoutingMode: change it there");
        }
        return refusals;
    }

    private boolean isToldByInstallation() {
        return snapshot.all("Installation")
                .anyMatch(each -> each.at("/spec/calicoNetwork").has("clusterRoutingMode"));
    }

    @Override
    public Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
        if (field.equals(LOG)) {
            return Optional.empty();
        }
        if (!field.equals(MESH)) {
            return Optional.of(
                    ASKED.getOrDefault(
                            field,
                            "What this field does to traffic is not known here. Read about it in Calico's reference of BGPConfiguration first"));
        }
        if (value != null && !value.asBoolean()) {
            return Optional.of(
                    "Nodes end their sessions with all others and go by BGPPeers alone: the routes they had from each other are gone at once, and learned anew"
                            + " where the peers pass them on, which is not looked at here");
        }
        int nodes = after.nodeLabels().size();
        return Optional.of("Each node begins a session with each other one"
                + (nodes > LARGE
                        ? ", " + nodes + " nodes with one another: Calico advises route reflectors from " + LARGE
                                + " on"
                        : "")
                + ". Routes that were learned by BGPPeers and by the mesh as well may be taken from the other one");
    }

    @Override
    public List<String> notes(String field, @Nullable JsonNode value) {
        return CalicoNetwork.own(before.bgpConfigurations(), field);
    }

    @Override
    public List<String> together(Set<String> fields) {
        List<String> refusals = new ArrayList<>();
        if (!backend.hasBird()) {
            refusals.add("No BIRD runs on the nodes, so that BGPConfiguration would do nothing: " + backend);
            return refusals;
        }
        JsonNode then = after.bgp();
        boolean mesh = then.path(MESH).asBoolean(true);
        if (!mesh) {
            OF_MESH.stream()
                    .filter(then::has)
                    .sorted()
                    .forEach(field -> refusals.add("Calico takes no " + field + " where " + MESH
                            + " is false: say null for it in the same change"));
        }
        if (!then.path("communities").isEmpty()
                && then.path("prefixAdvertisements").isEmpty()) {
            refusals.add("Calico takes no communities that no prefixAdvertisements use");
        }
        if (fields.contains(MESH) && !mesh && needsRoutes()) {
            List<String> alone = after.nodesAlone();
            if (!alone.isEmpty()) {
                refusals.add(
                        "Without the mesh these nodes speak BGP with nobody, and pods on different nodes would be cut off: "
                                + DataPlane.some(alone) + ". Add BGPPeers for them first");
            }
        }
        return refusals;
    }

    /** Whether routes of any pool come by BGP; those of VXLAN are Felix' own. */
    private boolean needsRoutes() {
        return after.pools().isEmpty()
                || after.pools().stream()
                        .map(pool -> Encapsulations.of(pool.path("spec")))
                        .anyMatch(encapsulations -> !encapsulations.isVxlan());
    }

    private static void ask(String why, String... fields) {
        List.of(fields).forEach(field -> ASKED.put(field, why));
    }
}
