package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.executor.core.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkSetsTest {

    /** Half of what a record may hold, see {@code Topic.MAX_RECORD_BYTES}. */
    private static final int FITS = 2 * 1024 * 1024;

    @Test
    void a_set_is_its_name_its_labels_and_its_networks() {
        NetworkSetsObservation seen = NetworkSets.observe(
                List.of(
                        set("partners", "{role: partner}", "203.0.113.0/24", "198.51.100.7"),
                        set("empty", "{}"),
                        Yaml.object("{kind: GlobalNetworkSet, metadata: {name: bare}}")),
                List.of());

        assertThat(seen.sets())
                .containsExactly(
                        new NetworkSetFact("bare", Map.of(), List.of(), 0),
                        new NetworkSetFact("empty", Map.of(), List.of(), 0),
                        new NetworkSetFact(
                                "partners", Map.of("role", "partner"), List.of("198.51.100.7", "203.0.113.0/24"), 2));
        assertThat(seen.incomplete()).isFalse();
    }

    @Test
    void of_host_endpoints_only_the_labels_sets_have_too_are_told_each_combination_once() {
        NetworkSetsObservation seen = NetworkSets.observe(
                List.of(set("a", "{role: partner}", "203.0.113.0/24"), set("b", "{zone: x}", "198.51.100.0/24")),
                List.of(
                        endpoint("{role: node, kubernetes.io/hostname: n1}"),
                        endpoint("{role: node, kubernetes.io/hostname: n2}"),
                        endpoint("{role: partner, zone: x}"),
                        endpoint("{other: x}")));

        assertThat(seen.endpointLabels())
                .containsExactlyInAnyOrder(Map.of("role", "node"), Map.of("role", "partner", "zone", "x"));
    }

    @Test
    void a_set_that_is_too_large_goes_without_its_networks_and_keeps_no_smaller_one_out() {
        String[] many = new String[60_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "100." + (64 + i / 65536) + "." + i / 256 % 256 + "." + i % 256 + "/32";
        }
        NetworkSetsObservation seen = NetworkSets.observe(
                List.of(set("bad", "{feed: bad}", many), set("partners", "{role: partner}", "203.0.113.0/24")),
                List.of());

        assertThat(seen.sets())
                .containsExactly(
                        new NetworkSetFact("bad", Map.of("feed", "bad"), List.of(), 60_000),
                        new NetworkSetFact("partners", Map.of("role", "partner"), List.of("203.0.113.0/24"), 1));
        assertThat(seen.incomplete()).isFalse();
    }

    @Test
    void however_many_there_are_it_fits_and_what_is_missing_is_said() {
        List<JsonNode> sets = new ArrayList<>();
        List<JsonNode> endpoints = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            sets.add(set("set-" + i, "{host: h" + i + "}", "10.0." + i / 256 % 256 + "." + i % 256));
            endpoints.add(endpoint("{host: h" + i + "}"));
        }

        NetworkSetsObservation ofSets = NetworkSets.observe(sets, List.of());
        NetworkSetsObservation ofEndpoints = NetworkSets.observe(sets.subList(0, 1), endpoints);
        NetworkSetsObservation ofAll = NetworkSets.observe(sets, endpoints);

        assertThat(ofSets.sets()).hasSizeBetween(1000, 19_999);
        assertThat(ofSets.incomplete()).isTrue();
        assertThat(ofEndpoints.endpointLabels()).hasSizeBetween(1000, 19_999);
        assertThat(ofEndpoints.incomplete()).isTrue();
        assertThat(ofAll.toString()).hasSizeLessThan(FITS);
    }

    private static ObjectNode set(String name, String labels, String... nets) {
        ObjectNode set =
                Yaml.object("{kind: GlobalNetworkSet, metadata: {name: " + name + ", labels: " + labels + "}}");
        List.of(nets).forEach(set.putObject("spec").putArray("nets")::add);
        return set;
    }

    private static JsonNode endpoint(String labels) {
        return Yaml.object("{kind: HostEndpoint, metadata: {name: e, labels: " + labels + "}, spec: {node: n}}");
    }
}
