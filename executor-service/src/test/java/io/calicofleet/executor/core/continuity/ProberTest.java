package io.calicofleet.executor.core.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.StepId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProberTest {

    private static final Prober PROBER =
            new Prober(StepId.parse("c1/c01/upgrade/1"), ContinuitySpec.DEFAULT, List.of());

    /** What a node dials over IPv4 and IPv6: kind, connection, how many. */
    private static final List<String> DIALLED = List.of(
            "pod-to-pod new 6",
            "pod-to-pod kept 2",
            "pod-to-pod-same-node new 2",
            "pod-to-pod-same-node kept 2",
            "pod-to-service new 2",
            "pod-to-service kept 2",
            "pod-to-api new 1",
            "pod-to-dns new 1",
            "host-to-pod new 4",
            "host-to-pod kept 2",
            "host-to-host new 4",
            "host-to-host kept 2");

    @Test
    void the_baseline_of_as_many_nodes_as_are_measured_fits_into_a_config_map_and_is_read_as_it_was() {
        Random random = new Random(1);
        Heard heard = new Heard();
        for (int i = 0; i < Prober.MOST_NODES; i++) {
            heard.add("ip-10-0-%d-%d.eu-central-1.compute.internal".formatted(i / 250, i % 250), lines(random));
        }

        JsonNode baseline = PROBER.baseline(heard, List.of("node a is not measured"));

        byte[] kept =
                Base64.getDecoder().decode(baseline.at("/binaryData/lines.gz").asText());
        assertThat(kept.length).isLessThan(1024 * 1024);
        assertThat(Prober.heard(baseline).lines())
                .hasSize(30 * Prober.MOST_NODES)
                .isEqualTo(heard.lines());
        assertThat(Prober.leftOut(baseline)).containsExactly("node a is not measured");
    }

    @Test
    void only_the_pods_of_the_hosts_are_in_their_network_and_on_the_port_of_the_campaign() {
        Prober prober = new Prober(
                StepId.parse("c1/c01/upgrade/1"),
                ContinuitySpec.DEFAULT.withHosts(ContinuitySpec.DEFAULT.hosts(), 9443),
                List.of());

        for (Prober.Role role : Prober.Role.values()) {
            JsonNode spec = prober.pod(role).path("spec");
            boolean host = role == Prober.Role.HOST;
            assertThat(spec.path("hostNetwork").asBoolean()).as("%s", role).isEqualTo(host);
            assertThat(spec.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(host ? 9443 : 8099);
            assertThat(spec.at("/containers/0/ports/0").has("hostPort")).isEqualTo(host);
            assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        }
    }

    private static List<String> lines(Random random) {
        String boot = new UUID(random.nextLong(), random.nextLong()).toString();
        String ofPods = new UUID(random.nextLong(), random.nextLong()).toString();
        String ofHost = new UUID(random.nextLong(), random.nextLong()).toString();
        List<String> lines = new ArrayList<>();
        long now = 100_000_000L + random.nextInt(800_000_000);
        for (String each : DIALLED) {
            String[] words = each.split(" ", -1);
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                String to = "ip-10-0-%d-%d.eu-central-1.compute.internal/fd00:10:244:%x::%x"
                        .formatted(
                                random.nextInt(4), random.nextInt(250), random.nextInt(65_000), random.nextInt(65_000));
                long began = now + random.nextInt(100);
                long last = began + 3000 + random.nextInt(500);
                int tries = 50 + random.nextInt(10);
                lines.add("cf1 %s %s %d %s %s %s %d %d %d %d %d %d 0"
                        .formatted(
                                words[0].startsWith("host") ? ofHost : ofPods,
                                boot,
                                last,
                                words[0],
                                words[1],
                                to,
                                began,
                                tries,
                                tries - random.nextInt(2),
                                began + random.nextInt(20),
                                last,
                                random.nextInt(3)));
            }
        }
        return lines;
    }
}
