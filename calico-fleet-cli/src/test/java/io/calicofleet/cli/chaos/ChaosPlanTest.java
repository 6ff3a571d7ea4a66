package io.calicofleet.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.chaos.ChaosPlan.Begins;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.chaos.Happening.Deed;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChaosPlanTest {

    private static final Duration DURATION = Duration.ofSeconds(15);

    @Test
    void seeds_have_one_plan() {
        assertThat(Burst.of(7, 10, 3, DURATION)).isEqualTo(Burst.of(7, 10, 3, DURATION));
        assertThat(Burst.of(7, 10, 3, DURATION)).isNotEqualTo(Burst.of(8, 10, 3, DURATION));
    }

    @Test
    void seeds_bring_every_fault_every_deed_every_kind_of_cluster_and_of_campaign_and_one_executor_or_two() {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        Set<Deed> deeds = EnumSet.noneOf(Deed.class);
        Set<Integer> kinds = new HashSet<>();
        Set<Boolean> two = new HashSet<>();
        Set<Begins> begins = EnumSet.noneOf(Begins.class);
        Set<Boolean> people = new HashSet<>();
        Set<Boolean> canaries = new HashSet<>();
        for (long first = 1; first <= 200; first += 10) {
            Burst burst = Burst.of(first, 10, 3, DURATION);
            two.add(burst.hasTwoExecutors());
            burst.plans()
                    .forEach(plan -> plan.campaigns().forEach(campaign -> {
                        begins.add(campaign.begins());
                        people.add(campaign.approval());
                        canaries.add(campaign.canaryNode());
                    }));
            burst.clusters()
                    .forEach(cluster -> kinds.add((Integer.parseInt(cluster.substring(1)) - 1) % SimulatedFleet.KINDS));
            for (Burst.Planned planned : burst.happenings()) {
                switch (planned.happening()) {
                    case Injection injection -> faults.add(injection.fault());
                    case Act act -> deeds.add(act.deed());
                }
            }
        }
        assertThat(faults).containsExactlyInAnyOrder(Fault.values());
        assertThat(deeds).containsExactlyInAnyOrder(Deed.values());
        assertThat(kinds).hasSize(SimulatedFleet.KINDS);
        assertThat(two).hasSize(2);
        assertThat(begins).containsExactlyInAnyOrder(Begins.values());
        assertThat(people).as("approvals").hasSize(2);
        assertThat(canaries).as("canary nodes").hasSize(2);
    }

    @Test
    void whatever_breaks_heals_in_time_and_no_process_dies_so_often_that_it_is_given_up() {
        for (long first = 1; first <= 200; first++) {
            Burst burst = Burst.of(first, (int) (first % 10) + 1, 3, DURATION);
            Map<String, Integer> deaths = new HashMap<>();
            for (Burst.Planned planned : burst.happenings()) {
                if (planned.happening() instanceof Injection injection) {
                    assertThat(injection.at().plus(injection.lasts()))
                            .as("seed " + first)
                            .isLessThanOrEqualTo(DURATION.plusMillis(500));
                    if (injection.fault().ends()) {
                        deaths.merge(injection.target(), 1, Integer::sum);
                    }
                }
            }
            assertThat(deaths.values()).as("seed " + first).allMatch(count -> count <= 4);
            assertThat(burst.happenings())
                    .isSortedAccordingTo(
                            Comparator.comparing(planned -> planned.happening().at()));
        }
    }

    @Test
    void each_seed_of_a_burst_has_clusters_and_campaigns_of_its_own() {
        Burst burst = Burst.of(1, 10, 3, DURATION);

        assertThat(burst.clusters()).doesNotHaveDuplicates().hasSize(30);
        ChaosPlan fourth = burst.plans().get(3);
        assertThat(burst.seedsOf(Finding.of(fourth.clusters().getFirst(), "is wrong")))
                .containsExactly(4L);
        assertThat(burst.seedsOf(Finding.of(fourth.campaigns().getLast().name(), "is wrong")))
                .containsExactly(4L);
        assertThat(burst.seedsOf(Finding.of("topics", "are wrong"))).hasSize(10);
    }

    @Test
    void a_senders_clock_that_was_set_is_known_by_the_brokers_time() {
        Instant sent = Instant.parse("2026-11-28T08:00:00.123Z");
        Instant stamped = sent.plusMillis(900);

        assertThat(HistoryReader.withoutJumps(sent, stamped)).isEqualTo(sent);
        assertThat(HistoryReader.withoutJumps(sent.plus(Injector.CLOCK), stamped))
                .isEqualTo(sent);
        assertThat(HistoryReader.withoutJumps(sent.minus(Injector.CLOCK), stamped))
                .isEqualTo(sent);
    }

    @Test
    void fields_are_known_by_their_names_entries_without_one_by_all_they_hold_and_images_by_their_repository()
            throws IOException {
        JsonNode object = EventJson.mapper().readTree("""
                {"containers": [{"name": "node", "image": "mine.example.com:5000/node:v1", "env": [{"name": "MTU", "value": "9"}]}],
                 "tolerations": [{"key": "a", "effect": "b"}], "config": "{\\"mtu\\": __MTU__}"}
                """);

        assertThat(Fields.of(object))
                .containsEntry("containers[node].image", "\"mine.example.com:5000/node\"")
                .containsEntry("containers[node].env[MTU].value", "\"9\"")
                .containsEntry("tolerations[{\"effect\":\"b\",\"key\":\"a\"}]", "true")
                .containsEntry("config.mtu", "\"__MTU__\"");
    }
}
