package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PortsTest {

    @Test
    void a_port_for_a_process_is_none_that_a_connection_may_get_and_is_given_once() {
        List<Integer> ports = Ports.free(200);

        assertThat(ports).hasSize(200).doesNotHaveDuplicates().allMatch(port -> port >= 15_000 && port < 30_000);
        assertThat(Ports.free(200)).doesNotContainAnyElementsOf(ports);
    }
}
