package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.HandEngine.asked;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepOutcome;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a step does to resources of Calico is recorded first; one that only reads does nothing to them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepResourcesTest extends StepScene {

    @Test
    void resources_of_calico_are_recorded_as_they_are_before_each_write_and_deletion() throws Exception {
        engine.backups = recording();
        engine.datastore = this::twoPolicies;
        engine.handler = step -> {
            step.datastore().replace(policy("NetworkPolicy", "a", "b"));
            step.datastore().delete(policy("NetworkPolicy", "a", "b"));
            step.datastore().create(policy("GlobalNetworkPolicy", "", "g"));
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        String there = "Optional[" + policy("NetworkPolicy", "a", "b") + "]";
        String global = "Optional[" + policy("GlobalNetworkPolicy", "", "g") + "]";
        assertThat(engine.happened)
                .containsSubsequence(
                        "record NetworkPolicy a/b as " + there,
                        "check the lease",
                        "replaced b",
                        "recordDeletion NetworkPolicy a/b as " + there,
                        "check the lease",
                        "deleted b",
                        "record GlobalNetworkPolicy g as " + global,
                        "check the lease",
                        "created g");
    }

    @Test
    void what_a_restore_deletes_is_not_for_the_next_restore_to_bring_back() throws Exception {
        delivery = HandDelivery.of(asked("u1/c01/restore/1"), 7);
        engine.backups = recording();
        engine.datastore = this::twoPolicies;
        engine.handler = step -> {
            step.datastore().delete(policy("NetworkPolicy", "a", "b"));
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(engine.happened)
                .contains("deleted b")
                .noneMatch(happened -> happened.startsWith("recordDeletion"))
                .anyMatch(happened -> happened.startsWith("record NetworkPolicy a/b"));
    }

    @Test
    void one_that_only_reads_has_the_resources_of_calico_to_read_and_not_to_write() throws Exception {
        engine.writes = false;
        engine.datastore = this::twoPolicies;
        List<ObjectNode> read = new ArrayList<>();
        engine.handler = step -> {
            read.addAll(step.datastore().list(CalicoKind.NETWORK_POLICY));
            step.datastore().delete(policy("NetworkPolicy", "a", "b"));
            throw new AssertionError("it went on");
        };
        run();
        assertThat(read).hasSize(2);
        assertThat(failed().reason()).isEqualTo(FailureReason.BUG);
        assertThat(engine.happened).containsExactly("run u1/c01/upgrade/1");
    }

    private static ObjectNode policy(String kind, String namespace, String name) {
        return Yaml.object("{apiVersion: projectcalico.org/v3, kind: %s, metadata: {%sname: %s}}"
                .formatted(kind, namespace.isEmpty() ? "" : "namespace: " + namespace + ", ", name));
    }

    /** A datastore with two policies of one name. */
    private CalicoDatastore twoPolicies() {
        return (CalicoDatastore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CalicoDatastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list")) {
                        return List.of(policy("NetworkPolicy", "z", "b"), policy("NetworkPolicy", "a", "b"));
                    }
                    if (method.getName().equals("find")) {
                        return Optional.of(policy("GlobalNetworkPolicy", "", String.valueOf(arguments[1])));
                    }
                    String name =
                            ((ObjectNode) arguments[0]).at("/metadata/name").asText();
                    engine.happened.add(method.getName().replaceFirst("e$", "") + "ed " + name);
                    return arguments[0];
                });
    }
}
