package io.calicofleet.planner.core.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimLost;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.ClaimRefused;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClaimCoreTest {

    private static final ClusterId CLUSTER = ClusterId.of("c01");
    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

    private ClaimState state;
    private Instant now = START;
    private List<ClaimAnswer> answers = List.of();

    @Test
    void whoever_asks_for_a_free_cluster_has_it() {
        request("a", 1);

        assertThat(said()).containsExactly("a/1 has it");
        assertThat(state.epoch()).isEqualTo(START.toEpochMilli());
    }

    @Test
    void who_asks_later_waits_and_gets_it_in_the_order_of_asking() {
        request("a", 1);
        request("b", 1);
        assertThat(said()).containsExactly("b/1 waits for a, 1st");
        request("c", 1);
        assertThat(said()).containsExactly("c/1 waits for a, 2nd");

        release("a", 1);
        assertThat(said()).containsExactly("b/1 has it", "c/1 waits for b, 1st");
        release("b", 1);
        assertThat(said()).containsExactly("c/1 has it");
        release("c", 1);
        assertThat(said()).isEmpty();
        assertThat(state.holder()).isNull();
    }

    @Test
    void who_leaves_the_line_does_not_get_it_and_those_behind_are_told() {
        request("a", 1);
        request("b", 1);
        request("c", 1);

        release("b", 1);
        assertThat(said()).containsExactly("c/1 waits for a, 1st");
        release("a", 1);
        assertThat(said()).containsExactly("c/1 has it");
    }

    @Test
    void epochs_grow_with_each_grant_also_where_the_clock_stands_or_goes_back() {
        request("a", 1);
        long first = state.epoch();
        release("a", 1);
        now = START.minusSeconds(60);
        request("b", 1);

        assertThat(state.epoch()).isEqualTo(first + 1);
    }

    @Test
    void the_same_request_is_answered_again_and_changes_nothing() {
        request("a", 1);
        request("b", 1);
        ClaimState before = state;

        request("a", 1);
        assertThat(said()).containsExactly("a/1 has it");
        request("b", 1);
        assertThat(said()).containsExactly("b/1 waits for a, 1st");
        assertThat(state).isEqualTo(before);
    }

    @Test
    void what_is_older_than_the_last_request_of_its_campaign_is_nothing() {
        request("a", 2);
        request("b", 2);
        ClaimState before = state;

        request("a", 1);
        release("a", 1);
        request("b", 1);
        release("b", 1);

        assertThat(said()).isEmpty();
        assertThat(state).isEqualTo(before);
    }

    @Test
    void a_later_request_ends_the_one_before_and_waits_behind_those_who_wait() {
        request("a", 1);
        request("b", 1);

        request("a", 2);

        assertThat(said()).containsExactly("b/1 has it", "a/2 waits for b, 1st");
    }

    @Test
    void a_person_takes_it_over_from_who_has_it_and_the_line_waits_for_the_new_one() {
        request("a", 1);
        request("b", 1);
        request("c", 1);
        long taken = state.epoch();

        decide(new ClaimRequested(CampaignName.of("c"), CLUSTER, 2, taken, "urgent", ""));

        assertThat(said()).containsExactly("a/1 lost it to c: urgent", "c/2 has it", "b/1 waits for c, 1st");
        assertThat(state.epoch()).isGreaterThan(taken);
        release("a", 1);
        assertThat(said()).isEmpty();
    }

    @Test
    void a_takeover_of_a_grant_that_has_ended_takes_nothing_and_keeps_its_place() {
        request("a", 1);
        long taken = state.epoch();
        request("b", 1);
        request("c", 1);
        request("d", 1);
        release("a", 1);

        decide(new ClaimRequested(CampaignName.of("c"), CLUSTER, 2, taken, "urgent", ""));

        assertThat(said()).containsExactly("c/2 waits for b, 1st");
        decide(new ClaimRequested(CampaignName.of("e"), CLUSTER, 1, taken, "urgent", ""));
        assertThat(said()).containsExactly("e/1 waits for b, 3rd");
    }

    @Test
    void the_line_has_an_end() {
        for (int i = 0; i <= ClaimCore.LONGEST_LINE; i++) {
            request("k" + i, 1);
        }
        request("late", 1);

        assertThat(said()).containsExactly("late/1 is refused");
        assertThat(state.line()).hasSize(ClaimCore.LONGEST_LINE);
    }

    private void request(String campaign, int attempt) {
        decide(new ClaimRequested(CampaignName.of(campaign), CLUSTER, attempt, null, "", ""));
    }

    private void release(String campaign, int attempt) {
        decide(new ClaimReleased(CampaignName.of(campaign), CLUSTER, attempt, ""));
    }

    private void decide(ClaimCall call) {
        ClaimDecision decision = ClaimCore.decide(state, call, now);
        state = decision.state();
        answers = decision.answers();
    }

    private List<String> said() {
        return answers.stream()
                .map(answer -> answer.campaign() + "/" + answer.attempt()
                        + switch (answer) {
                            case ClaimGranted granted -> " has it";
                            case ClaimQueued queued -> " waits for " + queued.holder() + ", " + place(queued.ahead());
                            case ClaimRefused refused -> " is refused";
                            case ClaimLost lost -> " lost it to " + lost.holder() + ": " + lost.reason();
                        })
                .toList();
    }

    private static String place(int ahead) {
        return ahead + (ahead == 1 ? "st" : ahead == 2 ? "nd" : ahead == 3 ? "rd" : "th");
    }
}
