package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Unreachable;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Somebody sets the clock of the machine the planner runs on, by hours, as often as they like. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClockJumpsTest {

    private static final long FIRST = 5100;

    @Test
    void jumps_of_the_clock_by_hours_change_no_decision() {
        Seeds.from(FIRST, 60).forEach(seed -> {
            try {
                same(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
    }

    private static void same(long seed) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        world.settle();
        if (world.spec.schedule() != null
                || world.pausesEnd
                || world.lapses
                || world.spec.unreachable() == Unreachable.WAIT) {
            return; // People mean what the clock shows by these; and by it what cannot be reached is tried again.
        }
        PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
        Random random = new Random(seed);
        CampaignState right = null;
        CampaignState set = null;
        Duration off = Duration.ZERO;
        int jumps = 0;
        for (PlannerInput input : world.log) {
            if (random.nextInt(8) == 0) {
                off = Duration.ofMinutes(random.nextInt(20_000) - 10_000);
                jumps++;
            }
            Decision expected = core.decide(right, input);
            Decision decided = core.decide(set, at(input, input.at().clock().plus(off)));
            assertThat(told(decided)).as("%s", input).isEqualTo(told(expected));
            right = expected.state();
            set = decided.state();
        }
        assertThat(world.log.size() < 50 || jumps > 0).isTrue();
    }

    private static PlannerInput at(PlannerInput input, Instant clock) {
        PlannerTime at = new PlannerTime(clock, input.at().worked());
        return switch (input) {
            case PlannerInput.CommandReceived command ->
                new PlannerInput.CommandReceived(
                        at, command.command(), command.actor(), command.fleet(), command.deletedAt(), command.stop());
            case PlannerInput.ProgressReceived progress ->
                new PlannerInput.ProgressReceived(at, progress.progress(), progress.twin());
            case PlannerInput.VerdictReceived verdict -> new PlannerInput.VerdictReceived(at, verdict.verdict());
            case PlannerInput.MissingHeard heard -> new PlannerInput.MissingHeard(at, heard.said());
            case PlannerInput.ClaimAnswered answer ->
                new PlannerInput.ClaimAnswered(at, answer.answer(), answer.twin(), answer.uid());
            case PlannerInput.StopHeard heard -> new PlannerInput.StopHeard(at, heard.stop());
            case PlannerInput.MembersHeard heard -> new PlannerInput.MembersHeard(at, heard.members());
            case PlannerInput.Tick tick -> new PlannerInput.Tick(at);
        };
    }

    /** What was decided, without moments of the clock: until when a confirmation holds is one. */
    private static List<Object> told(Decision decision) {
        List<Object> told = new ArrayList<>();
        for (Effect effect : decision.effects()) {
            switch (effect) {
                case Effect.RequestStep step -> {
                    told.add(step.request().step());
                    told.add(step.request().gates());
                    told.add(step.request().parameters().withNotAfter(null));
                }
                case Effect.CallClaim claim -> told.add(claim);
                case Effect.RefuseCommand refused -> told.add(refused.command());
                case Effect.TellFailure failure -> {}
                case Effect.ForgetCampaign forget -> told.add(forget.campaign());
                case Effect.PublishCampaignStatus status ->
                    told.add(status.status().phase());
                case Effect.PublishClusterStatus status ->
                    told.add(status.status().phase());
            }
        }
        CampaignState state = decision.state();
        if (state != null) {
            told.add(state.header().phase());
            told.add(state.silent());
            state.clusters().values().stream()
                    .sorted((one, other) -> one.cluster().compareTo(other.cluster()))
                    .map(ClusterState::phase)
                    .forEach(told::add);
        }
        return told;
    }
}
