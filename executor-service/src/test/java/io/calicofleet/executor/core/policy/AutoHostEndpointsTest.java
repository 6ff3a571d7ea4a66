package io.calicofleet.executor.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutoHostEndpointsTest {

    private static final Map<String, String> LABELS = Map.of("role", "node", "zone", "a");

    @Test
    void an_automatic_host_endpoint_is_there_once_it_has_every_label_of_its_node_with_its_value() {
        assertThat(isThere(AutoHostEndpoints.of("n1", LABELS, List.of()))).isTrue();
        assertThat(isThere(AutoHostEndpoints.of("n1", Map.of("role", "node"), List.of())))
                .as("a label is missing")
                .isFalse();
        assertThat(isThere(AutoHostEndpoints.of("n1", Map.of("role", "node", "zone", "b"), List.of())))
                .as("a label has another value")
                .isFalse();
        assertThat(isThere(AutoHostEndpoints.of("n1", Map.of("role", "node", "zone", "a", "more", "1"), List.of())))
                .as("it may have more")
                .isTrue();
        assertThat(isThere(AutoHostEndpoints.of("n2", LABELS, List.of())))
                .as("it is another node's")
                .isFalse();
    }

    @Test
    void one_for_a_single_interface_does_not_stand_in_for_the_node() {
        ObjectNode ofInterface = AutoHostEndpoints.of("n1", LABELS, List.of());
        ofInterface.withObject("/spec").put("interfaceName", "eth0");

        assertThat(isThere(ofInterface)).isFalse();
    }

    @Test
    void an_automatic_host_endpoint_is_known_by_its_label_whatever_its_name() {
        ObjectNode renamed = AutoHostEndpoints.of("n1", LABELS, List.of());
        renamed.withObject("/metadata").put("name", "a1b2c3-auto-hep");
        ObjectNode imitation = AutoHostEndpoints.of("n1", LABELS, List.of());
        imitation.withObject("/metadata/labels").remove(AutoHostEndpoints.CREATED_BY);

        assertThat(isThere(renamed)).isTrue();
        assertThat(isThere(imitation)).isFalse();
        assertThat(AutoHostEndpoints.isAutomatic(imitation)).isFalse();
    }

    private static boolean isThere(ObjectNode endpoint) {
        return AutoHostEndpoints.isThere(List.of(endpoint), "n1", LABELS);
    }
}
