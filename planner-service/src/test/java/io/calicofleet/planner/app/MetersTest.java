package io.calicofleet.planner.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.planner.Drill;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MetersTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @Test
    void the_running_campaign_that_changed_the_longest_ago_tells_for_how_long_nothing_changed() {
        assertThat(Meters.unchanged(List.of(), NOW)).isZero();
        assertThat(Meters.unchanged(
                        List.of(
                                campaign(CampaignPhase.RUNNING, 0, NOW.minusSeconds(60)),
                                campaign(CampaignPhase.RUNNING, 0, NOW.minusSeconds(900)),
                                campaign(CampaignPhase.PAUSED, 0, NOW.minusSeconds(5000))),
                        NOW))
                .isEqualTo(900);
        assertThat(Meters.unchanged(List.of(campaign(CampaignPhase.RUNNING, 0, NOW.plusSeconds(9))), NOW))
                .as("of a clock that is ahead")
                .isZero();
    }

    @Test
    void a_budget_is_spent_by_one_more_failure_than_it_allows() {
        assertThat(Meters.spent(List.of())).isZero();
        assertThat(Meters.spent(List.of(campaign(CampaignPhase.RUNNING, 0, NOW))))
                .isZero();
        assertThat(Meters.spent(List.of(
                        campaign(CampaignPhase.RUNNING, 1, NOW),
                        campaign(CampaignPhase.HELD, 2, NOW),
                        campaign(CampaignPhase.FAILED, 4, NOW),
                        campaign(CampaignPhase.ABORTED, 4, NOW))))
                .isEqualTo(0.5);
        assertThat(Meters.spent(List.of(campaign(CampaignPhase.HELD, 4, NOW)))).isEqualTo(1);
        assertThat(Meters.spent(List.of(campaign(CampaignPhase.HELD, 9, NOW)))).isEqualTo(1);
    }

    /** One of ten clusters that may have three failures. */
    private static CampaignStatus campaign(CampaignPhase phase, int failures, Instant updated) {
        Map<String, Object> document = new HashMap<>(Drill.document("prod", 1, List.of("a")));
        document.put("failureBudget", Map.of("maxFailures", 3));
        return new CampaignStatus(
                CampaignName.of("prod"),
                Drill.spec(document),
                phase,
                "",
                List.of(),
                10,
                Map.of(),
                failures,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                updated,
                "");
    }
}
