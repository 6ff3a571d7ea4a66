package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.HashSet;
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

/**
 * Invariants of carrying a plan out while others edit the same object, over random manifests and edits. The name of
 * a test is its seed, see {@link Seeds}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReapplicationPropertiesTest {

    private static final int RUNS = 150;

    @TestFactory
    Stream<DynamicTest> what_was_changed_between_plan_and_write_is_kept_or_stops_the_write() {
        return runs(run -> {
            ObjectNode edited = run.edited(run.live);

            MergedObject again = ManifestMerge.again(run.planned, run.live, edited, false);

            Map<String, String> result = Leaves.of(Objects.requireNonNull(again.manifest()));
            assertThat(run.lost(run.live, edited, result, again)).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> nobody_else_meanwhile_and_the_write_is_the_plans() {
        return runs(run -> {
            MergedObject again = ManifestMerge.again(run.planned, run.live, run.live, false);

            assertThat(again.conflicts()).isEmpty();
            assertThat(Differences.between(
                            Objects.requireNonNull(again.write()), Objects.requireNonNull(run.planned.write())))
                    .isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> once_written_there_is_nothing_to_do_however_often_one_looks() {
        return runs(run -> {
            ObjectNode written = run.server.stored(Objects.requireNonNull(run.planned.write()));

            MergedObject again = ManifestMerge.again(run.planned, run.live, written, true);

            assertThat(again.action()).isEqualTo(MergeAction.NONE);
        });
    }

    @TestFactory
    Stream<DynamicTest> what_was_undone_is_put_back_and_everything_else_stays_as_others_left_it() {
        return runs(run -> {
            ObjectNode written = run.server.stored(Objects.requireNonNull(run.planned.write()));
            ObjectNode edited = run.edited(written);

            MergedObject again = ManifestMerge.again(run.planned, run.live, edited, true);
            ObjectNode put = run.server.stored(Objects.requireNonNull(again.write()));

            Map<String, String> before = Leaves.of(asManifest(run.live));
            Map<String, String> planned = Leaves.of(asManifest(written));
            Map<String, String> others = Leaves.of(asManifest(edited));
            Map<String, String> after = Leaves.of(asManifest(put));
            Set<String> paths = new HashSet<>(planned.keySet());
            paths.addAll(others.keySet());
            List<String> wrong = new ArrayList<>();
            for (String path : paths) {
                boolean ofPlan = !Objects.equals(before.get(path), planned.get(path));
                boolean theirs = !Objects.equals(planned.get(path), others.get(path));
                if (!ofPlan
                        && theirs
                        && !Objects.equals(others.get(path), after.get(path))
                        && !inPlan(path, before, planned)) {
                    wrong.add(path + ": others have " + others.get(path) + ", it became " + after.get(path));
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(ManifestMerge.again(run.planned, run.live, put, true).action())
                    .as("a second time")
                    .isEqualTo(MergeAction.NONE);
        });
    }

    /** Whether the plan changes what a path is part of: the entry of a name, or an image, which is one value. */
    private static boolean inPlan(String path, Map<String, String> before, Map<String, String> planned) {
        String image = path.replaceFirst("-location$", "");
        boolean ofImage = path.endsWith("-location") && !Objects.equals(before.get(image), planned.get(image));
        int end = path.lastIndexOf(']');
        if (ofImage || end < 0) {
            return ofImage;
        }
        String entry = path.substring(0, end + 1);
        return path.endsWith(".name")
                && Stream.concat(before.keySet().stream(), planned.keySet().stream())
                        .filter(other -> other.startsWith(entry))
                        .anyMatch(other -> !Objects.equals(before.get(other), planned.get(other)));
    }

    private static ObjectNode asManifest(ObjectNode live) {
        return ObjectMerge.asManifest(io.calicofleet.model.release.ObjectKey.of(live), live);
    }

    private static Stream<DynamicTest> runs(Consumer<Run> check) {
        return Seeds.from(20261128L, RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check.accept(new Run(seed))));
    }

    /** One random plan, and somebody who edits. */
    private static final class Run {

        final ObjectNode live;
        final MergedObject planned;
        final ApiServer server;
        private final Random random;
        private final RandomManifest manifests;

        Run(long seed) {
            random = new Random(seed);
            manifests = new RandomManifest(random);
            ObjectNode base = manifests.daemonSet();
            ObjectNode mine = manifests.changed(base, "people", random.nextInt(6));
            ObjectNode target = manifests.changed(base, "release", 3 + random.nextInt(8));
            target.withObject("/spec/template/spec").put("schedulerName", "of-the-release");
            server = new ApiServer(random.nextBoolean());
            live = server.applied(mine);
            planned = ManifestMerge.plan(
                            documents(base),
                            documents(live),
                            documents(target),
                            random.nextBoolean() ? OnConflict.KEEP_MINE : OnConflict.TAKE_NEW)
                    .objects()
                    .getFirst();
        }

        ObjectNode edited(ObjectNode object) {
            return manifests.changed(object, "people", 1 + random.nextInt(5));
        }

        /** What {@code by} changed and is neither in the result nor among the conflicts. */
        List<String> lost(ObjectNode from, ObjectNode by, Map<String, String> result, MergedObject merged) {
            Map<String, String> was = Leaves.of(asManifest(from));
            Map<String, String> has = Leaves.of(asManifest(by));
            Map<String, String> wanted = Leaves.of(Objects.requireNonNull(planned.manifest()));
            Set<String> paths = new HashSet<>(was.keySet());
            paths.addAll(has.keySet());
            List<String> lost = new ArrayList<>();
            for (String path : paths) {
                boolean changed = !Objects.equals(was.get(path), has.get(path));
                boolean kept = Objects.equals(has.get(path), result.get(path));
                boolean named = merged.conflicts().stream()
                        .anyMatch(conflict -> path.startsWith(conflict.path())
                                || conflict.path().startsWith(path));
                // An image of a container that the target has no more goes with it, whatever tag it has.
                boolean goneWithItsContainer = path.contains(".image") && wanted.get(path) == null;
                if (changed && !kept && !named && !goneWithItsContainer) {
                    lost.add(path + ": " + was.get(path) + " -> " + has.get(path) + ", became " + result.get(path));
                }
            }
            return lost;
        }

        private static ManifestDocuments documents(ObjectNode object) {
            return ManifestDocuments.of(List.of(object));
        }
    }
}
