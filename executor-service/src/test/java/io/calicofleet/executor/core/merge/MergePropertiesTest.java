package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Invariants of {@link ManifestMerge} over random manifests. The seed is the name of the test; -Dmerge.seed sets the first. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MergePropertiesTest {

    private static final int RUNS = 150;

    @TestFactory
    Stream<DynamicTest> without_local_changes_the_manifest_is_the_target() {
        return runs(run -> {
            MergePlan plan = run.plan(run.base, run.base, run.target, OnConflict.HOLD);
            assertThat(plan.conflicts()).isEmpty();
            assertThat(plan.customisations()).isEmpty();
            assertThat(normal(manifest(plan))).isEqualTo(normal(run.target));
        });
    }

    @TestFactory
    Stream<DynamicTest> with_a_target_like_the_base_the_manifest_is_what_people_have() {
        return runs(run -> {
            MergePlan plan = run.plan(run.base, run.mine, run.base, OnConflict.HOLD);
            // But for a build of Calico of their own, of which nobody can tell whether it is of the target.
            assertThat(plan.conflicts())
                    .allMatch(conflict -> conflict.path().endsWith(".image")
                            && conflict.mine().contains(":hotfix"));
            assertThat(normal(manifest(plan))).isEqualTo(normal(run.mine));
        });
    }

    @TestFactory
    Stream<DynamicTest> merging_again_what_was_written_changes_nothing() {
        return runs(run -> {
            for (OnConflict rule : List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
                MergePlan plan = run.plan(run.base, run.mine, run.target, rule);
                assertThat(plan.conflicts()).isEmpty();
                ObjectNode written = run.server.stored(
                        Objects.requireNonNull(plan.objects().getFirst().write()));
                MergePlan again = run.planLive(run.base, written, run.target, rule);
                assertThat(again.changes()).as(rule + ", then again").isEmpty();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> no_change_of_people_is_lost_silently() {
        return runs(run -> {
            MergePlan plan = run.plan(run.base, run.mine, run.target, OnConflict.HOLD);
            Map<String, String> base = Leaves.of(run.base);
            Map<String, String> mine = Leaves.of(run.mine);
            Map<String, String> target = Leaves.of(run.target);
            Map<String, String> merged = Leaves.of(manifest(plan));
            List<String> lost = new ArrayList<>();
            Stream.concat(base.keySet().stream(), mine.keySet().stream())
                    .distinct()
                    .forEach(path -> {
                        boolean changed = !Objects.equals(base.get(path), mine.get(path));
                        boolean kept = Objects.equals(mine.get(path), merged.get(path));
                        boolean goneWithItsContainer = path.endsWith("image-location") && target.get(path) == null;
                        if (changed && !kept && !goneWithItsContainer && !isListed(plan.conflicts(), path)) {
                            lost.add(path + ": " + base.get(path) + " -> " + mine.get(path) + ", merged "
                                    + merged.get(path));
                        }
                    });
            assertThat(lost).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> where_nothing_is_in_conflict_the_changes_of_the_target_arrive() {
        return runs(run -> {
            MergePlan plan = run.plan(run.base, run.mine, run.target, OnConflict.HOLD);
            Map<String, String> base = Leaves.of(run.base);
            Map<String, String> mine = Leaves.of(run.mine);
            Map<String, String> target = Leaves.of(run.target);
            Map<String, String> merged = Leaves.of(manifest(plan));
            target.forEach((path, value) -> {
                boolean untouched = Objects.equals(base.get(path), mine.get(path));
                boolean removedAbove = base.containsKey(path) && !merged.containsKey(path);
                if (untouched
                        && !removedAbove
                        && !path.endsWith("image-location")
                        && !isListed(plan.conflicts(), path)) {
                    assertThat(merged).containsEntry(path, value);
                }
            });
        });
    }

    private static boolean isListed(List<FieldConflict> conflicts, String path) {
        return conflicts.stream()
                .anyMatch(conflict ->
                        path.startsWith(conflict.path()) || conflict.path().startsWith(path));
    }

    private static ObjectNode manifest(MergePlan plan) {
        return Objects.requireNonNull(plan.objects().getFirst().manifest());
    }

    private static JsonNode normal(ObjectNode object) {
        return Objects.requireNonNull(
                NormalForm.of(Shapes.of(object.path("kind").asText()), object));
    }

    private static Stream<DynamicTest> runs(Consumer<Run> check) {
        long first = Long.getLong("merge.seed", 20261123L);
        return Stream.iterate(first, seed -> seed + 1)
                .limit(RUNS)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check.accept(new Run(seed))));
    }

    /** One random case: a base, what people made of it and what the target made of it. */
    private static final class Run {

        final ObjectNode base;
        final ObjectNode mine;
        final ObjectNode target;
        final ApiServer server;

        Run(long seed) {
            Random random = new Random(seed);
            RandomManifest manifests = new RandomManifest(random);
            base = manifests.daemonSet();
            mine = manifests.changed(base, "people", random.nextInt(6));
            target = manifests.changed(base, "release", random.nextInt(8));
            server = new ApiServer(random.nextBoolean());
        }

        MergePlan plan(ObjectNode source, ObjectNode applied, ObjectNode wanted, OnConflict rule) {
            return planLive(source, server.applied(applied), wanted, rule);
        }

        MergePlan planLive(ObjectNode source, ObjectNode live, ObjectNode wanted, OnConflict rule) {
            return ManifestMerge.plan(documents(source), documents(live), documents(wanted), rule);
        }

        private static ManifestDocuments documents(ObjectNode object) {
            return ManifestDocuments.of(List.of(object));
        }
    }

    /** The leaves of a manifest by path, without any of what the merge knows but the names of entries. */
    static final class Leaves {

        private Leaves() {}

        static Map<String, String> of(JsonNode object) {
            Map<String, String> leaves = new TreeMap<>();
            collect("", object, leaves);
            return leaves;
        }

        private static void collect(String path, JsonNode node, Map<String, String> leaves) {
            if (node.isObject()) {
                node.properties()
                        .forEach(field -> collect(
                                path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                                field.getValue(),
                                leaves));
            } else if (node.isArray()) {
                StreamSupport.stream(node.spliterator(), false).forEach(entry -> {
                    JsonNode key = entry.has("mountPath") ? entry.get("mountPath") : entry.get("name");
                    if (key != null) {
                        collect(path + "[" + key.asText() + "]", entry, leaves);
                    } else {
                        leaves.put(path + "[" + entry + "]", "there");
                    }
                });
            } else if (path.endsWith(".image")) {
                String image = node.asText();
                int colon = image.lastIndexOf(':');
                leaves.put(path + "-location", image.substring(0, colon).replace("docker.io/", ""));
                leaves.put(path, image.substring(colon + 1));
            } else {
                leaves.put(path, node.asText());
            }
        }
    }
}
