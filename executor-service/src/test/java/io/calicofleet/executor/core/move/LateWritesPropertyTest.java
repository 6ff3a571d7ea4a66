package io.calicofleet.executor.core.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever is written to etcd and to Kubernetes after the comparison, nothing of etcd is lost and nothing of Kubernetes is
 * overwritten, or it is asked. The name of a test is its seed.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateWritesPropertyTest {

    private static final int RUNS = 200;
    private static final String BLOCK = "10.1.0.0/29";
    private static final int SIZE = 8;
    private static final List<String> VERSIONS = List.of("v3.17.6", "v3.22.5", "v3.28.5", "v3.29.7");

    @TestFactory
    Stream<DynamicTest> without_a_question_every_change_of_either_side_is_there() {
        return seeds(seed -> {
            Run run = new Run(seed);
            run.write();
            LateWrites late = run.late(conflict -> OnConflict.HOLD);
            Map<String, JsonNode> base = facts(run.base);
            Map<String, JsonNode> etcd = facts(run.etcd);
            Map<String, JsonNode> kubernetes = facts(run.kubernetes);
            Set<String> both = new TreeSet<>();
            for (String fact : all(base, etcd, kubernetes)) {
                if (changed(base, etcd, fact)
                        && changed(base, kubernetes, fact)
                        && !Objects.equals(etcd.get(fact), kubernetes.get(fact))) {
                    both.add(fact);
                }
            }
            if (!both.isEmpty()) {
                assertThat(late.conflicts()).as("asked about " + both).isNotEmpty();
                return;
            }
            Map<String, JsonNode> after = facts(run.after(late));
            if (late.conflicts().isEmpty()) {
                for (String fact : all(base, etcd, kubernetes)) {
                    Map<String, JsonNode> right = changed(base, etcd, fact) ? etcd : kubernetes;
                    assertThat(after.get(fact)).as(fact).isEqualTo(right.get(fact));
                }
            } else {
                assertThat(late.conflicts())
                        .allMatch(conflict -> conflict.path().equals("all of it"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> decided_for_one_side_that_side_is_whole_and_ipam_is_sound() {
        return seeds(seed -> {
            for (OnConflict decision : List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
                Run run = new Run(seed);
                run.write();
                LateWrites late = run.late(conflict -> decision);
                assertThat(late.conflicts()).isEmpty();
                Map<ObjectKey, ObjectNode> after = run.after(late);
                Map<String, JsonNode> base = facts(run.base);
                Map<String, JsonNode> preferred = facts(decision == OnConflict.KEEP_MINE ? run.kubernetes : run.etcd);
                Map<String, JsonNode> result = facts(after);
                for (String fact : all(base, preferred)) {
                    if (changed(base, preferred, fact) && !fact.startsWith("IPAMHandle")) {
                        assertThat(result.get(fact)).as(decision + " " + fact).isEqualTo(preferred.get(fact));
                    }
                }
                sound(after);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> carried_once_there_is_nothing_left_to_carry() {
        return seeds(seed -> {
            Run run = new Run(seed);
            run.write();
            run.kubernetes = run.after(run.late(conflict -> OnConflict.TAKE_NEW));
            assertThat(run.late(conflict -> OnConflict.TAKE_NEW).isNothing()).isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> an_etcd_nobody_wrote_to_changes_nothing() {
        return seeds(seed -> {
            Run run = new Run(seed);
            run.writeTo(run.kubernetes);
            assertThat(run.late(conflict -> OnConflict.HOLD).isNothing()).isTrue();
        });
    }

    private static Stream<DynamicTest> seeds(LongConsumer test) {
        return Seeds.from(20261130L, RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> test.accept(seed)));
    }

    /** Blocks say each address once, and handles count what blocks say. */
    private static void sound(Map<ObjectKey, ObjectNode> objects) {
        Map<String, Integer> counts = new TreeMap<>();
        objects.values().stream()
                .filter(object -> object.path("kind").asText().equals("IPAMBlock"))
                .forEach(block -> {
                    JsonNode spec = block.path("spec");
                    Set<Integer> seen = new TreeSet<>();
                    BlockMerge.owners(spec).forEach((place, owner) -> {
                        seen.add(place);
                        counts.merge(owner.path("handle_id").asText(), 1, Integer::sum);
                    });
                    Json.elements(spec.get("unallocated"))
                            .forEach(
                                    place -> assertThat(seen.add(place.asInt())).isTrue());
                    assertThat(seen).hasSize(SIZE);
                    assertThat(spec.path("attributes").size())
                            .isEqualTo(
                                    new LinkedHashSet<>(BlockMerge.owners(spec).values()).size());
                });
        Map<String, Integer> handles = new TreeMap<>();
        objects.values().stream()
                .filter(object -> object.path("kind").asText().equals("IPAMHandle"))
                .forEach(handle -> handle.at("/spec/block")
                        .forEach(count ->
                                handles.merge(handle.at("/spec/handleID").asText(), count.asInt(), Integer::sum)));
        assertThat(handles).isEqualTo(counts);
    }

    /** Every single thing that is said, by its place. */
    private static Map<String, JsonNode> facts(Map<ObjectKey, ObjectNode> objects) {
        Map<String, JsonNode> facts = new TreeMap<>();
        objects.forEach((key, object) -> {
            if (key.kind().equals("IPAMBlock")) {
                facts.put(key.object() + " affinity", object.at("/spec/affinity"));
                BlockMerge.owners(object.path("spec"))
                        .forEach((place, owner) -> facts.put(key.object() + " " + place, owner));
            } else if (key.kind().equals("IPAMHandle")) {
                facts.put(key.object(), object.at("/spec/block"));
            } else {
                facts.put(key.object(), Json.NODES.booleanNode(true));
                object.path("spec")
                        .properties()
                        .forEach(field -> facts.put(key.object() + " " + field.getKey(), field.getValue()));
                object.at("/metadata/labels")
                        .properties()
                        .forEach(label -> facts.put(key.object() + " label " + label.getKey(), label.getValue()));
            }
        });
        return facts;
    }

    @SafeVarargs
    private static Set<String> all(Map<String, JsonNode>... facts) {
        Set<String> all = new TreeSet<>();
        for (Map<String, JsonNode> some : facts) {
            all.addAll(some.keySet());
        }
        return all;
    }

    private static boolean changed(Map<String, JsonNode> base, Map<String, JsonNode> now, String fact) {
        return !Objects.equals(base.get(fact), now.get(fact));
    }

    /** Both held the same; then several writers wrote to each. */
    private static final class Run {

        final CalicoVersion version;
        final Map<ObjectKey, ObjectNode> base = new LinkedHashMap<>();
        final Map<ObjectKey, ObjectNode> etcd;
        Map<ObjectKey, ObjectNode> kubernetes;
        private final Random random;
        private int pods;

        Run(long seed) {
            random = new Random(seed);
            version = CalicoVersion.parse(VERSIONS.get(random.nextInt(VERSIONS.size())));
            for (int i = 0; i < 3; i++) {
                if (random.nextInt(4) > 0) {
                    put(base, set(i));
                }
            }
            block(base);
            for (int i = random.nextInt(4); i > 0; i--) {
                allocate(base);
            }
            etcd = copy(base);
            kubernetes = copy(base);
        }

        void write() {
            List<Map<ObjectKey, ObjectNode>> sides = List.of(etcd, kubernetes);
            for (int i = random.nextInt(8); i > 0; i--) {
                writeTo(sides.get(random.nextInt(2)));
            }
        }

        void writeTo(Map<ObjectKey, ObjectNode> side) {
            int i = random.nextInt(3);
            ObjectNode found = side.get(ObjectKey.of(set(i)));
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (found == null) {
                        put(side, set(i));
                    } else {
                        side.remove(ObjectKey.of(found));
                    }
                }
                case 1 -> {
                    if (found != null) {
                        Json.child(found, "spec")
                                .set("nets", Json.NODES.arrayNode().add("10.0.0." + random.nextInt(3)));
                    }
                }
                case 2 -> {
                    if (found != null) {
                        Json.child(Json.child(found, "metadata"), "labels").put("env", "e" + random.nextInt(3));
                        relabel(found);
                    }
                }
                case 3 -> release(side);
                default -> allocate(side);
            }
        }

        /** From v3.28 on what Calico sees is in the annotation. */
        private void relabel(ObjectNode object) {
            ObjectNode v3 = object.deepCopy();
            v3.put("apiVersion", StoredForm.V3);
            Json.child(v3, "metadata").remove("annotations");
            put0(object, StoredForm.toStored(CalicoKind.GLOBAL_NETWORK_SET, v3, null, version));
        }

        private static void put0(ObjectNode object, ObjectNode as) {
            object.removeAll();
            object.setAll(as);
        }

        private ObjectNode set(int i) {
            ObjectNode v3 =
                    Yaml.object("{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: set-" + i
                            + ", labels: {env: e0}}, spec: {nets: [10.0.0.0]}}");
            return StoredForm.toStored(CalicoKind.GLOBAL_NETWORK_SET, v3, null, version);
        }

        private static void put(Map<ObjectKey, ObjectNode> side, ObjectNode object) {
            side.put(ObjectKey.of(object), object);
        }

        private static Map<ObjectKey, ObjectNode> copy(Map<ObjectKey, ObjectNode> side) {
            Map<ObjectKey, ObjectNode> copy = new LinkedHashMap<>();
            side.forEach((key, object) -> copy.put(key, object.deepCopy()));
            return copy;
        }

        private void block(Map<ObjectKey, ObjectNode> side) {
            ObjectNode block = Yaml.object("{apiVersion: crd.projectcalico.org/v1, kind: IPAMBlock, metadata: {name:"
                    + " 10-1-0-0-29}, spec: {cidr: " + BLOCK + ", affinity: 'host:node-0', strictAffinity: false,"
                    + " allocations: [], unallocated: [], attributes: [], deleted: false, sequenceNumber: 1}}");
            for (int i = 0; i < SIZE; i++) {
                ((ArrayNode) block.at("/spec/allocations")).addNull();
                ((ArrayNode) block.at("/spec/unallocated")).add(i);
            }
            put(side, block);
        }

        private static ObjectNode blockOf(Map<ObjectKey, ObjectNode> side) {
            return (ObjectNode) side.values().stream()
                    .filter(object -> object.path("kind").asText().equals("IPAMBlock"))
                    .findFirst()
                    .orElseThrow()
                    .get("spec");
        }

        /** As Calico does: the first that is free. */
        private void allocate(Map<ObjectKey, ObjectNode> side) {
            ObjectNode block = blockOf(side);
            ArrayNode free = (ArrayNode) block.get("unallocated");
            if (free.isEmpty()) {
                return;
            }
            int place = free.remove(random.nextInt(Math.min(2, free.size()))).asInt();
            String handle = "k8s-pod-network.POD" + pods++;
            ArrayNode attributes = (ArrayNode) block.get("attributes");
            ((ArrayNode) block.get("allocations")).set(place, attributes.size());
            attributes
                    .addObject()
                    .put("handle_id", handle)
                    .putObject("secondary")
                    .put("pod", "p" + pods);
            count(block);
            ObjectNode object =
                    Yaml.object("{apiVersion: crd.projectcalico.org/v1, kind: IPAMHandle, metadata: {name: '"
                            + handle.toLowerCase(Locale.ROOT) + "'}, spec: {handleID: '" + handle
                            + "', block: {'" + BLOCK + "': 1}, deleted: false}}");
            put(side, object);
        }

        private void release(Map<ObjectKey, ObjectNode> side) {
            ObjectNode block = blockOf(side);
            List<Integer> used = new ArrayList<>(BlockMerge.owners(block).keySet());
            if (used.isEmpty()) {
                return;
            }
            int place = used.get(random.nextInt(used.size()));
            int attribute = block.at("/allocations/" + place).asInt();
            String handle = block.at("/attributes/" + attribute + "/handle_id").asText();
            ArrayNode allocations = (ArrayNode) block.get("allocations");
            allocations.setNull(place);
            ((ArrayNode) block.get("unallocated")).add(place);
            ((ArrayNode) block.get("attributes")).remove(attribute);
            for (int i = 0; i < allocations.size(); i++) {
                if (allocations.get(i).isInt() && allocations.get(i).asInt() > attribute) {
                    allocations.set(i, allocations.get(i).asInt() - 1);
                }
            }
            count(block);
            side.values()
                    .removeIf(object -> object.at("/spec/handleID").asText().equals(handle));
        }

        private static void count(ObjectNode block) {
            block.put("sequenceNumber", block.path("sequenceNumber").asInt() + 1);
        }

        LateWrites late(Function<FieldConflict, OnConflict> decided) {
            ObjectNode information = information();
            return LateWrites.of(
                    move(base),
                    move(etcd),
                    new LateWrites.Kubernetes(
                            kubernetes,
                            StoredForm.toStored(CalicoKind.CLUSTER_INFORMATION, information, null, version),
                            List.of()),
                    version,
                    ThreeWay::same,
                    decided);
        }

        private DatastoreMove move(Map<ObjectKey, ObjectNode> side) {
            return new DatastoreMove(
                    List.copyOf(side.values()), Optional.of(information()), Map.of(), Map.of(), Map.of(), List.of());
        }

        private static ObjectNode information() {
            return Yaml.object("{apiVersion: projectcalico.org/v3, kind: ClusterInformation, metadata: {name: default},"
                    + " spec: {clusterGUID: a, datastoreReady: false}}");
        }

        Map<ObjectKey, ObjectNode> after(LateWrites late) {
            Map<ObjectKey, ObjectNode> after = copy(kubernetes);
            Stream.concat(late.creations().stream(), late.replacements().stream())
                    .forEach(object -> put(after, object));
            late.deletions().forEach(object -> after.remove(ObjectKey.of(object)));
            return after;
        }
    }
}
