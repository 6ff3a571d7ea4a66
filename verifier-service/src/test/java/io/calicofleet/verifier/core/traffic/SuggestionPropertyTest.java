package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.AllowedFlows;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.flow.PortRange;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.verifier.Golden;
import io.calicofleet.verifier.core.traffic.WrittenPolicy.Labelled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What every suggestion promises, on random traffic in random networks. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SuggestionPropertyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final Map<String, List<String>> ADDRESSES =
            Map.of("n1", List.of("10.0.0.1", "fd00::1"), "n2", List.of("10.0.0.2"));
    private static final String EVERYBODY = "10.0.0.0/15";
    private static final List<String> PODS = List.of("10.0.128.0/17");

    @RepeatedTest(40)
    void every_recorded_flow_is_let_through_and_the_file_says_what_the_rules_say(RepetitionInfo run) throws Exception {
        // Given
        Scene scene = new Scene(new Random(run.getCurrentRepetition()));
        // When
        PolicySuggestion suggestion = scene.suggestion();
        WrittenPolicy written = scene.written();
        // Then
        AllowedFlows allowed = new AllowedFlows(
                Golden.POLICIES.read(PolicyWriter.write(suggestion.rules())).stream()
                        .toList(),
                scene.network.sets());
        assertThat(scene.ruled()).allMatch(allowed::contains);
        for (FlowKey flow : scene.ruled()) {
            assertThat(suggestion.allows(flow, scene.network))
                    .as(flow.toString())
                    .isTrue();
        }
        for (Packet packet : scene.packets) {
            boolean needsRule = FlowUse.isRuled(flow(packet));
            assertThat(written.allows(packet) || !needsRule)
                    .as(packet.toString())
                    .isTrue();
        }
        // And pods, host endpoints and the sets of namespaces that carry the same labels change nothing
        for (Packet packet : scene.others()) {
            assertThat(written.allows(packet))
                    .as(packet.toString())
                    .isEqualTo(suggestion.allows(flow(packet), scene.network)
                            || suggestion.allows(plain(packet), scene.network));
        }
    }

    @RepeatedTest(40)
    void the_API_server_is_reached_wherever_it_is_said_to_be(RepetitionInfo run) throws Exception {
        // Given
        Scene scene = new Scene(new Random(run.getCurrentRepetition()));
        WrittenPolicy written = scene.written();
        // Then: from each node, by its own address and by that of others
        for (int port : scene.apiServer.onNodes()) {
            assertThat(written.allows(tcp(FlowDirection.EGRESS, "10.0.0.1", "10.0.0.2", port)))
                    .isTrue();
            assertThat(written.allows(tcp(FlowDirection.INGRESS, "10.0.0.2", "10.0.0.1", port)))
                    .isTrue();
            assertThat(written.allows(tcp(FlowDirection.INGRESS, "198.51.100.9", "10.0.0.1", port))
                            || port == 6443
                            || scene.failsafe.isOpen(FlowDirection.INGRESS, port))
                    .as("by people outside, at " + port)
                    .isTrue();
        }
        for (int port : scene.apiServer.elsewhere()) {
            assertThat(written.allows(tcp(FlowDirection.EGRESS, "10.0.0.1", "198.51.100.9", port)))
                    .isTrue();
        }
    }

    private static Packet tcp(FlowDirection direction, String from, String to, int port) {
        return new Packet(
                direction,
                "tcp",
                Cidr.read(from).orElseThrow().base(),
                Cidr.read(to).orElseThrow().base(),
                port);
    }

    @RepeatedTest(40)
    void nobody_is_let_through_who_was_not_seen_but_those_the_chosen_form_names(RepetitionInfo run) {
        // Given
        Scene scene = new Scene(new Random(run.getCurrentRepetition()));
        PolicySuggestion suggestion = scene.suggestion();
        List<PolicyRule> seen = suggestion.rules().stream()
                .filter(rule -> !rule.comments().getFirst().startsWith("must have"))
                .toList();
        // When
        List<Packet> allowed = scene.others().stream()
                .filter(packet -> seen.stream().anyMatch(rule -> rule.allows(flow(packet), scene.network.sets())))
                .toList();
        // Then
        for (Packet packet : allowed) {
            assertThat(scene.isOfSomebodySeen(packet)).as(packet.toString()).isTrue();
        }
    }

    private static FlowKey flow(Packet packet) {
        return packet.isLocal()
                ? new FlowKey(packet.direction(), FlowKey.ANY, FlowKey.NO_PORT, Cidr.single(packet.peer()))
                : plain(packet);
    }

    private static FlowKey plain(Packet packet) {
        return new FlowKey(packet.direction(), packet.protocol(), packet.port(), Cidr.single(packet.peer()));
    }

    /** Packets of a host to itself, and others. */
    private static Packet between(FlowDirection direction, String protocol, Address peer, Address own, int port) {
        return direction == FlowDirection.EGRESS
                ? new Packet(direction, protocol, own, peer, port)
                : new Packet(direction, protocol, peer, own, port);
    }

    /** A cluster, what was logged in it, and what was observed of it. */
    private static final class Scene {

        private final Random random;
        private final List<Packet> packets = new ArrayList<>();
        private final TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        private final List<NetworkSetFact> sets = new ArrayList<>();
        private final List<Labelled> known = new ArrayList<>();
        private final NetworkSetsObservation observed;
        private final FailsafeObservation failsafeObserved;
        private final FailsafePorts failsafe;
        private final ApiServerObservation apiServer;
        private final Network network;

        Scene(Random random) {
            this.random = random;
            for (int i = 0; i < 400; i++) {
                Packet packet = LogLines.packet(random);
                // Few ports, so that rules are shared and ports have many peers.
                Packet likely = packet.port() < 0 || random.nextInt(3) == 0
                        ? packet
                        : new Packet(
                                packet.direction(),
                                packet.protocol(),
                                packet.source(),
                                packet.destination(),
                                List.of(22, 80, 443, 8080).get(random.nextInt(4)));
                packets.add(likely);
                tally.add("n1", new LogLine.Flow(likely, "", -1), START);
            }
            List<Map<String, String>> endpoints = new ArrayList<>();
            for (int i = 0; i < random.nextInt(6); i++) {
                List<String> nets = new ArrayList<>();
                for (int n = 0; n <= random.nextInt(4); n++) {
                    nets.add(net());
                }
                NetworkSetFact set = new NetworkSetFact("set-" + i, labels(), nets, nets.size());
                sets.add(set);
                known.add(new Labelled(false, set.labels(), nets));
                known.add(new Labelled(true, set.labels(), List.of(EVERYBODY)));
            }
            boolean incomplete = random.nextInt(10) == 0;
            for (int i = 0; i < random.nextInt(4); i++) {
                Map<String, String> labels = labels();
                known.add(new Labelled(false, labels, List.of(EVERYBODY)));
                if (!incomplete) {
                    endpoints.add(labels);
                }
            }
            observed = new NetworkSetsObservation(sets, endpoints, incomplete);
            failsafeObserved = new FailsafeObservation(
                    some(FlowDirection.INGRESS), some(FlowDirection.EGRESS), random.nextBoolean());
            failsafe = new FailsafePorts(failsafeObserved, TARGET);
            apiServer = new ApiServerObservation(ports(), ports());
            network = new Network(ADDRESSES, PODS, new NetworkSets(observed, TARGET), apiServer);
        }

        PolicySuggestion suggestion() {
            return PolicySuggestion.of(tally.flows().keySet(), network, failsafe);
        }

        WrittenPolicy written() throws Exception {
            TrafficReview review = TrafficReviews.review(new TrafficReviews.Basis(
                    tally,
                    List.of("n1"),
                    START,
                    ADDRESSES,
                    PODS,
                    observed,
                    failsafeObserved,
                    apiServer,
                    TARGET,
                    Golden.POLICIES));
            return new WrittenPolicy(Golden.YAML.readTree(review.suggestedPolicy()), known);
        }

        Collection<FlowKey> ruled() {
            return tally.flows().keySet().stream().filter(FlowUse::isRuled).toList();
        }

        /** Packets like those seen, of others: neighbours, and anybody. */
        List<Packet> others() {
            List<Packet> others = new ArrayList<>();
            for (Packet packet : packets) {
                Packet any = LogLines.packet(random);
                Address near = new Address(
                        packet.peer().v6(), packet.peer().high(), packet.peer().low() ^ (1 << random.nextInt(12)));
                Address own = packet.direction() == FlowDirection.EGRESS ? packet.source() : packet.destination();
                others.add(between(packet.direction(), packet.protocol(), near, own, packet.port()));
                if (any.source().v6() == own.v6()) {
                    others.add(between(packet.direction(), packet.protocol(), any.source(), own, packet.port()));
                }
                others.add(between(packet.direction(), packet.protocol(), near, near, packet.port()));
                others.add(any);
            }
            return others;
        }

        /** Whether somebody was seen at the port who shares the form with who sent the packet. */
        boolean isOfSomebodySeen(Packet packet) {
            Cidr peer = flow(packet).peer();
            List<FlowKey> alike = ruled().stream()
                    .filter(flow -> flow.direction() == packet.direction()
                            && flow.protocol().equals(packet.protocol())
                            && flow.ports().contains(PortRange.of(packet.port()))
                            && flow.peer().base().v6() == packet.peer().v6())
                    .toList();
            long networks =
                    alike.stream().map(flow -> wide(flow.peer())).distinct().count();
            Stream<List<Cidr>> forms = Stream.concat(
                    Stream.of(
                            ADDRESSES.values().stream()
                                    .flatMap(List::stream)
                                    .map(Cidr::parse)
                                    .toList(),
                            PODS.stream().map(Cidr::parse).toList()),
                    sets.stream()
                            .map(set -> set.nets().stream().map(Cidr::parse).toList()));
            return networks > PolicySuggestion.MAX_NETS
                    || alike.stream()
                            .anyMatch(flow ->
                                    flow.peer().isAny() || wide(flow.peer()).contains(peer))
                    || forms.anyMatch(form ->
                            holds(form, peer) && alike.stream().anyMatch(flow -> holds(form, flow.peer())));
        }

        private static boolean holds(List<Cidr> nets, Cidr peer) {
            return nets.stream().anyMatch(net -> net.contains(peer));
        }

        private static Cidr wide(Cidr peer) {
            return Cidr.of(peer.base(), Math.min(peer.bits(), peer.base().v6() ? 64 : 24));
        }

        private Map<String, String> labels() {
            Map<String, String> labels = new HashMap<>();
            for (String key : List.of("role", "team", "example.com/zone")) {
                if (random.nextBoolean()) {
                    labels.put(key, List.of("a", "b", "c").get(random.nextInt(3)));
                }
            }
            return labels;
        }

        private String net() {
            return switch (random.nextInt(5)) {
                case 0 -> "fd00::" + Integer.toHexString(random.nextInt(300)) + "/120";
                case 1 -> "10.0." + random.nextInt(256) + "." + random.nextInt(256);
                case 2 -> "10.0." + random.nextInt(256) + ".0/20";
                case 3 -> random.nextInt(8) == 0 ? "0.0.0.0/0" : "10.1.0.0/16";
                default -> "10.0." + random.nextInt(256) + ".0/24";
            };
        }

        private List<Integer> ports() {
            return Stream.of(443, 6443, 8443, 16_443, 27_791)
                    .filter(port -> random.nextInt(4) == 0)
                    .toList();
        }

        private List<FailsafePort> some(FlowDirection direction) {
            List<FailsafePort> ports = new ArrayList<>();
            for (FailsafePort port : FailsafeDefaults.of(TARGET, direction)) {
                if (random.nextInt(3) > 0) {
                    ports.add(
                            random.nextBoolean()
                                    ? port
                                    : new FailsafePort(port.protocol(), port.port(), "10.0.0.0/16"));
                }
            }
            return ports;
        }
    }
}
