package io.calicofleet.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongRequestsTest {

    private static final String DESCRIPTION = """
            {"paths": {
              "/api/v1/campaigns": {"get": {"responses": {"200": {}}}, "post": {"responses": {"202": {}}}},
              "/api/v1/campaigns/{name}/{action}": {"post": {"responses": {"202": {}}}},
              "/api/v1/clusters/{id}": {"get": {"responses": {"200": {}}}},
              "/api/v1/clusters/{id}/restore": {"post": {"responses": {"202": {}}}}}}
            """;

    private final Samples samples = new Samples(Path.of(".."));
    private final Foreign foreign = new Foreign(List.of("prod-eu-1"));

    @Test
    void the_same_seed_makes_the_same_requests_and_every_operation_has_some() throws IOException {
        WrongRequests first = requests(5);
        WrongRequests second = requests(5);
        Set<WrongRequests.Operation> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            WrongRequests.Request request = first.next();
            assertThat(request.bytes()).isEqualTo(second.next().bytes());
            if (request.operation() != null) {
                seen.add(request.operation());
            }
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(first.operations()).hasSize(5);
    }

    @Test
    void nothing_is_asked_to_be_done_to_a_cluster_that_is_there() throws IOException {
        WrongRequests requests = requests(7);
        for (int i = 0; i < 3000; i++) {
            WrongRequests.Request request = requests.next();
            String text = new String(request.bytes(), ISO_8859_1);
            if (!List.of("GET", "HEAD", "OPTIONS").contains(request.method())) {
                assertThat(text).doesNotContain("prod-eu-1");
            }
        }
    }

    private WrongRequests requests(long seed) throws IOException {
        return new WrongRequests(
                EventJson.mapper().readTree(DESCRIPTION), samples, foreign, "cft_" + "x".repeat(40), seed);
    }
}
