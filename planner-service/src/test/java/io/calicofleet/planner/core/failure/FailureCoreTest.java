package io.calicofleet.planner.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.failure.FailureCore.Everything;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailureCoreTest {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private FailureState state;
    private Everything everything = Everything.GOES_ON;
    private final List<Stop> stops = new ArrayList<>();

    @Test
    void the_third_cluster_stops_everything_and_says_what_they_share_and_who_would_be_next() {
        see("a/c1/upgrade/1", 0);
        see("b/c2/upgrade/1", 1);
        assertThat(stops).isEmpty();
        see("a/c3/upgrade/1", 2);

        assertThat(stops).singleElement().satisfies(stop -> {
            assertThat(stop.by()).isNull();
            assertThat(stop.who()).isEqualTo("calico-fleet itself");
            assertThat(stop.at()).isEqualTo(START.plusSeconds(120));
            assertThat(stop.reason())
                    .isEqualTo("The same failure on 3 of 8 clusters that have begun: upgrade failed (pods): DaemonSet"
                            + " calico-node: pod: ImagePullBackOff. On c1, c2, c3. In common: version v3.20.6, target"
                            + " v3.22.5, region=eu. Next would be c8, c9.");
            assertThat(stop.failure().campaigns()).extracting(Object::toString).containsExactlyInAnyOrder("a", "b");
            assertThat(stop.failure().shared()).containsExactly("version v3.20.6", "target v3.22.5", "region=eu");
        });
    }

    @Test
    void a_cluster_that_fails_again_counts_once_and_so_does_a_record_that_comes_twice() {
        see("a/c1/upgrade/1", 0);
        see("a/c1/upgrade/1", 0);
        see("a/c1/upgrade/2", 1);
        see("a/c1/upgrade/1", 0);
        see("a/c2/upgrade/1", 2);
        assertThat(stops).isEmpty();
        assertThat(state.failures()).hasSize(2);
        assertThat(state.failures().getFirst().at()).isEqualTo(START.plusSeconds(60));
    }

    @Test
    void what_failed_longer_ago_than_the_campaign_says_does_not_count() {
        see("a/c1/upgrade/1", 0);
        see("a/c2/upgrade/1", 60);
        see("a/c3/upgrade/1", 24 * 60 + 1);
        assertThat(stops).isEmpty();
        see("a/c4/upgrade/1", 24 * 60 + 2);
        assertThat(stops).hasSize(1);
        assertThat(stops.getFirst().failure().clusters())
                .containsExactly(ClusterId.of("c2"), ClusterId.of("c3"), ClusterId.of("c4"));
    }

    @Test
    void the_strictest_campaign_decides_in_whatever_order_they_fail() {
        FailureSeen strict = seen("a/c1/upgrade/1", 0, 2);
        FailureSeen lax = seen("b/c2/upgrade/1", 1, 10);
        for (List<FailureSeen> order : List.of(List.of(strict, lax), List.of(lax, strict))) {
            state = null;
            stops.clear();
            order.forEach(this::see);
            assertThat(stops).hasSize(1);
        }
    }

    @Test
    void those_that_still_fail_while_everything_is_stopped_do_not_stop_it_again_once_it_is_resumed() {
        for (int i = 1; i <= 3; i++) {
            see("a/c" + i + "/upgrade/1", i);
        }
        everything = new Everything(stops.getFirst(), null);
        for (int i = 4; i <= 9; i++) {
            see("a/c" + i + "/upgrade/1", i);
        }
        assertThat(stops).hasSize(1);
        everything = new Everything(null, START.plusSeconds(600));
        see("a/c10/upgrade/1", 11);
        see("a/c11/upgrade/1", 12);
        assertThat(stops).hasSize(1);
        see("a/c12/upgrade/1", 13);
        assertThat(stops).hasSize(2);
        assertThat(stops.getLast().failure().clusters()).hasSize(3);
    }

    @Test
    void a_stop_somebody_made_stays_theirs_and_says_what_was_seen_besides() {
        Stop theirs = new Stop("bob", "a bad release", START);
        everything = new Everything(theirs, null);
        for (int i = 1; i <= 3; i++) {
            see("a/c" + i + "/upgrade/1", i);
        }
        assertThat(stops).singleElement().satisfies(stop -> {
            assertThat(stop.by()).isEqualTo("bob");
            assertThat(stop.at()).isEqualTo(START);
            assertThat(stop.reason()).startsWith("a bad release. Besides: The same failure on 3 of ");
            assertThat(stop.failure()).isNotNull();
        });
    }

    @Test
    void
            in_whatever_order_and_however_often_failures_come_there_is_one_stop_for_as_many_clusters_and_a_bounded_state() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            state = null;
            stops.clear();
            everything = Everything.GOES_ON;
            int clusters = 1 + random.nextInt(8);
            List<FailureSeen> records = new ArrayList<>();
            for (int i = 0; i < clusters; i++) {
                FailureSeen one = seen("a/c" + i + "/upgrade/1", i, 3);
                for (int times = 1 + random.nextInt(3); times > 0; times--) {
                    records.add(one);
                }
            }
            Collections.shuffle(records, random);
            for (FailureSeen one : records) {
                see(one);
                if (!stops.isEmpty()) {
                    everything = new Everything(stops.getLast(), null);
                }
            }
            assertThat(stops).as("seed " + seed).hasSize(clusters < 3 ? 0 : 1);
            assertThat(state.failures()).hasSize(clusters);
        }
        for (int i = 0; i < 2000; i++) {
            see("a/n" + i + "/upgrade/1", i);
        }
        assertThat(state.failures()).hasSize(500);
        assertThat(stops.getLast().failure().clusters()).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void what_is_older_than_any_campaign_may_ask_for_is_forgotten() {
        see("a/c1/upgrade/1", 0);
        assertThat(FailureCore.isForgotten(state, START.plus(Duration.ofDays(30))))
                .isFalse();
        assertThat(FailureCore.isForgotten(state, START.plus(Duration.ofDays(31))))
                .isTrue();
    }

    private void see(String step, int minutes) {
        see(seen(step, minutes, 3));
    }

    private void see(FailureSeen seen) {
        FailureDecision decision =
                FailureCore.decide(state, seen, everything, cluster -> Map.of("region", "eu", "name", cluster.value()));
        state = decision.state();
        if (decision.stop() != null) {
            stops.add(decision.stop());
        }
    }

    private static FailureSeen seen(String step, int minutes, int clusters) {
        return new FailureSeen(
                StepId.parse(step),
                "key",
                "pods",
                "DaemonSet calico-node: pod: ImagePullBackOff",
                START.plus(Duration.ofMinutes(minutes)),
                clusters,
                DAY,
                CalicoVersion.parse("v3.20.6"),
                CalicoVersion.parse("v3.22.5"),
                4,
                List.of(ClusterId.of("c8"), ClusterId.of("c9")),
                "");
    }
}
