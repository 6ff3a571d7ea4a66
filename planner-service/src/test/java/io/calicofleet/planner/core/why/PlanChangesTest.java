package io.calicofleet.planner.core.why;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.FieldChange;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedAction;
import io.calicofleet.event.PlannedWrite;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanChangesTest {

    private static final FieldChange IMAGE = new FieldChange("spec.image", "\"a:1\"", "\"a:2\"");

    @Test
    void the_same_plan_has_no_changes() {
        assertThat(PlanChanges.between(plan(write("a", "1", "2", IMAGE)), plan(write("a", "1", "2", IMAGE))))
                .isEmpty();
    }

    @Test
    void says_of_each_object_what_is_so_now_and_was_not() {
        FieldChange other = new FieldChange("spec.image", "\"b:1\"", "\"a:2\"");
        assertThat(PlanChanges.between(
                        plan(write("a", "1", "2", IMAGE), write("gone", "1", "2"), write("kept", "1", "2", IMAGE)),
                        plan(write("a", "9", "2", other), write("new", "1", "2"), write("kept", "9", "8", IMAGE))))
                .containsExactly(
                        "ConfigMap x/a in upgrade has been changed since",
                        "  spec.image: \"b:1\" to \"a:2\"; then \"a:1\" to \"a:2\"",
                        "ConfigMap x/new in upgrade would be written now (update), and was not",
                        "ConfigMap x/kept in upgrade has been changed since, in fields that the upgrade leaves as they are",
                        "ConfigMap x/gone in upgrade would not be written any more");
    }

    private static PlannedWrite write(String name, String before, String after, FieldChange... fields) {
        return new PlannedWrite(
                StepKind.UPGRADE, PlannedAction.UPDATE, "ConfigMap x/" + name, List.of(fields), 0, before, after);
    }

    private static PlanMade plan(PlannedWrite... writes) {
        return new PlanMade(
                StepId.parse("c/a/plan/1"),
                new ClusterPlan("d", List.of(), writes.length, List.of(), 1, Instant.EPOCH),
                List.of(writes),
                null,
                "planned");
    }
}
