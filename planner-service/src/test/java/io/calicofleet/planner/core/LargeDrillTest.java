package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.StepRequested;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** One input costs the same with ten thousand clusters: this would take hours if it did not. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LargeDrillTest {

    @Test
    void drives_ten_thousand_clusters_through_six_steps() {
        Driver driver = new Driver(10_000);
        driver.create(Fleet.drill(6));
        Deque<StepRequested> open = new ArrayDeque<>(driver.requests);
        int seen = driver.requests.size();
        while (!open.isEmpty()) {
            String cluster = open.removeFirst().step().cluster().value();
            driver.accept(cluster).complete(cluster);
            while (seen < driver.requests.size()) {
                open.addLast(driver.requests.get(seen++));
            }
        }

        assertThat(driver.requests).hasSize(60_000);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(driver.state.tally().of(ClusterPhase.SUCCEEDED)).isEqualTo(10_000);
    }
}
