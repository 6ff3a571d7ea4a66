package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.model.release.ObjectKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MemoryJournalTest {

    private static final StepId STEP = StepId.parse("u1/c01/drill/1");
    private static final StepSucceeded DONE = new StepSucceeded(STEP, null, List.of(), List.of(), "c01: done");

    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private final MemoryJournal journal = new MemoryJournal(() -> now);

    @Test
    void an_outcome_is_remembered_with_its_time() {
        assertThat(journal.find(STEP)).isEmpty();
        journal.started(STEP, 1, 0);
        assertThat(journal.find(STEP)).contains(new Journal.Entry(STEP, now, null));
        now = now.plusSeconds(1);
        journal.done(STEP, DONE);
        assertThat(journal.find(STEP)).contains(new Journal.Entry(STEP, now, DONE));
        assertThat(journal.find(StepId.parse("u1/c01/drill/2"))).isEmpty();
    }

    @Test
    void a_step_of_an_earlier_grant_has_no_effect() {
        journal.started(STEP, 5, 0);
        StepId late = StepId.parse("u2/c01/drill/1");
        assertThatThrownBy(() -> journal.started(late, 4, 0))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.CLAIM_LOST));
        assertThat(journal.find(late)).isEmpty();
        journal.started(late, 5, 0);
        assertThat(journal.find(late)).isPresent();
    }

    @Test
    void a_step_in_an_earlier_place_under_the_same_grant_has_no_effect() {
        journal.started(STEP, 5, 3);
        StepId late = StepId.parse("u1/c01/drill/7");
        assertThatThrownBy(() -> journal.started(late, 5, 2))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.CLAIM_LOST))
                .hasMessageContaining("which has seen later steps of it since");
        journal.started(STEP, 5, 3);
        journal.started(late, 6, 1);
        assertThat(journal.find(late)).isPresent();
    }

    @Test
    void only_the_last_few_are_remembered() {
        for (int i = 1; i <= 9; i++) {
            journal.started(StepId.parse("u1/c01/drill/" + i), 0, 0);
        }
        assertThat(journal.find(STEP)).isEmpty();
        assertThat(journal.find(StepId.parse("u1/c01/drill/2"))).isPresent();
        journal.done(StepId.parse("u1/c01/drill/2"), DONE);
        journal.started(STEP, 0, 0);
        assertThat(journal.find(StepId.parse("u1/c01/drill/2")))
                .as("changed since")
                .isPresent();
        assertThat(journal.find(StepId.parse("u1/c01/drill/3"))).isEmpty();
    }

    @Test
    void what_a_step_is_in_the_middle_of_is_remembered_until_it_is_done() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "x").put("name", "y");
        ObjectKey key = ObjectKey.of(object);
        journal.started(STEP, 0, 0);
        journal.intents(STEP).recreated(key);
        assertThat(journal.intents(STEP).recreating(key)).isEmpty();
        journal.intents(STEP).recreate(object);
        assertThat(journal.intents(STEP).recreating(key)).contains(object);
        journal.intents(STEP).recreated(key);
        assertThat(journal.intents(STEP).recreating(key)).isEmpty();
        journal.intents(STEP).recreate(object);
        journal.done(STEP, DONE);
        assertThat(journal.intents(STEP).recreating(key)).isEmpty();
    }
}
