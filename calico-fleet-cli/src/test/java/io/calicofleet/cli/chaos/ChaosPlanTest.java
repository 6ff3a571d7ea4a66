package io.calicofleet.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.chaos.Happening.Deed;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.time.Duration;
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
    void a_seed_has_one_plan() {
        assertThat(ChaosPlan.of(7, 4, DURATION)).isEqualTo(ChaosPlan.of(7, 4, DURATION));
        assertThat(ChaosPlan.of(7, 4, DURATION)).isNotEqualTo(ChaosPlan.of(8, 4, DURATION));
    }

    @Test
    void seeds_bring_every_fault_every_deed_and_every_kind_of_cluster() {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        Set<Deed> deeds = EnumSet.noneOf(Deed.class);
        Set<String> clusters = new HashSet<>();
        for (long seed = 1; seed <= 60; seed++) {
            ChaosPlan plan = ChaosPlan.of(seed, 4, DURATION);
            clusters.addAll(plan.clusters());
            for (Happening happening : plan.happenings()) {
                switch (happening) {
                    case Injection injection -> faults.add(injection.fault());
                    case Act act -> deeds.add(act.deed());
                }
            }
        }
        assertThat(faults).containsExactlyInAnyOrder(Fault.values());
        assertThat(deeds).containsExactlyInAnyOrder(Deed.values());
        assertThat(clusters).hasSize(ChaosPlan.KINDS);
    }

    @Test
    void whatever_breaks_heals_in_time_and_no_process_dies_so_often_that_it_is_given_up() {
        for (long seed = 1; seed <= 200; seed++) {
            ChaosPlan plan = ChaosPlan.of(seed, 4, DURATION);
            Map<String, Integer> deaths = new HashMap<>();
            for (Happening happening : plan.happenings()) {
                if (happening instanceof Injection injection) {
                    assertThat(injection.at().plus(injection.lasts()))
                            .as("seed " + seed)
                            .isLessThanOrEqualTo(DURATION.plusMillis(500));
                    if (injection.fault() == Fault.KILLED || injection.fault() == Fault.DISK_FULL) {
                        deaths.merge(injection.target(), 1, Integer::sum);
                    }
                }
            }
            assertThat(deaths.values()).as("seed " + seed).allMatch(count -> count <= 3);
            assertThat(plan.happenings()).isSortedAccordingTo(Comparator.comparing(Happening::at));
        }
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
