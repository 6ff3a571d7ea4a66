package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Invariants of {@link ManifestMerge} over random manifests. The name of a test is its seed, see {@link Seeds}. */
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
                assertThat(plan.conflicts()).noneMatch(conflict -> conflict.takes(rule));
                ObjectNode written = run.server.stored(
                        Objects.requireNonNull(plan.objects().getFirst().write()));
                MergePlan again = run.planLive(run.base, written, run.target, rule);
                assertThat(again.changes()).as(rule + ", then again").isEmpty();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> no_leaf_that_people_set_or_removed_is_otherwise_unless_a_question_names_it() {
        return runs(run -> {
            for (OnConflict rule : OnConflict.values()) {
                MergePlan plan = run.plan(run.base, run.mine, run.target, rule);
                Map<String, String> base = Leaves.of(run.server.applied(run.base));
                Map<String, String> mine = Leaves.of(run.server.applied(run.mine));
                Map<String, String> merged = Leaves.of(run.server.stored(
                        Objects.requireNonNull(plan.objects().getFirst().write())));
                List<FieldConflict> asked = new ArrayList<>(plan.conflicts());
                asked.addAll(plan.objects().getFirst().resolved());
                List<String> lost = Stream.concat(base.keySet().stream(), mine.keySet().stream())
                        .distinct()
                        .filter(path -> !Objects.equals(base.get(path), mine.get(path)))
                        .filter(path -> !Objects.equals(mine.get(path), merged.get(path)))
                        .filter(path -> !isListed(asked, path))
                        .filter(path -> !goneWithItsContainer(run, path))
                        .map(path ->
                                path + ": " + base.get(path) + " -> " + mine.get(path) + ", merged " + merged.get(path))
                        .toList();
                assertThat(lost).as("with " + rule).isEmpty();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> each_question_is_decided_by_its_own_answer_and_no_other_field_by_it() {
        return runs(run -> {
            MergePlan held = run.plan(run.base, run.mine, run.target, OnConflict.HOLD);
            for (FieldConflict conflict : held.conflicts()) {
                for (OnConflict side : List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
                    MergePlan plan = run.answered(List.of(new FieldAnswer(conflict.question(), side)));
                    assertThat(plan.objects().getFirst().resolved())
                            .isEqualTo(conflict.takes(side) ? List.of(conflict) : List.of());
                    List<FieldConflict> left = new ArrayList<>(held.conflicts());
                    if (conflict.takes(side)) {
                        left.remove(conflict);
                    }
                    assertThat(plan.conflicts()).containsExactlyElementsOf(left);
                }
            }
            for (OnConflict side : List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
                MergePlan each = run.answered(held.conflicts().stream()
                        .map(conflict -> new FieldAnswer(conflict.question(), side))
                        .toList());
                MergePlan all = run.plan(run.base, run.mine, run.target, side);
                assertThat(each.conflicts()).isEqualTo(all.conflicts());
                if (all.conflicts().isEmpty()) {
                    assertThat(manifest(each)).isEqualTo(manifest(all));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> nothing_is_asked_that_one_side_changed_alone() {
        return runs(run -> {
            MergePlan plan = run.plan(run.base, run.mine, run.target, OnConflict.HOLD);
            Map<String, String> base = Leaves.of(run.base);
            Map<String, String> mine = Leaves.of(run.mine);
            Map<String, String> target = Leaves.of(run.target);
            plan.conflicts().stream()
                    .filter(conflict -> !conflict.path().endsWith(".image"))
                    .forEach(conflict -> {
                        assertThat(conflict.why()).isNotBlank();
                        assertThat(conflict.answers()).isNotEmpty();
                        assertThat(differs(base, mine, conflict))
                                .as("people changed " + conflict)
                                .isTrue();
                        boolean needed = !conflict.takes(OnConflict.KEEP_MINE);
                        assertThat(needed || differs(base, target, conflict))
                                .as("the release changed " + conflict)
                                .isTrue();
                    });
        });
    }

    private static boolean isInRemovedContainer(String path, Map<String, String> merged) {
        int end = path.indexOf(']');
        return path.startsWith("spec.template.spec.containers[")
                && !merged.containsKey(path.substring(0, end + 1) + ".name");
    }

    private static boolean differs(Map<String, String> one, Map<String, String> other, FieldConflict conflict) {
        return Stream.concat(one.keySet().stream(), other.keySet().stream())
                .filter(path -> isListed(List.of(conflict), path))
                .anyMatch(path -> !Objects.equals(one.get(path), other.get(path)));
    }

    /** From where an image comes is said of no container that the target has no more. */
    private static boolean goneWithItsContainer(Run run, String path) {
        return path.endsWith("image-location") && Leaves.of(run.target).get(path) == null;
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
                boolean removedAbove =
                        (base.containsKey(path) && !merged.containsKey(path)) || isInRemovedContainer(path, merged);
                if (untouched
                        && !removedAbove
                        && !path.endsWith("image-location")
                        && !isListed(plan.conflicts(), path)) {
                    assertThat(merged).containsEntry(path, value);
                }
            });
        });
    }

    /** Whether a question is about it; of a named entry with one more field it names that field. */
    private static boolean isListed(List<FieldConflict> conflicts, String path) {
        return conflicts.stream().map(FieldConflict::path).anyMatch(asked -> {
            String entry = asked.substring(0, asked.lastIndexOf(']') + 1);
            return path.startsWith(asked) || asked.startsWith(path) || path.equals(entry + ".name");
        });
    }

    private static ObjectNode manifest(MergePlan plan) {
        return Objects.requireNonNull(plan.objects().getFirst().manifest());
    }

    private static JsonNode normal(ObjectNode object) {
        return Objects.requireNonNull(
                NormalForm.of(FieldSchemas.of(object.path("kind").asText()), object));
    }

    private static Stream<DynamicTest> runs(Consumer<Run> check) {
        return Seeds.from(20261123L, RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check.accept(new Run(seed))));
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

        MergePlan answered(List<FieldAnswer> answers) {
            return ManifestMerge.plan(
                    documents(base),
                    documents(server.applied(mine)),
                    documents(target),
                    Decisions.of(OnConflict.HOLD, answers),
                    Set.of(),
                    Decisions.of(OnConflict.HOLD));
        }

        MergePlan planLive(ObjectNode source, ObjectNode live, ObjectNode wanted, OnConflict rule) {
            return ManifestMerge.plan(documents(source), documents(live), documents(wanted), rule);
        }

        private static ManifestDocuments documents(ObjectNode object) {
            return ManifestDocuments.of(List.of(object));
        }
    }
}
