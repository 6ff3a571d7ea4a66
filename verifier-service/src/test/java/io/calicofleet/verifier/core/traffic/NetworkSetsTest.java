package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.model.address.Cidr;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkSetsTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/32, narrow",
        "10.1.2.0/24, narrow",
        "10.1.0.0/16, middle",
        "10.200.0.1/32, wide",
        "fd00::1/128, wide",
        "10.0.0.0/7, ",
        "192.0.2.1/32, "
    })
    void the_set_whose_network_is_the_smallest_around_all_of_the_peer_is_found(String peer, String name) {
        NetworkSets sets = new NetworkSets(
                observed(
                        set("wide", Map.of("n", "1"), "10.0.0.0/8", "fd00::/8"),
                        set("middle", Map.of("n", "2"), "10.1.0.0/16"),
                        set("narrow", Map.of("n", "3"), "10.1.2.0/24")),
                TARGET);

        assertThat(sets.find(requireNonNull(Cidr.parse(peer)))
                        .map(NetworkSets.NetworkSet::name)
                        .orElse(null))
                .isEqualTo(name);
    }

    @Test
    void one_that_can_be_selected_is_found_before_a_closer_one_that_cannot() {
        NetworkSets sets = new NetworkSets(
                observed(set("wide", Map.of("n", "1"), "10.0.0.0/8"), set("narrow", Map.of(), "10.1.2.0/24")), TARGET);

        assertThat(sets.find(requireNonNull(Cidr.parse("10.1.2.3"))))
                .hasValueSatisfying(set -> assertThat(set.name()).isEqualTo("wide"));
    }

    @Test
    void without_global_in_the_release_no_selector_is_safe_from_pods() {
        NetworkSetsObservation observed = observed(set("partners", Map.of("role", "partner"), "203.0.113.0/24"));
        Cidr peer = requireNonNull(Cidr.parse("203.0.113.7"));

        assertThat(new NetworkSets(observed, CalicoVersion.of(3, 15, 0)).find(peer))
                .hasValueSatisfying(set -> assertThat(set.selector()).isEqualTo(Map.of("role", "partner")));
        assertThat(new NetworkSets(observed, CalicoVersion.of(3, 14, 2)).find(peer))
                .hasValueSatisfying(set -> assertThat(set.refusal()).contains("from v3.15 on"));
        assertThat(new NetworkSets(observed, null).find(peer))
                .hasValueSatisfying(set -> assertThat(set.isUsable()).isFalse());
    }

    @Test
    void where_not_all_sets_are_known_none_is_named() {
        NetworkSetsObservation cut = new NetworkSetsObservation(
                List.of(set("partners", Map.of("role", "partner"), "203.0.113.0/24")), List.of(), true);

        assertThat(new NetworkSets(cut, TARGET).find(requireNonNull(Cidr.parse("203.0.113.7"))))
                .hasValueSatisfying(set -> assertThat(set.refusal()).startsWith("there are more sets"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"has", "in", "global", "a b", "a'b", "a\nb", ""})
    void a_label_that_cannot_be_written_in_a_selector_is_not_used(String key) {
        NetworkSets sets = new NetworkSets(observed(set("partners", Map.of(key, "partner"), "203.0.113.0/24")), TARGET);

        assertThat(sets.find(requireNonNull(Cidr.parse("203.0.113.7"))))
                .hasValueSatisfying(
                        set -> assertThat(set.refusal()).isEqualTo("it has no label a selector could name"));
    }

    private static NetworkSetsObservation observed(NetworkSetFact... sets) {
        return new NetworkSetsObservation(List.of(sets), List.of(), false);
    }

    private static NetworkSetFact set(String name, Map<String, String> labels, String... nets) {
        return new NetworkSetFact(name, labels, List.of(nets), nets.length);
    }
}
