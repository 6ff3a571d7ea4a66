package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.outcome.Outcomes;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.journal.Changed;
import io.calicofleet.planner.port.journal.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is written down of random runs is enough to decide them once more; see {@link PlannerPropertiesTest} for how to run one alone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReplayPropertiesTest {

    private static final long FIRST = 20261129L;

    @Test
    void a_replay_is_at_each_offset_what_the_campaign_was_then_and_at_the_last_what_it_is() {
        int[] crashes = {0};
        Seeds.from(FIRST, 120).forEach(seed -> {
            try {
                RandomWorld world = new RandomWorld(seed);
                world.run();
                world.settle();
                replays(world);
                crashes[0] += world.rebuilt.size();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
        if (!Seeds.isOneAlone()) {
            assertThat(crashes[0]).isPositive();
        }
    }

    private static void replays(RandomWorld world) throws IOException {
        Map<Long, CampaignState> was = new TreeMap<>();
        List<Recorded> written = written(world, was);
        Replay replay = new Replay(
                new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT),
                decision -> Changed.of(decision).checksum());

        Outcomes outcomes = new Outcomes(cluster -> true);
        Map<ClusterId, ClusterStatus> clusters = new TreeMap<>();
        CampaignStatus campaign = null;
        int told = 0;
        for (Recorded recorded : written) {
            replay.decide(recorded).ifPresent(decision -> outcomes.take(recorded, decision));
            assertThat(replay.state()).as("%s", recorded).isEqualTo(was.get(recorded.offset()));
            for (; told <= recorded.offset(); told++) {
                for (Effect effect : world.decisions.get(told).effects()) {
                    if (effect instanceof Effect.PublishCampaignStatus now) {
                        campaign = now.status();
                    } else if (effect instanceof Effect.PublishClusterStatus now) {
                        clusters.put(now.status().cluster(), now.status());
                    }
                }
            }
            assertThat(replay.status()).as("%s", recorded).isEqualTo(campaign);
            assertThat(replay.clusters()).as("%s", recorded).containsExactlyElementsOf(clusters.values());
        }

        assertThat(replay.state()).isEqualTo(world.state);
        assertThat(replay.differs()).isEmpty();
        outcomes(world, replay, outcomes);
        assertThat(written).hasSizeLessThanOrEqualTo(world.log.size());
    }

    /** What is said of the clusters that are finished is the same of what was decided and of what is written down of it. */
    private static void outcomes(RandomWorld world, Replay replay, Outcomes written) {
        Outcomes decided = new Outcomes(cluster -> true);
        for (int i = 0; i < world.log.size(); i++) {
            decided.take(new Recorded(i, world.log.get(i), false, "", ""), world.decisions.get(i));
        }
        for (ClusterStatus cluster : replay.clusters()) {
            Optional<ClusterOutcome> said = written.of(replay.status(), cluster, replay, "");
            assertThat(said).isEqualTo(decided.of(replay.status(), cluster, replay, ""));
            assertThat(said.isPresent()).isEqualTo(cluster.phase().finished());
        }
    }

    /** As the shell writes it down: what tells something, after a crash with a word about that. */
    private static List<Recorded> written(RandomWorld world, Map<Long, CampaignState> was) throws IOException {
        Journal reader = new Journal();
        List<Recorded> written = new ArrayList<>();
        boolean rebuilt = false;
        for (int i = 0; i < world.log.size(); i++) {
            Decision decision = world.decisions.get(i);
            rebuilt |= world.rebuilt.contains(i);
            if (!Journal.tells(decision)) {
                continue;
            }
            List<DecisionMade> entries =
                    Journal.entries(world.spec.name(), world.log.get(i), rebuilt, Changed.of(decision));
            rebuilt = false;
            for (DecisionMade entry : entries) {
                reader.read(i, entry).ifPresent(written::add);
            }
            was.put((long) i, decision.state());
        }
        return written;
    }
}
