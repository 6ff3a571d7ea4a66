package io.calicofleet.executor.adapter.kubernetes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.engine.ForwardingCluster;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PackedSecretsTest {

    private static final ObjectNode INDEX = Yaml.object("{step: u1/c01/upgrade/1}");

    private static final Map<Integer, String> NOISE = new HashMap<>();

    private final FakeCluster cluster = new FakeCluster();
    private final PackedSecrets secrets = new PackedSecrets(cluster);

    @Test
    void a_text_is_read_as_it_was_put_whatever_its_length() {
        for (String text : List.of("", "a", "größer, 中", noise(1))) {
            secrets.put("x", "plan", INDEX, text);
            assertThat(secrets.content("x", secrets.index("x").orElseThrow())).isEqualTo(text);
        }
        assertThat(INDEX.toString()).as("the caller's stays as it is").isEqualTo("{\"step\":\"u1/c01/upgrade/1\"}");
    }

    @Test
    void one_that_does_not_fit_into_one_secret_is_cut_into_parts_that_do() {
        secrets.put("x", "plan", INDEX, noise(2));
        ObjectNode index = secrets.index("x").orElseThrow();
        assertThat(index.path("chunks").asInt()).isEqualTo(3);
        assertThat(index.path("step").asText()).isEqualTo("u1/c01/upgrade/1");
        assertThat(cluster.writes)
                .as("the index comes last")
                .containsExactly(
                        "create Secret kube-system/x-1",
                        "create Secret kube-system/x-2",
                        "create Secret kube-system/x-3",
                        "create Secret kube-system/x");
        assertThat(cluster.all("Secret"))
                .allSatisfy(secret -> assertThat(secret.toString()).hasSizeLessThan(1024 * 1024));
        assertThat(secrets.content("x", index)).isEqualTo(noise(2));
    }

    @Test
    void they_say_whose_they_are_and_only_the_index_is_selected_by_its_purpose() {
        secrets.put("x", "plan", INDEX, "a");
        assertThat(cluster.list("v1", "Secret", "kube-system", ObjectLabels.selector("plan")))
                .containsExactly(secret("x"));
        ObjectNode part = secret("x-1");
        assertThat(part.at("/metadata/labels").toString())
                .isEqualTo(
                        "{\"app.kubernetes.io/managed-by\":\"calico-fleet\",\"calico-fleet.io/purpose\":\"chunk-of-plan\"}");
        assertThat(part.path("type").asText()).isEqualTo("calico-fleet.io/plan");
        assertThat(PackedSecrets.hasIndex(part)).isFalse();
        assertThat(PackedSecrets.hasIndex(secret("x"))).isTrue();
    }

    @Test
    void what_is_not_there_has_no_index() {
        assertThat(secrets.index("x")).isEmpty();
    }

    @Test
    void a_shorter_text_takes_the_place_of_a_longer_one() {
        secrets.put("x", "plan", INDEX, noise(2));
        secrets.put("x", "plan", INDEX, "short");
        assertThat(secrets.content("x", secrets.index("x").orElseThrow())).isEqualTo("short");
    }

    @Test
    void what_is_there_already_is_not_written_again() {
        secrets.put("x", "plan", INDEX, "a");
        int writes = cluster.writes.size();
        secrets.put("x", "plan", INDEX, "a");
        assertThat(cluster.writes).hasSize(writes);
    }

    @Test
    void killed_at_any_write_there_is_nothing_or_the_whole_and_never_a_mixture() {
        for (int writes = 0; writes <= 8; writes++) {
            FakeCluster fresh = new FakeCluster();
            PackedSecrets packed = new PackedSecrets(fresh);
            fresh.writesLeft = writes;
            try {
                packed.put("x", "plan", INDEX, noise(2));
                packed.put("x", "plan", INDEX, noise(1));
            } catch (FakeCluster.Killed expected) {
                assertThat(writes).isLessThan(7);
            }
            fresh.writesLeft = Integer.MAX_VALUE;
            if (writes < 4) {
                assertThat(packed.index("x")).isEmpty();
            } else if (writes == 4) {
                assertThat(packed.content("x", packed.index("x").orElseThrow())).isEqualTo(noise(2));
            } else if (writes < 7) {
                ObjectNode index = packed.index("x").orElseThrow();
                assertThatThrownBy(() -> packed.content("x", index))
                        .as("parts of two")
                        .hasMessage("what is kept in the cluster is broken: the checksum of x is wrong");
            }
            packed.put("x", "plan", INDEX, noise(1));
            assertThat(packed.content("x", packed.index("x").orElseThrow())).isEqualTo(noise(1));
        }
    }

    @Test
    void a_missing_part_is_named_and_a_changed_one_is_not_read() {
        secrets.put("x", "plan", INDEX, noise(2));
        ObjectNode index = secrets.index("x").orElseThrow();
        ObjectNode part = secret("x-2");
        part.withObject("/data").put("chunk", Base64.getEncoder().encodeToString(new byte[] {1}));
        cluster.replace(part);
        assertThatThrownBy(() -> secrets.content("x", index))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNEXPECTED))
                .hasMessageContaining("the checksum of x is wrong");
        cluster.remove("Secret kube-system/x-2");
        assertThatThrownBy(() -> secrets.content("x", index)).hasMessageContaining("x-2 is missing");
    }

    @Test
    void what_holds_no_index_is_said_to_hold_none() {
        for (String text : List.of("[]", "7", "", "{nonsense")) {
            index(text);
            assertThatThrownBy(() -> secrets.index("x"))
                    .as(text)
                    .isInstanceOfSatisfying(
                            ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNEXPECTED))
                    .hasMessageMatching(".*a Secret holds no (readable )?index");
        }
    }

    @Test
    void the_index_is_changed_on_what_is_there_now() {
        secrets.put("x", "plan", INDEX, "a");
        secrets.update("x", index -> index.put("more", true));
        ObjectNode index = secrets.index("x").orElseThrow();
        assertThat(index.path("more").asBoolean()).isTrue();
        assertThat(index.path("step").asText()).isEqualTo("u1/c01/upgrade/1");
        assertThat(secrets.content("x", index)).isEqualTo("a");
        assertThat(secret("x").at("/data/index.json").isTextual()).isTrue();
        assertThatThrownBy(() -> secrets.update("y", changed -> {})).hasMessageContaining("y is missing");
    }

    @Test
    void a_write_whose_answer_was_lost_or_that_another_came_before_looks_again_and_ends() {
        for (Problem problem : List.of(Problem.CONFLICT, Problem.ALREADY_EXISTS, Problem.NOT_FOUND)) {
            FakeCluster fresh = new FakeCluster();
            new PackedSecrets(new Racing(fresh, problem, 11, true)).put("x", "plan", INDEX, "a");
            PackedSecrets packed = new PackedSecrets(new Racing(fresh, problem, 11, false));
            packed.update("x", index -> index.put("more", true));
            assertThat(packed.index("x").orElseThrow().path("more").asBoolean()).isTrue();
            assertThat(packed.content("x", packed.index("x").orElseThrow())).isEqualTo("a");
            assertThatThrownBy(() -> new PackedSecrets(new Racing(fresh, problem, 12, false))
                            .update("x", index -> index.put("more", false)))
                    .isInstanceOf(ClusterException.class);
        }
        Racing refusing = new Racing(cluster, Problem.FORBIDDEN, 2, false);
        assertThatThrownBy(() -> new PackedSecrets(refusing).put("x", "plan", INDEX, "a"))
                .isInstanceOf(ClusterException.class);
        assertThat(refusing.left).as("not asked again").isEqualTo(1);
    }

    private void index(String text) {
        String base64 = Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
        cluster.put("{apiVersion: v1, kind: Secret, metadata: {namespace: kube-system, name: x},"
                + " data: {index.json: \"" + base64 + "\"}}");
    }

    private ObjectNode secret(String name) {
        return cluster.find(new ResourceRef("v1", "Secret", "kube-system", name))
                .orElseThrow();
    }

    /** Text that does not get shorter when it is packed: of {@code chunks} and a bit. */
    private static String noise(int chunks) {
        return NOISE.computeIfAbsent(chunks, size -> {
            byte[] bytes = new byte[Chunks.SIZE * size];
            new Random(size).nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        });
    }

    /** Each write ends in a refusal first; the answer to one that was made may be what is lost. */
    private static final class Racing extends ForwardingCluster {

        private final Problem problem;
        private final boolean made;
        private int left;

        Racing(FakeCluster cluster, Problem problem, int times, boolean made) {
            super(cluster);
            this.problem = problem;
            this.left = times;
            this.made = made;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            if (left > 0) {
                left--;
                if (made) {
                    var unused = call.get();
                }
                throw new ClusterException(problem, "raced", null);
            }
            return call.get();
        }
    }
}
