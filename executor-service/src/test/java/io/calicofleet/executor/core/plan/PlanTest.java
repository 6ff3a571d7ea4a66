package io.calicofleet.executor.core.plan;

import static io.calicofleet.executor.core.plan.PlanScene.ACCOUNT;
import static io.calicofleet.executor.core.plan.PlanScene.CONFIG;
import static io.calicofleet.executor.core.plan.PlanScene.CONTROLLERS;
import static io.calicofleet.executor.core.plan.PlanScene.NODE;
import static io.calicofleet.executor.core.plan.PlanScene.file;
import static io.calicofleet.executor.core.plan.PlanScene.live;
import static io.calicofleet.executor.core.plan.PlanScene.proof;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanTest {

    private static final Placed V1 = file("v3.20.6", "calico.yaml", "typha: none");
    private static final Placed V2 = file("v3.22.5", "calico.yaml", "typha: none");
    private static final Basis BASIS =
            proof(live(V1), List.of(V1), List.of(), List.of()).prove();

    @Test
    void the_same_plan_made_twice_has_the_same_digest() {
        assertThat(plan(BASIS, live(V1), V2).digest())
                .isEqualTo(plan(BASIS, live(V1), V2).digest());
    }

    @Test
    void whatever_a_plan_is_made_of_changes_its_digest() {
        Map<String, Plan> plans = new LinkedHashMap<>();
        plans.put("itself", plan(BASIS, live(V1), V2));
        plans.put("another base", plan(from("sha-other"), live(V1), V2));
        plans.put("a second base", plan(from("sha-v3.20.6calico.yaml", "sha-other"), live(V1), V2));
        plans.put("another text of the target", plan(BASIS, live(V1), rewritten(V2)));
        plans.put("another cluster", of(OnConflict.HOLD, OnConflict.HOLD, List.of(), "5b1d"));
        for (OnConflict rule : List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
            plans.put("conflicts: " + rule, of(rule, OnConflict.HOLD, List.of(), "uid"));
            plans.put("without base: " + rule, of(OnConflict.HOLD, rule, List.of(), "uid"));
            plans.put("one answer: " + rule, answered(new FieldAnswer("1a2b3c4d", rule)));
            plans.put("another question: " + rule, answered(new FieldAnswer("99aa88bb", rule)));
        }
        plans.put(
                "two answers",
                answered(
                        new FieldAnswer("1a2b3c4d", OnConflict.KEEP_MINE),
                        new FieldAnswer("99aa88bb", OnConflict.TAKE_NEW)));
        plans.put("an object that was written since", plan(BASIS, touched(NODE, "resourceVersion", "8"), V2));
        plans.put("another object that was", plan(BASIS, touched(CONFIG, "resourceVersion", "8"), V2));
        plans.put("an object that was made anew", plan(BASIS, touched(NODE, "uid", "other"), V2));
        plans.put("an object that is not there", plan(BASIS, live(PlanScene.without(V1, CONTROLLERS)), V2));

        Map<String, String> byDigest = new LinkedHashMap<>();
        plans.forEach((what, plan) -> assertThat(byDigest.put(plan.digest(), what))
                .as("what has the digest of: " + what)
                .isNull());
    }

    @Test
    void what_a_plan_leaves_alone_may_change_under_it() {
        ManifestDocuments live = withAccountAsWritten();
        String digest = plan(BASIS, live, V2).digest();

        live.find(ACCOUNT).orElseThrow().withObject("/metadata").put("resourceVersion", "8");
        assertThat(plan(BASIS, live, V2).digest()).isEqualTo(digest);
    }

    @Test
    void what_is_written_carries_the_mark_of_the_plan_and_is_kept_as_it_was_before() {
        Plan plan = plan(BASIS, live(V1), V2);

        assertThat(keys(plan.changes())).contains(CONFIG, NODE, CONTROLLERS);
        for (PlannedObject change : plan.changes()) {
            assertThat(PlanMark.of(change.merged().write())).hasValueSatisfying(mark -> {
                assertThat(mark.plan()).isEqualTo(plan.digest());
                assertThat(mark.release()).isEqualTo(V2.file().digest());
            });
            assertThat(change.before())
                    .isEqualTo(live(V1).objects().get(change.merged().key()));
        }
    }

    @Test
    void what_is_not_written_is_in_the_plan_without_a_mark() {
        Plan plan = plan(BASIS, withAccountAsWritten(), V2);

        assertThat(keys(plan.objects())).contains(ACCOUNT);
        assertThat(keys(plan.changes())).doesNotContain(ACCOUNT);
        assertThat(plan.merge().objects()).hasSameSizeAs(plan.objects());
        assertThat(plan.objects().stream()
                        .filter(object -> object.merged().key().equals(ACCOUNT))
                        .filter(object -> object.before() != null
                                || (object.merged().write() != null
                                        && PlanMark.isOf(object.merged().write(), plan.digest()))))
                .isEmpty();
    }

    @Test
    void an_answer_decides_its_question_and_the_rule_all_others() {
        FieldConflict asked = new FieldConflict("ConfigMap kube-system/calico-config", "data.mtu", "1", "2", "3");
        FieldConflict other = new FieldConflict("ConfigMap kube-system/calico-config", "data.mtu", "1", "2", "4");
        Plan plan = answered(new FieldAnswer(asked.question(), OnConflict.TAKE_NEW));

        assertThat(plan.decided(asked)).isEqualTo(OnConflict.TAKE_NEW);
        assertThat(plan.decided(other)).isEqualTo(OnConflict.HOLD);
    }

    @Test
    void a_plan_that_was_kept_before_there_were_single_answers_has_its_rule_only() {
        Plan kept = new Plan("d", "v3.22.5/calico.yaml", "t", OnConflict.KEEP_MINE, OnConflict.HOLD, null, List.of());

        assertThat(kept.answers()).isEmpty();
        assertThat(kept.decided(new FieldConflict("ConfigMap x/y", "data.mtu", "1", "2", "3")))
                .isEqualTo(OnConflict.KEEP_MINE);
    }

    @Test
    void a_plan_is_told_without_what_it_writes() {
        Plan plan = plan(BASIS, live(V1), V2);

        assertThat(plan).hasToString("plan " + plan.digest() + " for v3.22.5/calico.yaml");
    }

    /** The ServiceAccount, which is the same in all releases, as an upgrade leaves it. */
    private static ManifestDocuments withAccountAsWritten() {
        return PlanScene.written(plan(BASIS, live(V1), V2), live(V1), ACCOUNT);
    }

    private static Set<ObjectKey> keys(List<PlannedObject> objects) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        objects.forEach(object -> keys.add(object.merged().key()));
        return keys;
    }

    private static Plan plan(Basis basis, ManifestDocuments live, Placed target) {
        return PlanScene.plan(basis, live, target);
    }

    private static Plan answered(FieldAnswer... answers) {
        return of(OnConflict.HOLD, OnConflict.HOLD, List.of(answers), "uid");
    }

    private static Plan of(OnConflict onConflict, OnConflict withoutBase, List<FieldAnswer> answers, String cluster) {
        return Plan.of(BASIS, live(V1), V2, onConflict, withoutBase, answers, cluster);
    }

    private static Basis from(String... digests) {
        return new Basis(BASIS.documents(), BASIS.file(), List.of(digests), Set.of(), List.of(), List.of());
    }

    /** As if a comment in the file were another one. */
    private static Placed rewritten(Placed file) {
        return Placed.asReleased(
                new ReleaseFile(file.file().release(), file.file().file(), file.documents(), "sha-rewritten"));
    }

    private static ManifestDocuments touched(ObjectKey key, String field, String value) {
        ManifestDocuments touched = live(V1);
        ObjectNode object = touched.find(key).orElseThrow();
        object.withObject("/metadata").put(field, value);
        return touched;
    }
}
