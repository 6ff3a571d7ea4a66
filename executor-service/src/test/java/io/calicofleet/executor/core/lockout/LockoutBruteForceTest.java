package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.executor.core.lockout.FelixTables.Packet;
import io.calicofleet.executor.core.lockout.LockoutGuard.Findings;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Random policies, every packet that is needed run through Felix' tables: the guard finds what these drop; {@link Seeds}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LockoutBruteForceTest {

    private static final List<String> ENDS = List.of(
            "nets: [10.0.0.0/31]",
            "nets: [\"fd00::/8\", 10.0.0.2]",
            "nets: [\"fd00::/8\"]",
            "notNets: [\"fd00::/8\"]",
            "notNets: [10.0.0.0/24, \"fd00::/8\"]",
            "selector: role == 'node'",
            "selector: has(odd)",
            "selector: set == 'office'",
            "notSelector: \"!has(odd)\"",
            "selector: all(), namespaceSelector: all()",
            "selector: all(), namespaceSelector: global()");
    private static final List<String> MATCHES = List.of(
            "",
            "",
            "protocol: TCP",
            "protocol: 4",
            "protocol: UDP",
            "notProtocol: TCP",
            "ipVersion: 6",
            "ipVersion: 4",
            "protocol: ICMP, icmp: {type: 8}",
            "protocol: TCP, destination: {ports: [10250, \"2000:6500\"]}",
            "protocol: TCP, destination: {notPorts: [10250, 22]}",
            "protocol: TCP, destination: {ports: [kubelet]}",
            "protocol: TCP, destination: {notPorts: [kubelet]}",
            "protocol: UDP, destination: {ports: [4789, 51820]}",
            "protocol: TCP, source: {ports: [\"1024:65535\"]}",
            "protocol: TCP, source: {ports: [53]}");
    /** These depend on what the guard cannot know. */
    private static final List<String> OF_CLIENTS = List.of(
            "protocol: TCP, source: {ports: [\"1024:30000\"]}", "protocol: TCP, source: {notPorts: [\"1024:30000\"]}");

    private static final Need.Remote ANYONE =
            new Need.Remote("anyone", Cidr.read("0.0.0.0").orElseThrow());
    private static final List<Long> EVERYWHERE = Stream.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9", "172.16.5.5")
            .map(FelixTables::ip)
            .toList();
    private static final List<CalicoVersion> BEFORE = versions("v3.13.4", "v3.16.0", "v3.22.5", "v3.28.5");
    private static final List<CalicoVersion> AFTER = versions("v3.14.2", "v3.17.6", "v3.22.5", "v3.28.5", "v3.30.2");
    private static final List<Integer> CLIENT_PORTS = List.of(1024, 29999, 33000, 65535);

    private int open;
    private int cut;
    private int unsure;

    @Test
    void the_guard_agrees_with_felix_tables_run_packet_by_packet() {
        long[] seeds = Seeds.from(0, 300).toArray();

        LongStream.of(seeds).forEach(this::compare);

        if (seeds.length > 1) {
            assertThat(List.of(open, cut, unsure)).as("each answer comes up").allMatch(times -> times > 20);
        }
    }

    private void compare(long seed) {
        Random random = new Random(seed);
        boolean clients = seed % 3 == 0;
        Scene scene = random(random, clients);
        CalicoState before = scene.at(pick(random, BEFORE));
        CalicoState after = scene.at(pick(random, AFTER));
        boolean ipip = scene.ipPools.contains("ipipMode");
        FelixTables then = new FelixTables(before, ipip);
        FelixTables now = new FelixTables(after, ipip);
        ClusterNeeds needs = scene.needs();
        Findings findings = LockoutGuard.compare(needs, before, after);
        for (ObjectNode endpoint : scene.endpoints) {
            String node = endpoint.at("/spec/node").asText();
            for (Need need : needs.of(node)) {
                List<Need.Remote> remotes = need.remotes().isEmpty() ? List.of(ANYONE) : need.remotes();
                for (Need.Remote remote : remotes) {
                    if (!remote.name().equals(node)) {
                        List<Packet> packets = packets(need, remote);
                        check(
                                "with -Dcalicofleet.seed=" + seed + ": " + need.service() + " on " + node + " with "
                                        + remote.name() + ", " + before.version() + " to " + after.version(),
                                Said.of(findings, need, node, remote),
                                fate(then, endpoint, packets),
                                fate(now, endpoint, packets),
                                !clients && !remote.equals(ANYONE));
                    }
                }
            }
        }
    }

    /** @param decidable whether nothing of it depends on what the guard cannot know */
    private void check(String what, Said said, Fate then, Fate now, boolean decidable) {
        if (then == Fate.OPEN && now != Fate.OPEN) {
            assertThat(said).as(what + " is found").isNotEqualTo(Said.NOTHING);
        }
        if (said == Said.CUT) {
            assertThat(now).as(what + " is cut").isEqualTo(Fate.CUT);
        }
        if (decidable) {
            assertThat(said)
                    .as(what + " is found where it is new: " + then + ", then " + now)
                    .isEqualTo(then == Fate.OPEN && now == Fate.CUT ? Said.CUT : Said.NOTHING);
        }
        open += now == Fate.OPEN ? 1 : 0;
        cut += said == Said.CUT ? 1 : 0;
        unsure += said == Said.DOUBT ? 1 : 0;
    }

    /** What the guard says of a need and somebody at its other end. */
    private enum Said {
        NOTHING,
        DOUBT,
        CUT;

        static Said of(Findings findings, Need need, String node, Need.Remote remote) {
            List<LockoutFact> facts = findings.facts().stream()
                    .filter(fact ->
                            fact.service().equals(need.service()) && fact.node().equals(node))
                    .filter(fact ->
                            fact.from().equals(need.who()) || fact.from().contains(remote.name()))
                    .filter(fact -> need.remotes().isEmpty() == fact.from().equals("anyone"))
                    .toList();
            if (facts.stream().anyMatch(fact -> !fact.rule().endsWith(", as far as it can be decided"))) {
                return CUT;
            }
            boolean noted = need.remotes().isEmpty()
                    && findings.notes().stream()
                            .anyMatch(note -> note.startsWith(need.service() + " on " + node + " would not be"));
            return facts.isEmpty() && !noted ? NOTHING : DOUBT;
        }
    }

    private enum Fate {
        OPEN,
        SOME,
        CUT
    }

    private static Fate fate(FelixTables tables, ObjectNode endpoint, List<Packet> packets) {
        long through = packets.stream()
                .filter(packet -> tables.accepts(endpoint, packet))
                .count();
        return through == packets.size() ? Fate.OPEN : through == 0 ? Fate.CUT : Fate.SOME;
    }

    private static List<Packet> packets(Need need, Need.Remote with) {
        int protocol = Map.of("tcp", 6, "udp", 17, "4", 4).get(need.protocol());
        long local = number(need.local().orElseThrow());
        List<Packet> packets = new ArrayList<>();
        for (long remote : with.equals(ANYONE) ? EVERYWHERE : List.of(number(with.address()))) {
            for (int port : CLIENT_PORTS) {
                packets.add(
                        need.inbound()
                                ? new Packet(true, protocol, remote, local, port, need.port())
                                : new Packet(false, protocol, local, remote, port, need.port()));
            }
        }
        return packets;
    }

    private static long number(Cidr net) {
        return net.base().low();
    }

    private static Scene random(Random random, boolean clients) {
        Scene scene = new Scene();
        for (int i = 1; i <= 3; i++) {
            String profiles =
                    pick(random, List.of("", "", ", profiles: [projectcalico-default-allow]", ", profiles: [own]"));
            scene.endpoint(
                    "n" + i + "-all",
                    "n" + i,
                    "*",
                    (random.nextInt(5) == 0 ? "expectedIPs: []" : "expectedIPs: [10.0.0." + i + "]")
                            + ", ports: [{name: kubelet, port: 10250, protocol: TCP}]" + profiles,
                    "role: node" + (i == 2 ? ", odd: \"1\", zone: a" : ""));
        }
        scene.networkSet("office", "set: office", "10.0.0.2/31");
        scene.profile("own", "ingress: [" + rules(random, clients) + "], egress: [" + rules(random, clients) + "]");
        scene.tier("default", "order: 1000000, defaultAction: Deny");
        scene.tier("first", "order: 10, defaultAction: " + pick(random, List.of("Deny", "Pass")));
        scene.tier("second", "order: 20");
        scene.felix("default", felix(random));
        if (random.nextBoolean()) {
            scene.ipPools = "{metadata: {name: p}, spec: {cidr: 192.168.0.0/16, vxlanMode: Always}}";
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            scene.policy("p" + i, policy(random, clients));
        }
        return scene;
    }

    private static String felix(Random random) {
        List<String> fields = new ArrayList<>();
        fields.add(
                pick(random, List.of("logPrefix: x", "ipipEnabled: true", "ipipEnabled: false", "vxlanEnabled: true")));
        fields.add(pick(random, List.of("routeTable: x", "wireguardEnabled: true")));
        if (random.nextInt(6) == 0) {
            fields.add("bpfEnabled: true");
        }
        if (random.nextInt(3) == 0) {
            fields.add("failsafeInboundHostPorts: "
                    + pick(
                            random,
                            List.of(
                                    "[]",
                                    "[{protocol: TCP, port: 22, net: 10.0.0.1/32}, {protocol: UDP, port: 4789, net: \"::/0\"}]",
                                    "[{protocol: TCP, port: 22}, {protocol: TCP, port: 10250, net: 0.0.0.0/0}]")));
            fields.add("failsafeOutboundHostPorts: []");
        }
        return String.join(", ", fields);
    }

    private static String policy(Random random, boolean clients) {
        String kind = pick(
                random,
                List.of(
                        "",
                        "",
                        "",
                        "",
                        "applyOnForward: true, ",
                        "preDNAT: true, applyOnForward: true, ",
                        "doNotTrack: true, applyOnForward: true, "));
        return (random.nextInt(4) == 0 ? "" : "order: " + random.nextInt(3) + ", ")
                + "selector: \""
                + pick(random, FelixTables.SELECTORS.keySet().stream().sorted().toList()) + "\", "
                + pick(random, List.of("", "", "", "namespaceSelector: all(), ", "namespaceSelector: global(), "))
                + pick(random, List.of("", "tier: first, ", "tier: second, ", "tier: gone, ", "tier: default, "))
                + pick(random, List.of("", "types: [Ingress], ", "types: [Ingress, Egress], "))
                + kind + "ingress: [" + rules(random, clients) + "]"
                + (kind.contains("preDNAT") ? "" : ", egress: [" + rules(random, clients) + "]");
    }

    private static String rules(Random random, boolean clients) {
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String match = clients && random.nextInt(3) == 0 ? pick(random, OF_CLIENTS) : pick(random, MATCHES);
            if (!match.contains("source") && random.nextInt(3) == 0) {
                match += (match.isEmpty() ? "" : ", ") + "source: {" + pick(random, ENDS) + "}";
            } else if (!match.contains("destination") && random.nextInt(3) == 0) {
                match += (match.isEmpty() ? "" : ", ") + "destination: {" + pick(random, ENDS) + "}";
            }
            rules.add("{" + match + (match.isEmpty() ? "" : ", ") + "action: "
                    + pick(random, List.of("Allow", "Allow", "Deny", "Log", "Pass")) + "}");
        }
        return String.join(", ", rules);
    }

    private static List<CalicoVersion> versions(String... texts) {
        return Stream.of(texts).map(CalicoVersion::parse).toList();
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
