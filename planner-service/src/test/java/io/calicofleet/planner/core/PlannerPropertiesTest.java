package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.campaign.CampaignState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The invariants 1 to 4 and 6 of the design over random runs. A failure names its seed; {@code -Dcalicofleet.seed=SEED} runs
 * that one alone, and {@code -Dcalicofleet.seeds=N} more of them.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlannerPropertiesTest {

    private static final long FIRST = 20261123L;

    @Test
    void keeps_its_invariants_whatever_happens_in_whatever_order() {
        Set<CampaignPhase> ends = EnumSet.noneOf(CampaignPhase.class);
        Set<StepKind> kinds = EnumSet.noneOf(StepKind.class);
        Seeds.from(FIRST, 300).forEach(seed -> {
            try {
                ends.add(run(seed, kinds));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
        if (!Seeds.isOneAlone()) {
            assertThat(ends).contains(CampaignPhase.SUCCEEDED, CampaignPhase.ABORTED);
            assertThat(kinds).contains(StepKind.RESTORE, StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        }
    }

    private static CampaignPhase run(long seed, Set<StepKind> kinds) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        world.settle();
        assertThat(world.over())
                .as("the campaign ends once everybody does what they should: " + world.state)
                .isTrue();
        replayed(world);
        absorbs(world);
        once(world);
        asked(world.effects).forEach(step -> kinds.add(step.kind()));
        return world.state.header().phase();
    }

    /** The same log gives the same decisions. */
    private static void replayed(RandomWorld world) {
        PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
        CampaignState state = null;
        List<Effect> requests = new ArrayList<>();
        for (PlannerInput input : world.log) {
            Decision decision = core.decide(state, input);
            state = decision.state();
            requests.addAll(decision.effects());
        }
        assertThat(state.clusters()).isEqualTo(world.state.clusters());
        assertThat(state.header().waves()).isEqualTo(world.state.header().waves());
        assertThat(asked(requests)).isEqualTo(asked(world.effects));
    }

    /** Terminal states change no more. */
    private static void absorbs(RandomWorld world) {
        PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
        CampaignState state = world.state;
        List<PlannerInput> again = new ArrayList<>(world.log);
        again.add(new PlannerInput.CommandReceived(
                Times.at(Driver.START), new ClusterRetried(world.spec.name(), null, "", ""), null, world.fleet));
        for (PlannerInput input : again) {
            CampaignState after = core.decide(state, input).state();
            assertThat(after.clusters()).isEqualTo(state.clusters());
            assertThat(after.header().phase()).isEqualTo(state.header().phase());
            state = after;
        }
    }

    /** No step is asked for twice. */
    private static void once(RandomWorld world) {
        List<StepId> asked = asked(world.effects);
        assertThat(new HashSet<>(asked)).hasSameSizeAs(asked);
    }

    private static List<StepId> asked(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.RequestStep.class::isInstance)
                .map(effect -> ((Effect.RequestStep) effect).request().step())
                .toList();
    }
}
