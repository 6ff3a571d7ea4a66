package io.calicofleet.simulator.calico.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.simulator.calico.datastore.EtcdResources;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The simulated Felix against verdicts it had no part in: the objects go into its etcd as they are, it programs node1 by
 * them, and packets are sent. Our own samples always run; those measured with a real Felix run where {@code
 * shared/felix-vectors} is beside the project, or {@code -Dcalicofleet.felixVectors} says where they are.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NODE = "node1";
    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final Map<String, String> KINDS = Map.of(
            "hostEndpoints", "HostEndpoint",
            "policies", "GlobalNetworkPolicy",
            "networkSets", "GlobalNetworkSet",
            "profiles", "Profile");

    private final EtcdServer etcd = EtcdServer.start(false);

    @AfterEach
    void stop() {
        etcd.close();
    }

    @Test
    void the_simulated_Felix_does_what_our_samples_say() throws IOException {
        try (InputStream file = FelixVectorsTest.class.getResourceAsStream("/felix-samples.json")) {
            List<JsonNode> samples = stream(JSON.readTree(file)).toList();

            assertThat(samples).hasSize(10);
            assertThat(samples.stream().flatMap(sample -> disagreements(sample).stream()))
                    .isEmpty();
        }
    }

    @Test
    void the_simulated_Felix_does_what_a_real_one_did_to_the_last_packet() throws IOException {
        Path folder = measured();
        assumeTrue(Files.isDirectory(folder), () -> "no vectors measured with a real Felix at " + folder);
        List<JsonNode> scenarios = Stream.concat(
                        stream(JSON.readTree(
                                folder.resolve("felix-vectors.json").toFile())),
                        stream(JSON.readTree(folder.resolve("more-vectors.json").toFile())
                                .path("scenarios")))
                .toList();
        System.out.println(scenarios.size() + " measured scenarios with "
                + scenarios.stream()
                        .mapToInt(scenario -> scenario.path("packets").size())
                        .sum()
                + " packets through the simulated Felix");

        assertThat(scenarios.stream().flatMap(scenario -> disagreements(scenario).stream()))
                .isEmpty();
    }

    /** Where it does something else. */
    private List<String> disagreements(JsonNode scenario) {
        String name = scenario.path("id").asText(scenario.path("name").asText());
        etcd.entries(ROOT).keySet().forEach(etcd::delete);
        objects(scenario).forEach(this::put);
        Felix felix = felix(CalicoVersion.parse(scenario.path("version").asText()));
        boolean crashes = scenario.path("crash").asBoolean() || scenario.has("unprogrammable");
        if (crashes != felix.crashes().containsKey(NODE)) {
            return List.of(name + ": a real one " + (crashes ? "crashes" : "lives") + ", said was " + felix.crashes());
        }
        List<String> wrong = new ArrayList<>();
        for (JsonNode packet : scenario.path("packets")) {
            boolean accepted = packet.get(packet.size() - 1).asText().equalsIgnoreCase("accept");
            if (felix.judge(NODE, packet(packet)).allowed() != accepted) {
                wrong.add(name + ": " + packet);
            }
        }
        return wrong;
    }

    private Felix felix(CalicoVersion version) {
        ObjectStore store = new ObjectStore();
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        node.putObject("metadata").put("name", NODE);
        for (String address : List.of("10.10.0.1", "10.20.0.1", "fd10::1")) {
            Json.list(Json.child(node, "status"), "addresses")
                    .addObject()
                    .put("type", "InternalIP")
                    .put("address", address);
        }
        store.put(new GroupResource("", "nodes"), node);
        Felix felix = new Felix(store, new EtcdResources(etcd), new Faults(store), (on, line) -> {});
        felix.started(NODE, version, version.toString(), Map.of("FELIX_IPTABLESBACKEND", "legacy"));
        felix.program();
        return felix;
    }

    /** Of both forms the measured ones have: a list by kind, or one of all. */
    private static Stream<JsonNode> objects(JsonNode scenario) {
        Stream<JsonNode> byKind = KINDS.entrySet().stream()
                .flatMap(kind -> stream(scenario.path(kind.getKey()))
                        .map(object -> ((ObjectNode) object.deepCopy()).put("kind", kind.getValue())));
        return Stream.concat(byKind, stream(scenario.path("objects")));
    }

    private void put(JsonNode object) {
        String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
        String plural = kind.endsWith("y") ? kind.substring(0, kind.length() - 1) + "ies" : kind + "s";
        String namespace = Json.text(object, "metadata", "namespace");
        etcd.put(
                ROOT + plural + "/" + (namespace.isEmpty() ? "" : namespace + "/")
                        + Json.text(object, "metadata", "name"),
                object.toString());
    }

    /** Six fields: direction, protocol, port, source port, remote address; seven: source and destination first. */
    private static Packet packet(JsonNode text) {
        boolean inbound = text.get(0).asText().equals("in");
        boolean both = text.size() == 7;
        Address remote =
                TrafficGenerator.address(text.get(both ? (inbound ? 2 : 3) : 4).asText());
        Address local = TrafficGenerator.address(
                both ? text.get(inbound ? 3 : 2).asText() : remote.v6() ? "fd10::1" : "10.10.0.1");
        int port = text.get(both ? 4 : 2).asInt();
        int last = text.get(both ? 5 : 3).asInt();
        Address source = inbound ? remote : local;
        Address destination = inbound ? local : remote;
        String protocol = text.get(1).asText();
        if (protocol.startsWith("icmp")) {
            int type = both ? last : port;
            return Packet.icmp(inbound, type < 0 ? (local.v6() ? 128 : 8) : type, source, destination);
        }
        int clientPort = both ? last : text.get(3).asInt();
        return new Packet(
                inbound,
                Packet.ETHERNET,
                Protocol.of(protocol).number(),
                source,
                destination,
                clientPort,
                port,
                Flow.NONE,
                false);
    }

    private static Path measured() {
        String given = System.getProperty("calicofleet.felixVectors");
        if (given != null) {
            return Path.of(given);
        }
        Path above = Path.of("").toAbsolutePath();
        return Stream.iterate(above, Objects::nonNull, Path::getParent)
                .map(path -> path.resolve("shared/felix-vectors"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(above.resolve("../../shared/felix-vectors"));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
