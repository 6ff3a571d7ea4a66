package io.calicofleet.executor.core.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdForm;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whatever an etcd holds, nothing of it is lost, and nothing has the name of a node in etcd any more. The name of a test is its seed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DatastoreMovePropertyTest {

    private static final int RUNS = 150;
    private static final String IPAM = "/calico/ipam/v2/";
    private static final List<String> VERSIONS = List.of("v3.17.6", "v3.22.5", "v3.27.5", "v3.28.5", "v3.29.7");

    @TestFactory
    Stream<DynamicTest> every_entry_becomes_something_or_is_named() {
        return seeds(seed -> {
            Etcd etcd = new Etcd(seed);
            etcd.spoil();
            DatastoreMove move = etcd.move();
            int left =
                    move.leftOut().values().stream().mapToInt(Integer::intValue).sum();
            int moved = move.objects().size()
                    + move.nodes().size()
                    + (move.information().isPresent() ? 1 : 0);
            assertThat(moved + left + etcd.spoilt).isEqualTo(etcd.entries.size());
            assertThat(move.refusals()).hasSize(etcd.spoilt);
        });
    }

    @TestFactory
    Stream<DynamicTest> what_can_be_moved_is_read_back_as_it_was() {
        return seeds(seed -> {
            Etcd etcd = new Etcd(seed);
            DatastoreMove move = etcd.move();
            assertThat(move.refusals()).isEmpty();
            Map<String, JsonNode> back = new TreeMap<>();
            for (ObjectNode object : move.objects()) {
                back.putAll(etcd.back(object));
            }
            Map<String, JsonNode> before = new TreeMap<>();
            etcd.entries.forEach((key, value) -> {
                if (etcd.goes(key)) {
                    before.put(key, etcd.comparable(key, Yaml.object(value)));
                }
            });
            assertThat(back).isEqualTo(before);
        });
    }

    @TestFactory
    Stream<DynamicTest> nothing_has_the_name_of_a_node_in_etcd() {
        return seeds(seed -> {
            DatastoreMove move = new Etcd(seed).move();
            assertThat(move.objects()).noneMatch(object -> object.toString().contains(Etcd.IN_ETCD));
            assertThat(move.nodes().keySet()).allMatch(name -> name.startsWith(Etcd.IN_KUBERNETES));
        });
    }

    private static Stream<DynamicTest> seeds(LongConsumer test) {
        return Seeds.from(20261129L, RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> test.accept(seed)));
    }

    /** An etcd as Calico fills it. */
    private static final class Etcd {

        static final String IN_ETCD = "host-";
        static final String IN_KUBERNETES = "node-";

        final SortedMap<String, String> entries = new TreeMap<>();
        int spoilt;
        private final Random random;
        private final CalicoVersion version;
        private final int nodes;

        Etcd(long seed) {
            random = new Random(seed);
            version = CalicoVersion.parse(VERSIONS.get(random.nextInt(VERSIONS.size())));
            nodes = 1 + random.nextInt(4);
            for (int i = 0; i < nodes; i++) {
                node(i);
            }
            put(CalicoKind.CLUSTER_INFORMATION, "default", "{\"calicoVersion\": \"" + version + "\"}");
            some(i -> put(CalicoKind.IP_POOL, "pool-" + i, "{\"cidr\": \"10." + i + ".0.0/16\"}"));
            some(i -> put(CalicoKind.HOST_ENDPOINT, "endpoint-" + i, "{\"node\": \"" + host() + "\"}"));
            some(i -> put(
                    CalicoKind.BGP_PEER,
                    "peer-" + i,
                    "{\"node\": \"" + host() + "\", \"peerIP\": \"10.0.0." + i + "\"}"));
            some(i -> put(CalicoKind.CALICO_NODE_STATUS, "status-" + i, "{\"node\": \"" + host() + "\"}"));
            some(i -> put(
                    CalicoKind.GLOBAL_NETWORK_POLICY,
                    "policy-" + i,
                    "{\"selector\": \"all()\", \"order\": " + i + "}"));
            some(i -> put(CalicoKind.NETWORK_SET, "set-" + i, "{\"nets\": [\"10.0.0.0/" + (8 + i) + "\"]}"));
            some(i -> put(CalicoKind.IP_RESERVATION, "reserved-" + i, "{\"reservedCIDRs\": [\"10.0.0." + i + "\"]}"));
            some(i -> put(CalicoKind.PROFILE, "kns.ns" + i, "{}"));
            for (int i = 0; i < nodes; i++) {
                if (random.nextBoolean()) {
                    put(CalicoKind.FELIX_CONFIGURATION, "node." + IN_ETCD + i, "{\"logSeverityScreen\": \"Info\"}");
                }
            }
            some(this::block);
            if (random.nextBoolean()) {
                entries.put(
                        IPAM + "config",
                        "{\"strict_affinity\":" + random.nextBoolean()
                                + ",\"auto_allocate_blocks\":true,\"maxBlocksPerHost\":" + (1 + random.nextInt(5))
                                + "}");
            }
            entries.put("/calico/felix/v2/no-region/host/" + IN_ETCD + "0/status", "{}");
        }

        private interface Made {
            void number(int i);
        }

        private void some(Made made) {
            int count = random.nextInt(5);
            for (int i = 0; i < count; i++) {
                made.number(i);
            }
        }

        private String host() {
            return IN_ETCD + random.nextInt(nodes);
        }

        private void node(int i) {
            put(
                    CalicoKind.NODE,
                    IN_ETCD + i,
                    "{\"bgp\": {\"ipv4Address\": \"10.0.0." + (i + 1)
                            + "/24\"}, \"orchRefs\": [{\"orchestrator\": \"k8s\"," + " \"nodeName\": \"" + IN_KUBERNETES
                            + i + "\"}]}");
        }

        private void put(CalicoKind kind, String name, String spec) {
            ObjectNode resource = Json.object().put("apiVersion", StoredForm.V3).put("kind", kind.kind());
            ObjectNode metadata = resource.putObject("metadata").put("name", name);
            if (kind.namespaced()) {
                metadata.put("namespace", "default");
            }
            if (random.nextBoolean() && kind != CalicoKind.NODE) {
                metadata.putObject("labels").put("env", "e" + random.nextInt(3)).put("empty", "");
            }
            if (random.nextBoolean() && kind != CalicoKind.NODE) {
                metadata.putObject("annotations").put("example.com/why", "because");
            }
            resource.set("spec", Yaml.object(spec));
            String key = EtcdForm.key(kind, resource, version);
            entries.put(key, EtcdForm.toValue(kind, resource, key, version));
        }

        private void block(int i) {
            String cidr = random.nextBoolean() ? "10.1." + i + ".0-26" : "fd00:" + (i + 1) + "::-122";
            String family = cidr.contains(":") ? "ipv6" : "ipv4";
            String host = host();
            String handle = random.nextBoolean() ? "k8s-pod-network.AB" + i : "vxlan-tunnel-addr-" + host;
            ObjectNode block = Json.object()
                    .put("cidr", cidr.replace('-', '/'))
                    .put("affinity", "host:" + host)
                    .put("strictAffinity", random.nextBoolean());
            block.putArray("allocations").add(0).addNull();
            block.putArray("unallocated").add(1);
            ObjectNode attribute = block.putArray("attributes").addObject().put("handle_id", handle);
            attribute.putObject("secondary").put("node", host).put("pod", "web-" + i);
            block.put("deleted", random.nextBoolean());
            if (random.nextBoolean()) {
                block.put("sequenceNumber", random.nextInt(100));
            }
            entries.put(IPAM + "assignment/" + family + "/block/" + cidr, block.toString());
            entries.put(
                    IPAM + "host/" + host + "/" + family + "/block/" + cidr,
                    "{\"state\":\"confirmed\",\"deleted\":" + random.nextBoolean() + "}");
            entries.put(
                    IPAM + "handle/" + handle, "{\"block\":{\"" + cidr.replace('-', '/') + "\":1},\"deleted\":false}");
        }

        /** Entries nobody can move. */
        void spoil() {
            Map<String, String> wrong = new TreeMap<>(Map.of(
                    EtcdForm.prefix(CalicoKind.IP_POOL) + "nothing",
                    "null",
                    "/calico/resources/v3/projectcalico.org/wonders/w",
                    "{}",
                    IPAM + "unheard/of",
                    "{}",
                    IPAM + "handle/odd",
                    "{\"surprise\": 1}",
                    IPAM + "handle/calico_net.AB",
                    "{\"block\": {\"10.1.0.0/26\": 1}}",
                    EtcdForm.prefix(CalicoKind.NODE) + "lost",
                    "{\"metadata\": {\"name\": \"lost\"}, \"spec\": {}}",
                    EtcdForm.prefix(CalicoKind.NETWORK_SET) + "gone/s",
                    "{\"metadata\": {\"name\": \"s\", \"namespace\": \"gone\"}, \"spec\": {}}",
                    EtcdForm.prefix(CalicoKind.PROFILE) + "mine",
                    "{\"metadata\": {\"name\": \"mine\"}, \"spec\": {}}"));
            wrong.forEach((key, value) -> {
                if (random.nextBoolean()) {
                    entries.put(key, value);
                    spoilt++;
                }
            });
        }

        DatastoreMove move() {
            Set<String> there = new TreeSet<>();
            for (int i = 0; i < nodes; i++) {
                there.add(IN_KUBERNETES + i);
            }
            return DatastoreMove.of(entries, version, there, Set.of("default"), false);
        }

        /** Whether it becomes an object of its own. */
        boolean goes(String key) {
            return !key.startsWith("/calico/felix/")
                    && Stream.of(CalicoKind.NODE, CalicoKind.PROFILE, CalicoKind.CLUSTER_INFORMATION)
                            .noneMatch(kind -> key.startsWith(EtcdForm.prefix(kind)));
        }

        /** What an entry says, as people and IPAM understand it. */
        JsonNode comparable(String key, ObjectNode value) {
            if (key.startsWith(IPAM)) {
                return value;
            }
            CalicoKind kind = CalicoKind.of(value);
            return meaning(EtcdForm.toV3(kind, value.toString(), 1).orElseThrow());
        }

        private static JsonNode meaning(ObjectNode v3) {
            ObjectNode meaning = v3.deepCopy();
            Json.child(meaning, "metadata").remove(List.of("resourceVersion", "uid", "creationTimestamp"));
            return meaning;
        }

        /** The entry that an object was. */
        Map<String, JsonNode> back(ObjectNode object) {
            ObjectNode spec = (ObjectNode) object.get("spec").deepCopy();
            String text = spec.toString().replace(IN_KUBERNETES, IN_ETCD);
            ObjectNode renamed = Yaml.object(text);
            switch (object.path("kind").asText()) {
                case "BlockAffinity" -> {
                    String cidr = renamed.path("cidr").asText();
                    ObjectNode value = Json.object()
                            .put("state", renamed.path("state").asText())
                            .put(
                                    "deleted",
                                    Boolean.parseBoolean(renamed.path("deleted").asText()));
                    return Map.of(
                            IPAM + "host/" + renamed.path("node").asText() + "/" + family(cidr) + "/block/"
                                    + cidr.replace('/', '-'),
                            value);
                }
                case "IPAMBlock" -> {
                    String cidr = renamed.path("cidr").asText();
                    assertThat(renamed.get("attributes")).isInstanceOf(ArrayNode.class);
                    return Map.of(IPAM + "assignment/" + family(cidr) + "/block/" + cidr.replace('/', '-'), renamed);
                }
                case "IPAMHandle" -> {
                    String id = renamed.path("handleID").asText();
                    renamed.remove("handleID");
                    return Map.of(IPAM + "handle/" + id, renamed);
                }
                case "IPAMConfig" -> {
                    ObjectNode value = Json.object();
                    value.set("strict_affinity", renamed.get("strictAffinity"));
                    value.set("auto_allocate_blocks", renamed.get("autoAllocateBlocks"));
                    value.set("maxBlocksPerHost", renamed.get("maxBlocksPerHost"));
                    return Map.of(IPAM + "config", value);
                }
                default -> {
                    CalicoKind kind = CalicoKind.of(object);
                    ObjectNode v3 = StoredForm.toV3(kind, object, version);
                    ObjectNode named = Yaml.object(v3.toString().replace(IN_KUBERNETES, IN_ETCD));
                    return Map.of(EtcdForm.key(kind, named, version), meaning(named));
                }
            }
        }

        private static String family(String cidr) {
            return cidr.contains(":") ? "ipv6" : "ipv4";
        }
    }
}
