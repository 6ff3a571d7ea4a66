package io.calicofleet.simulator.calico.felix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import io.calicofleet.model.felix.evaluation.FelixSettings;
import io.calicofleet.simulator.calico.datastore.CalicoResources;
import io.calicofleet.simulator.calico.felix.NodeRules.Outcome;
import io.calicofleet.simulator.calico.felix.TrafficGenerator.Host;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Felix on every node of a cluster, and the traffic it judges. What runs on a node decides: it programs the kernel by what
 * it reads, as its release does. Where it cannot it panics and starts again for ever, and what was programmed before stays.
 *
 * <p>All but the counts is for the thread of the cluster's loop.
 */
public final class Felix {

    /** Where the API server of every cluster is, as its nodes see it. */
    public static final String CONTROL_PLANE = "10.0.255.10";

    private static final GroupResource NODES = new GroupResource("", "nodes");

    /** Rounds between two lines of a node that have nothing to do with policies. */
    private static final int OTHER_LINES = 25;

    /** What a probe meets where no Felix listens. */
    public static final String REFUSED =
            "felix is not ready: Get \"http://localhost:9099/readiness\": dial tcp 127.0.0.1:9099: connect: connection refused";

    private static final Set<String> GROUPS = Set.of("crd.projectcalico.org", "projectcalico.org");
    private static final String CUT =
            "felix is not ready: Get \"http://localhost:9099/readiness\": context deadline exceeded"
                    + " (Client.Timeout exceeded while awaiting headers)";

    private final ObjectStore store;
    private volatile CalicoResources resources;
    private final Faults faults;
    private final BiConsumer<String, String> lines;
    private final Map<String, Running> running = new ConcurrentSkipListMap<>();
    private final Map<String, NodeRules> kernels = new ConcurrentSkipListMap<>();
    private final Map<String, String> crashes = new ConcurrentSkipListMap<>();
    private final Map<String, Long> drops = new ConcurrentSkipListMap<>();
    private final Map<String, Long> allowed = new ConcurrentSkipListMap<>();
    private @Nullable FelixInputs programmed;
    private int round;

    /** The calico-node of a node, and how its image's tag calls its version. */
    private record Running(CalicoVersion version, String tag, Map<String, String> environment) {}

    /** Felix of a cluster, which reads {@code resources} until it is told others; lines takes a node and a line of its kernel log. */
    public Felix(ObjectStore store, CalicoResources resources, Faults faults, BiConsumer<String, String> lines) {
        this.store = store;
        this.resources = resources;
        this.faults = faults;
        this.lines = lines;
    }

    /**
     * calico-node has started on a node; what ran there before is replaced.
     *
     * @param tag how its image calls the version
     */
    public void started(String node, CalicoVersion version, String tag, Map<String, String> environment) {
        running.put(node, new Running(version, tag, Map.copyOf(environment)));
        programmed = null;
    }

    /** Calico's resources are read from here from now on. */
    public void reads(CalicoResources now) {
        resources = now;
    }

    /** Whether objects of an API group are something it goes by. */
    public static boolean isAbout(GroupResource resource) {
        return GROUPS.contains(resource.group()) || resource.equals(NODES);
    }

    /** The version of calico-node that programs each node. */
    public Map<String, String> versions() {
        Map<String, String> texts = new TreeMap<>();
        running.forEach((node, now) -> texts.put(node, now.tag()));
        return texts;
    }

    /** Why Felix cannot program a node, by node; only those where it cannot. */
    public Map<String, String> crashes() {
        return new TreeMap<>(crashes);
    }

    /** Dropped packets: {@code <host endpoint> <ingress|egress> <service>} to their number. */
    public Map<String, Long> drops() {
        return new TreeMap<>(drops);
    }

    /** Packets that got through, counted like drops. */
    public Map<String, Long> allowed() {
        return new TreeMap<>(allowed);
    }

    /**
     * Why the calico-node of a node does not answer its probes; empty where it does. They ask Felix over the loopback
     * interface, which the node's own policies may cut.
     */
    public String failure(String node) {
        if (crashes.containsKey(node)) {
            return REFUSED;
        }
        NodeRules rules = kernels.get(node);
        return rules == null || rules.lets(TrafficGenerator.health()) ? "" : CUT;
    }

    /**
     * Reads everything and programs every node by it.
     *
     * @return false where there was nothing to do: it has read the same before, or cannot read
     */
    public boolean program() {
        CalicoResources source = resources;
        if (!source.isServed() || isLocked(source)) {
            return false;
        }
        FelixInputs inputs = FelixInputs.read(source, store);
        if (inputs.equals(programmed)) {
            return false;
        }
        programmed = inputs;
        Map<Running, io.calicofleet.model.felix.evaluation.Felix> models = new HashMap<>();
        for (ObjectNode node : store.list(NODES, "").objects()) {
            String name = Json.text(node, "metadata", "name");
            Running now = running.get(name);
            if (now != null) {
                io.calicofleet.model.felix.evaluation.Felix model = models.computeIfAbsent(
                        now,
                        one -> new io.calicofleet.model.felix.evaluation.Felix(
                                one.version(), inputs.resources(), inputs.surroundings(one.environment(), store)));
                program(name, now, model, inputs, FelixInputs.addresses(node));
            }
        }
        return true;
    }

    private void program(
            String node,
            Running now,
            io.calicofleet.model.felix.evaluation.Felix model,
            FelixInputs inputs,
            List<Cidr> addresses) {
        List<Crash> fatal = model.crashes(node);
        if (!fatal.isEmpty()) {
            crashes.put(
                    node, fatal.getFirst().object() + ": " + fatal.getFirst().why());
            return;
        }
        crashes.remove(node);
        if (model.endpoints().isEmpty() && !model.mayTakeForPods(node)) {
            kernels.remove(node);
            return;
        }
        String prefix = new FelixSettings(inputs.resources().felixConfigurations(), now.environment()).logPrefix(node);
        Map<String, List<Cidr>> interfaces =
                Map.of(Packet.ETHERNET, addresses, Packet.LOOPBACK, List.of(Cidr.single(TrafficGenerator.LOCALHOST)));
        kernels.put(node, new NodeRules(model, node, now.version(), interfaces, prefix));
    }

    /** While its datastore is locked Felix changes nothing. */
    private static boolean isLocked(CalicoResources source) {
        ObjectNode information = source.get("ClusterInformation", "default");
        JsonNode ready = information == null ? null : information.path("spec").get("datastoreReady");
        return ready != null && ready.isBoolean() && !ready.asBoolean();
    }

    /** What a node's kernel does with a packet. */
    Outcome judge(String node, Packet packet) {
        NodeRules rules = kernels.get(node);
        return rules == null ? Outcome.OPEN : rules.judge(packet);
    }

    /** One round: every node has one new connection; now and then another line of its kernel. */
    public void round() {
        round++;
        if (kernels.isEmpty() && round % OTHER_LINES != 0) {
            return;
        }
        List<ObjectNode> nodes = store.list(NODES, "").objects();
        if (round % OTHER_LINES == 0) {
            nodes.forEach(node -> {
                String name = Json.text(node, "metadata", "name");
                ship(name, KernelLog.other(name));
            });
        }
        List<Host> hosts = new ArrayList<>();
        nodes.forEach(node -> hosts.add(host(node)));
        List<Address> addresses = hosts.stream().map(Host::v4).toList();
        for (int i = 0; i < nodes.size(); i++) {
            String node = Json.text(nodes.get(i), "metadata", "name");
            NodeRules rules = kernels.get(node);
            if (rules != null) {
                send(rules, TrafficGenerator.connection(round + i, hosts.get(i), addresses));
                if (faults.now().asymmetricNodes().contains(node)) {
                    send(rules, TrafficGenerator.astray(hosts.get(i)));
                }
            }
        }
    }

    /** Its packets go one after the other; where one is dropped there is no next one. */
    private void send(NodeRules rules, Connection connection) {
        Map<String, String> passed = new TreeMap<>();
        for (Packet packet : connection.packets()) {
            Outcome outcome = rules.judge(packet);
            if (outcome.logged()) {
                ship(rules.node(), KernelLog.packet(rules.node(), rules.logPrefix(), packet));
            }
            String what = outcome.endpoint() + " " + connection.subject(packet).what();
            if (!outcome.allowed()) {
                drops.merge(what, 1L, Long::sum);
                return;
            }
            if (!outcome.endpoint().isEmpty()) {
                passed.put(what, what);
            }
        }
        passed.keySet().forEach(what -> allowed.merge(what, 1L, Long::sum));
    }

    private static Host host(JsonNode node) {
        List<Address> all = FelixInputs.addresses(node).stream().map(Cidr::base).toList();
        Address v4 =
                all.stream().filter(address -> !address.v6()).findFirst().orElse(TrafficGenerator.address("10.0.0.1"));
        return new Host(v4, all.stream().filter(Address::v6).toList());
    }

    private void ship(String node, String line) {
        FaultSpec now = faults.now();
        boolean lost = now.trafficLossShare() > 0 && ThreadLocalRandom.current().nextDouble() < now.trafficLossShare();
        if (!lost && !now.silentNodes().contains(node)) {
            lines.accept(node, line);
        }
    }
}
