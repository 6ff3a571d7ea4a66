package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Pools;
import io.calicofleet.model.release.ReleaseTrait;
import io.calicofleet.model.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those of an IPPool.
 *
 * <p>From Calico's source at 87c15906: what Calico refuses and what it takes for absent fields {@code libcalico-go/lib/clientv3/ippool.go}, {@code
 * api/pkg/apis/projectcalico/v3/ippool.go} and, of releases whose definitions have no such rules, {@code libcalico-go/lib/validator/v3/validator.go}: Felix
 * takes a pool it refuses for none; tunnel addresses {@code node/pkg/allocateip/allocateip.go}; when Felix starts again {@code
 * felix/calc/encapsulation_resolver.go}; who programs routes, and that disableBGPExport holds for the mesh too, {@code
 * confd/pkg/backends/calico/bgp_processor.go} and {@code bird_ipam.cfg.template} of v3.22. Which pools an operator keeps is from tigera/operator at 40788b9b, {@code
 * pkg/controller/ippool/pool_controller.go}.
 */
final class PoolFieldRules implements FieldRules {

    private static final String IPIP = "ipipMode";
    private static final String VXLAN = "vxlanMode";
    private static final Set<String> MODES = Set.of(IPIP, VXLAN);
    private static final String LOAD_BALANCER = "LoadBalancer";
    private static final List<String> MODE = List.of("Never", "Always", "CrossSubnet");
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");

    private final ClusterSnapshot snapshot;
    private final CalicoNode node;
    private final CalicoNetwork before;
    private final CalicoNetwork after;
    private final ChangedResource pool;
    private final JsonNode was;
    private final JsonNode then;
    private final Backend backend;

    PoolFieldRules(
            ClusterSnapshot snapshot,
            CalicoNode node,
            CalicoNetwork before,
            CalicoNetwork after,
            ChangedResource pool) {
        this.snapshot = snapshot;
        this.node = node;
        this.before = before;
        this.after = after;
        this.pool = pool;
        this.was = before.spec(pool);
        this.then = after.spec(pool);
        this.backend = Backend.of(node);
    }

    @Override
    public @Nullable JsonNode otherwise(String field) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (field) {
            case IPIP, VXLAN -> json.textNode(Encapsulations.NEVER);
            case "natOutgoing", "disabled", "disableBGPExport" -> json.booleanNode(false);
            case "nodeSelector" -> json.textNode("all()");
            case "assignmentMode" -> json.textNode("Automatic");
            default -> null;
        };
    }

    @Override
    public List<String> refusals(String field, @Nullable JsonNode value) {
        List<String> refusals = new ArrayList<>();
        switch (field) {
            case "cidr", "blockSize" ->
                refusals.add(
                        "No campaign changes " + field
                                + ": addresses of the pool are in use, and Calico refuses it. Add a pool, disable this one, and restart the pods");
            case "ipip" ->
                refusals.add(
                        "No campaign changes ipip: it is of another age, and no release that runs reads it. Say ipipMode");
            case IPIP, VXLAN -> {
                if (value != null && !MODE.contains(value.asText())) {
                    refusals.add(field + " is " + value + ", not one of " + String.join(", ", MODE));
                }
            }
            case "nodeSelector", "namespaceSelector" -> {
                if (value != null && !Selector.isReadable(value.asText())) {
                    refusals.add(field + " is " + value + ", which is no selector of Calico");
                }
            }
            default -> {
                // the definition says what it may be
            }
        }
        return refusals;
    }

    @Override
    public List<String> notes(String field, @Nullable JsonNode value) {
        return field.equals("disabled") && !isTrue(value)
                ? List.of("new pods get addresses of " + Json.text(was, "cidr") + " again")
                : List.of();
    }

    @Override
    public Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
        String cidr = Json.text(was, "cidr");
        return Optional.ofNullable(
                switch (field) {
                    // Both modes are one way between the nodes: it is asked once.
                    case IPIP ->
                        Encapsulations.of(was)
                                        .vxlan()
                                        .equals(Encapsulations.of(then).vxlan())
                                ? between()
                                : null;
                    case VXLAN -> between();
                    case "natOutgoing" ->
                        isTrue(value)
                                ? "What pods of " + cidr
                                        + " send out of all pools gets the address of their node from then on: connections that are open may"
                                        + " break, and firewalls outside see nodes in place of pods"
                                : "What pods of " + cidr
                                        + " send out of all pools keeps the address of the pod: without a route back to the pods it is not"
                                        + " answered, which is not looked at here";
                    case "disabled" ->
                        isTrue(value)
                                ? "New pods get no address of " + cidr
                                        + " any more; those that run keep theirs. Pods and namespaces that ask for this pool by an annotation do not"
                                        + " start"
                                : null;
                    case "nodeSelector", "namespaceSelector", "allowedUses", "assignmentMode" ->
                        "Which new pods, and which tunnels of nodes, get addresses of " + cidr
                                + " changes; pods that run keep theirs, and a node whose tunnel gets another address programs its routes anew";
                    case "disableBGPExport" ->
                        "Routers that speak BGP with the nodes "
                                + (isTrue(value)
                                        ? "lose the routes to " + cidr
                                                + ": who reaches pods through them does not any more"
                                        : "learn routes to " + cidr);
                    default ->
                        "What this field does to traffic is not known here. Read about it in Calico's reference of IPPool first";
                });
    }

    /** What another encapsulation does. */
    private String between() {
        Encapsulations old = Encapsulations.of(was);
        Encapsulations now = Encapsulations.of(then);
        StringBuilder text = new StringBuilder("Packets between pods of ")
                .append(Json.text(was, "cidr"))
                .append(" on different nodes go ")
                .append(now)
                .append(", and no more ")
                .append(old)
                .append(
                        ". Each node takes other routes to all the others when it notices: packets and connections between nodes are lost meanwhile");
        if (ReleaseTrait.ENCAPSULATION_BY_POOLS.isIn(version())
                && !Pools.of(before.pools()).equals(Pools.of(after.pools()))) {
            text.append(", and Felix starts again on all nodes at once");
        }
        if (now.bytes() > old.bytes()) {
            text.append(". It takes ")
                    .append(now.bytes())
                    .append(" bytes of each packet, and took ")
                    .append(old.bytes())
                    .append(
                            ": pods that run keep their MTU, and where that leaves no room large packets are lost until they start again");
        }
        text.append(". Not looked at here: ");
        if (now.isVxlan()) {
            text.append("whether UDP ")
                    .append(after.felix().path("vxlanPort").asInt(4789))
                    .append(" is open between the nodes");
        } else if (now.isIpip()) {
            text.append("whether the network of the nodes lets IP protocol 4 pass, which that of Azure does not");
        } else {
            text.append(
                    "whether the network of the nodes lets packets with addresses of pods pass, and has routes for them between subnets");
        }
        if (Json.text(then, now.isVxlan() ? VXLAN : IPIP).equals(Encapsulations.CROSS_SUBNET)) {
            text.append("; and whether it lets packets with addresses of pods pass within a subnet");
        }
        return text.toString();
    }

    @Override
    public List<String> together(Set<String> fields) {
        List<String> refusals = new ArrayList<>();
        keptByOperator().ifPresent(refusals::add);
        Encapsulations now = Encapsulations.of(then);
        if (fields.stream().anyMatch(MODES::contains)) {
            encapsulation(now, refusals);
        }
        if (fields.contains("disableBGPExport") || fields.stream().anyMatch(MODES::contains)) {
            routes(now, refusals);
        }
        boolean balances = Json.texts(then.get("allowedUses")).contains(LOAD_BALANCER);
        if (balances != Json.texts(was.get("allowedUses")).contains(LOAD_BALANCER)) {
            refusals.add("A pool is for LoadBalancers or for pods and tunnels from its beginning: add another pool");
        } else if (balances
                && (now.isIpip()
                        || now.isVxlan()
                        || then.path("disableBGPExport").asBoolean())) {
            refusals.add("Calico takes no encapsulation and no disableBGPExport for a pool of LoadBalancers");
        }
        addresses(refusals);
        return refusals;
    }

    /** What Calico refuses, or Felix would do nothing about. */
    private void encapsulation(Encapsulations now, List<String> refusals) {
        String object = pool.object();
        if (now.isIpip() && now.isVxlan()) {
            refusals.add(object + " would have ipipMode " + now.ipip() + " and vxlanMode " + now.vxlan()
                    + ", of which Calico takes one only: say the other one as well, as Never");
            return;
        }
        if (now.v6() && now.isIpip()) {
            refusals.add("Calico has no IPIP for IPv6, which " + object + " is of");
        }
        if (now.isVxlan() && !(now.v6() ? ReleaseTrait.VXLAN_OF_IPV6 : ReleaseTrait.VXLAN).isIn(version())) {
            refusals.add("Calico has VXLAN of " + FAMILIES.get(now.v6() ? 1 : 0) + " from "
                    + (now.v6() ? ReleaseTrait.VXLAN_OF_IPV6 : ReleaseTrait.VXLAN).from() + " on: upgrade first");
        }
        if (backend.isNone()) {
            refusals.add(
                    "Calico brings no packet from node to node here, so that the field would do nothing: " + backend);
            return;
        }
        if (now.isVxlan()) {
            felix("vxlanEnabled", now.v6(), refusals);
        } else if (now.isIpip()) {
            felix("ipipEnabled", false, refusals);
        }
    }

    /** Felix follows the pools from some release on, unless it is told; before, it has to be told. */
    private void felix(String field, boolean v6, List<String> refusals) {
        if (v6 && ReleaseTrait.VXLAN_OF_IPV6_BY_POOLS_ALONE.isIn(version())) {
            return;
        }
        Optional<String> variable = node.environment().entrySet().stream()
                .filter(entry ->
                        FelixFields.variables(field).contains(entry.getKey().toUpperCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .findFirst();
        String said =
                variable.orElseGet(() -> after.felix().path(field).asText("")).toLowerCase(Locale.ROOT);
        boolean follows = ReleaseTrait.ENCAPSULATION_BY_POOLS.isIn(version());
        boolean on =
                said.isEmpty() ? follows : Set.of("true", "1", "yes", "y", "t").contains(said);
        if (!on) {
            refusals.add((said.isEmpty() ? "Felix of this release does not follow the pools" : "Felix is told not to")
                    + ", and would not do what " + pool.object() + " says: "
                    + (variable.isPresent()
                            ? "change the environment variable of calico-node for " + field
                            : "say felixConfiguration: {" + field + ": true} in the same change"));
        }
    }

    /** Nodes have routes of pools without VXLAN from BIRD, which has them from the other nodes by BGP. */
    private void routes(Encapsulations now, List<String> refusals) {
        if (now.isVxlan()
                || backend.isNone()
                || felixProgramsRoutes(now)
                || Json.texts(then.get("allowedUses")).contains(LOAD_BALANCER)) {
            return;
        }
        if (!backend.hasBird()) {
            refusals.add("Routes of a pool without VXLAN are distributed by BGP, and no BIRD runs here: " + backend
                    + ". Stay with vxlanMode, or change that first");
            return;
        }
        if (then.path("disableBGPExport").asBoolean()) {
            refusals.add(
                    "disableBGPExport holds for the other nodes as well, which have the routes of a pool without VXLAN by BGP: pods of "
                            + pool.object() + " on different nodes would be cut off");
        }
        List<String> alone = after.nodesAlone();
        if (Encapsulations.of(was).isVxlan() && !alone.isEmpty()) {
            refusals.add("Routes of a pool without VXLAN are distributed by BGP, and these nodes speak it with nobody: "
                    + DataPlane.some(alone)
                    + ". Turn the mesh on (bgpConfiguration: {nodeToNodeMeshEnabled: true}), or add BGPPeers");
        }
    }

    private boolean felixProgramsRoutes(Encapsulations now) {
        String by = after.felix().path("programClusterRoutes").asText();
        return by.equals("Enabled") || by.equals(now.isIpip() ? "EnabledIPIPOnly" : "EnabledNoEncapOnly");
    }

    /** No node may be left without addresses for its tunnel or its new pods that has them today. */
    private void addresses(List<String> refusals) {
        if (node.env("USE_POD_CIDR").equalsIgnoreCase("true")) {
            return; // addresses are of the node's podCIDR, whatever the pools say
        }
        for (boolean v6 : List.of(false, true)) {
            String family = FAMILIES.get(v6 ? 1 : 0);
            List<String> left = after.nodeLabels().keySet().stream()
                    .filter(name -> gives(before, name, v6, "", "Workload") && !gives(after, name, v6, "", "Workload"))
                    .sorted()
                    .toList();
            if (!left.isEmpty()) {
                refusals.add(
                        "New pods would get no address of " + family + " on these nodes, which no other pool is for: "
                                + DataPlane.some(left) + ". Add or enable a pool for them first");
            }
            for (String mode : List.of(IPIP, VXLAN)) {
                boolean used = after.pools().stream().anyMatch(other -> isOf(other, v6) && wraps(other, mode));
                boolean wasUsed = before.pools().stream().anyMatch(other -> isOf(other, v6) && wraps(other, mode));
                List<String> lost = after.nodeLabels().keySet().stream()
                        .filter(name -> used
                                && (!wasUsed || gives(before, name, v6, mode, "Tunnel"))
                                && !gives(after, name, v6, mode, "Tunnel"))
                        .sorted()
                        .toList();
                if (!lost.isEmpty()) {
                    refusals.add("The tunnels of " + mode + " of " + family
                            + " have their addresses from enabled pools of that mode which are for the node and for tunnels, and these nodes"
                            + " would have none: " + DataPlane.some(lost));
                }
            }
        }
    }

    /** Whether a node gets addresses from a pool; mode is empty where its encapsulation does not matter. */
    private static boolean gives(CalicoNetwork network, String name, boolean v6, String mode, String use) {
        Map<String, String> labels = network.nodeLabels().getOrDefault(name, Map.of());
        return network.pools().stream()
                .filter(other -> isOf(other, v6) && (mode.isEmpty() || wraps(other, mode)))
                .map(other -> other.path("spec"))
                .filter(spec -> !spec.path("disabled").asBoolean())
                .filter(spec -> spec.path("allowedUses").isEmpty()
                        || Json.texts(spec.get("allowedUses")).contains(use))
                .filter(spec -> use.equals("Tunnel")
                        || (!Json.text(spec, "assignmentMode").equals("Manual")
                                && Json.text(spec, "namespaceSelector").isEmpty()))
                .anyMatch(spec -> Selector.matches(Json.text(spec, "nodeSelector"), labels));
    }

    private static boolean isOf(JsonNode pool, boolean v6) {
        return pool.at("/spec/cidr").asText().contains(":") == v6;
    }

    private static boolean wraps(JsonNode pool, String mode) {
        Encapsulations encapsulations = Encapsulations.of(pool.path("spec"));
        return mode.equals(IPIP) ? encapsulations.isIpip() : encapsulations.isVxlan();
    }

    private Optional<String> keptByOperator() {
        if (!Part.isOfOperator(node.daemonSet())) {
            return Optional.empty();
        }
        Optional<Cidr> own = Cidr.read(Json.text(was, "cidr"));
        boolean told = snapshot.all("Installation")
                .flatMap(installation -> Json.elements(installation.at("/spec/calicoNetwork/ipPools")))
                .anyMatch(each -> own.equals(Cidr.read(Json.text(each, "cidr"))));
        boolean labelled = before.pools().stream()
                .filter(object -> ChangedResource.named(object).equals(pool.name()))
                .anyMatch(object -> object.at("/metadata/labels/app.kubernetes.io~1managed-by")
                        .asText()
                        .equals("tigera-operator"));
        return told || labelled
                ? Optional.of("The operator keeps " + pool.object()
                        + ": it writes back what Installation default says in spec.calicoNetwork.ipPools (encapsulation, natOutgoing,"
                        + " nodeSelector, disableNewAllocations, disableBGPExport, allowedUses). Change it there")
                : Optional.empty();
    }

    private CalicoVersion version() {
        return node.oldestVersion(snapshot).orElse(CalicoVersion.of(0, 0, 0));
    }

    private static boolean isTrue(@Nullable JsonNode value) {
        return value != null && value.asBoolean();
    }
}
