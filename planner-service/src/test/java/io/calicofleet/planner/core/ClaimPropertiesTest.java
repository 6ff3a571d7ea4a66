package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.StepKind;
import io.calicofleet.fuzz.Seeds;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Invariant 8 of the design over random runs of campaigns that share clusters. A failure names its seed; {@code
 * -Dcalicofleet.seed=SEED} runs that one alone, and {@code -Dcalicofleet.seeds=N} more of them.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClaimPropertiesTest {

    private static final long FIRST = 20261128L;

    @Test
    void one_campaign_at_a_time_acts_on_a_cluster_and_each_gets_its_turn_whatever_happens() {
        int[] seen = new int[2];
        Map<StepKind, Integer> acted = new EnumMap<>(StepKind.class);
        Seeds.from(FIRST, 100).forEach(seed -> {
            try {
                SharedFleet fleet = new SharedFleet(seed);
                fleet.run();
                fleet.settle();
                seen[0] += fleet.waited;
                seen[1] += fleet.takenOver;
                fleet.acted.forEach((kind, times) -> acted.merge(kind, times, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
        if (!Seeds.isOneAlone()) {
            assertThat(seen[0]).as("clusters that waited").isGreaterThan(100);
            assertThat(seen[1]).as("clusters that were taken over").isGreaterThan(20);
            assertThat(acted.get(StepKind.RESTORE)).as("restores").isGreaterThan(50);
            assertThat(acted.get(StepKind.UPGRADE)).as("upgrades").isGreaterThan(50);
        }
    }
}
