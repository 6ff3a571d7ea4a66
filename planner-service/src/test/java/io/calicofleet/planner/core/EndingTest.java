package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Every campaign can be ended at any moment, by one person and in one sitting: from each state that random runs come through. A failure
 * names its seed; {@code -Dcalicofleet.seed=SEED} runs that one alone, and {@code -Dcalicofleet.seeds=N} more of them.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndingTest {

    private static final long FIRST = 20261129L;

    private final PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);

    @Test
    void aborted_twice_a_campaign_is_over_at_once_whatever_its_steps_wait_for() {
        Map<CampaignPhase, Integer> from = new EnumMap<>(CampaignPhase.class);
        Map<ClusterPhase, Integer> clusters = new EnumMap<>(ClusterPhase.class);
        everyState((state, at) -> {
            state.clusters().values().forEach(cluster -> clusters.merge(cluster.phase(), 1, Integer::sum));
            endsAtOnce(state, at, from);
        });
        if (!Seeds.isOneAlone()) {
            assertThat(from)
                    .as("states it was ended from")
                    .containsKeys(
                            CampaignPhase.RUNNING,
                            CampaignPhase.PAUSED,
                            CampaignPhase.HELD,
                            CampaignPhase.SOAKING,
                            CampaignPhase.AWAITING_APPROVAL,
                            CampaignPhase.ABORTING,
                            CampaignPhase.FAILED);
            assertThat(clusters)
                    .containsKeys(ClusterPhase.PENDING, ClusterPhase.RUNNING, ClusterPhase.HELD, ClusterPhase.FAILED);
        }
    }

    @Test
    void aborted_once_a_campaign_is_over_when_nobody_answers_for_its_steps_any_more() {
        everyState((state, at) -> {
            CampaignState ended = abort(state, at);
            Instant later = at;
            for (int i = 0; i < 3 && !over(ended); i++) {
                later = later.plus(Duration.ofHours(1));
                ended = core.decide(ended, new PlannerInput.Tick(Times.at(later)))
                        .state();
            }
            assertThat(over(ended)).as("an hour after the last word: " + ended).isTrue();
        });
    }

    @Test
    void a_step_that_says_for_ever_that_it_goes_on_keeps_no_campaign_from_being_ended() {
        everyState((state, at) -> {
            CampaignState going = abort(state, at);
            Instant later = at;
            for (int i = 0; i < 5; i++) {
                later = later.plus(Duration.ofMinutes(1));
                for (ClusterState cluster : List.copyOf(going.clusters().values())) {
                    if (cluster.phase() == ClusterPhase.RUNNING) {
                        var alive = new StepProgressed(cluster.inFlight().id(), i, 100, "nodes", "");
                        going = core.decide(going, new PlannerInput.ProgressReceived(Times.at(later), alive))
                                .state();
                    }
                }
                going = core.decide(going, new PlannerInput.Tick(Times.at(later)))
                        .state();
            }
            if (!over(going)) {
                going = abort(going, later);
            }
            assertThat(over(going)).isTrue();
        });
    }

    private void endsAtOnce(CampaignState state, Instant at, Map<CampaignPhase, Integer> from) {
        CampaignAborted abort = new CampaignAborted(state.name(), "enough", "");
        CampaignState now = state;
        from.merge(state.header().phase(), 1, Integer::sum);
        for (int i = 0; i < 2 && !over(now); i++) {
            from.merge(now.header().phase(), 1, Integer::sum);
            assertThat(CommandClauses.objection(abort, new SeenState(now)))
                    .as("what REST says")
                    .isEmpty();
            Set<Object> claimed = claimed(now);
            Decision decision =
                    core.decide(now, new PlannerInput.CommandReceived(Times.at(at), abort, "alice", List.of()));
            now = decision.state();
            decision.effects().stream()
                    .filter(effect -> effect instanceof Effect.CallClaim call && call.call() instanceof ClaimReleased)
                    .forEach(effect ->
                            claimed.remove(((Effect.CallClaim) effect).call().cluster()));
            assertThat(claimed(now)).as("given back or still claimed").containsAll(claimed);
        }
        assertThat(over(now)).as("ended from " + state).isTrue();
        assertThat(claimed(now)).as("nobody else is kept waiting").isEmpty();
        var delete = new PlannerInput.CommandReceived(
                Times.at(at), new CampaignDeleted(now.name(), "", ""), "alice", List.of());
        assertThat(core.decide(now, delete).state()).as("and can be deleted").isNull();
    }

    private CampaignState abort(CampaignState state, Instant at) {
        return core.decide(
                        state,
                        new PlannerInput.CommandReceived(
                                Times.at(at), new CampaignAborted(state.name(), "", ""), "alice", List.of()))
                .state();
    }

    private static Set<Object> claimed(CampaignState state) {
        Set<Object> claimed = new HashSet<>();
        state.clusters().values().stream()
                .filter(cluster -> cluster.claimed().active())
                .forEach(cluster -> claimed.add(cluster.cluster()));
        return claimed;
    }

    /** Where all clusters are finished only a person who retries one of them can wake it; it may be deleted as it is. */
    private static boolean over(CampaignState state) {
        return CommandClauses.isOver(state.header().phase(), new SeenState(state).refused());
    }

    private interface Check {
        void of(CampaignState state, Instant at);
    }

    private void everyState(Check check) {
        Seeds.from(FIRST, 40).forEach(seed -> {
            try {
                RandomWorld world = new RandomWorld(seed);
                world.run();
                CampaignState state = null;
                for (PlannerInput input : world.log) {
                    state = core.decide(state, input).state();
                    if (state != null) {
                        check.of(state, input.at().clock());
                    }
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
    }
}
