package io.calicofleet.executor.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepOutcomeTest {

    private static final StepId STEP = StepId.parse("calico-3-22/c01/upgrade/1");

    @Test
    void a_held_step_names_the_first_fields_and_counts_the_others() {
        assertThat(said(1))
                .isEqualTo(
                        "c01: Questions wait for a person, about changed fields or about what would be lost: data.f1 of ConfigMap a/b.");
        assertThat(said(5))
                .endsWith("data.f1 of ConfigMap a/b, data.f2 of ConfigMap a/b, data.f3 of ConfigMap a/b and 2 more.");
    }

    @Test
    void a_held_step_without_fields_says_why() {
        assertThat(said(0)).isEqualTo("c01: " + HoldReason.CUSTOMISATION_CONFLICTS.sentence());
    }

    private static String said(int fields) {
        List<FieldConflict> conflicts = IntStream.rangeClosed(1, fields)
                .mapToObj(n -> new FieldConflict("ConfigMap a/b", "data.f" + n, "1", "2", "3"))
                .toList();
        return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, conflicts)
                .toEvent(STEP)
                .summary();
    }
}
