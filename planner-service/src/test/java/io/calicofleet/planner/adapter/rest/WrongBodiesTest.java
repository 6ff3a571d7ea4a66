package io.calicofleet.planner.adapter.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.TreeMutator;
import io.calicofleet.fuzz.YamlMutator;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A body is understood or told to be wrong, whatever it holds. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongBodiesTest {

    private static final int BURST = 2000;
    private static final MediaType YAML = MediaType.valueOf(BodyReader.YAML);

    private final Samples samples = new Samples(Path.of(".."));

    @Test
    void a_campaign_is_read_or_every_problem_of_it_is_told_and_what_is_read_is_read_again_from_an_event() {
        Seeds.burst(BURST).forEach(seed -> {
            Random random = new Random(seed);
            JsonNode right = samples.campaignFile(random);
            boolean yaml = random.nextBoolean();
            byte[] body = wrong(right, yaml, random);
            try {
                Object tree = BodyReader.body(body, yaml ? YAML : MediaType.APPLICATION_JSON_TYPE)
                        .tree();
                switch (CampaignSpecReader.read(tree)) {
                    case Reading.Read<CampaignSpec> read ->
                        assertThat(EventJson.read(EventJson.write(read.value()), CampaignSpec.class))
                                .as("seed %d", seed)
                                .isEqualTo(read.value());
                    case Reading.Refused<CampaignSpec> refused -> {
                        assertThat(refused.problems()).as("seed %d", seed).isNotEmpty();
                        ProblemException told = ProblemDocument.invalid("no", refused.problems());
                        assertThat(EventJson.write(told.document())).isNotEmpty();
                    }
                }
            } catch (ProblemException told) {
                assertThat(told.document().status()).as("seed %d", seed).isBetween(400, 499);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }

    @Test
    void an_action_is_read_or_every_problem_of_it_is_told() {
        JsonNode right = JsonNodeFactory.instance
                .objectNode()
                .put("reason", "seen")
                .put("cluster", "c01")
                .put("conflicts", "keep-mine")
                .put("applySuggestedPolicy", true)
                .put("digest", "0123456789abcdef")
                .put("policy", "kind: GlobalNetworkPolicy")
                .set(
                        "answers",
                        JsonNodeFactory.instance
                                .arrayNode()
                                .add(JsonNodeFactory.instance
                                        .objectNode()
                                        .put("question", "01234567")
                                        .put("answer", "take-new")));
        Seeds.burst(BURST).forEach(seed -> {
            Random random = new Random(seed);
            boolean yaml = random.nextBoolean();
            byte[] body = wrong(right, yaml, random);
            try {
                assertThat(ActionRequest.read(BodyReader.tree(body, yaml ? YAML : MediaType.APPLICATION_JSON_TYPE)))
                        .isNotNull();
            } catch (ProblemException told) {
                assertThat(told.document().status()).as("seed %d", seed).isBetween(400, 499);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }

    private static byte[] wrong(JsonNode right, boolean yaml, Random random) {
        return yaml
                ? new YamlMutator(random).mutated(right)
                : new TreeMutator(random).mutated(right).getBytes(UTF_8);
    }
}
