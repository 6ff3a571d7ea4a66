package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.port.ClusterApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A plan that is carried out: killed, edited beside it and against it, undone; and what each write says of itself. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CarriedOutPlanIT extends PlannedCluster {

    @Test
    void killed_and_edited_in_between_the_same_plan_goes_on_and_nothing_of_the_edit_is_lost() throws IOException {
        // Given
        bring(OLD, FILE);
        killed(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), new StopAt("DaemonSet"));
        String plan = planOf("ConfigMap", "calico-config");

        // When somebody edits what is written and what is not
        config("mine", "1");
        env("FELIX_MINE", "1");
        Files.delete(releases.resolve(OLD.toString()).resolve(FILE));
        StepSucceeded done = succeeded(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));

        // Then
        assertThat(requireNonNull(cluster.get("v1", "ConfigMap", "kube-system", "calico-config"))
                        .at("/data/mine")
                        .asText())
                .isEqualTo("1");
        assertThat(env("FELIX_MINE")).isEqualTo("1");
        assertThat(images()).allMatch(image -> image.endsWith(":v3.22.5"));
        assertThat(planOf("DaemonSet", "calico-node")).isEqualTo(plan);
        assertThat(done.notes()).anyMatch(note -> note.contains("calico-node was changed by somebody while"));
    }

    @Test
    void a_field_that_the_plan_and_somebody_else_changed_meanwhile_stops_the_step_and_is_asked_by_the_next()
            throws IOException {
        // Given
        bring(OLD, FILE);
        killed(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), new StopAt("DaemonSet"));
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec":{"template":{"spec":{"priorityClassName":"mine"}}}}
                """);
        JsonNode edited = node();
        boolean both = !released(OLD, FILE).equals(released(MIDDLE, FILE));
        assertThat(both).isTrue();
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"30%"}}}}
                """);

        // When
        StepProgress outcome = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));

        // Then what both changed is not overwritten, and what only a person changed is kept
        if (outcome instanceof StepFailed failed) {
            assertThat(failed.message()).contains("was changed by somebody while it was upgraded");
            assertThat(node().at("/metadata/generation")).isNotEqualTo(edited.at("/metadata/generation"));
        } else {
            assertThat(outcome).isInstanceOf(StepSucceeded.class);
            assertThat(node().at("/spec/template/spec/priorityClassName").asText())
                    .isEqualTo("mine");
        }
        assertThat(node().at("/spec/updateStrategy/rollingUpdate/maxUnavailable")
                        .asText())
                .isEqualTo("30%");
    }

    @Test
    void what_is_undone_is_put_back_once_and_who_undoes_it_again_stops_the_step_by_name() throws IOException {
        // Given somebody who changes the nodes back whenever they are written
        bring(OLD, FILE);
        String old = container(node()).path("image").asText();
        AtomicInteger undone = new AtomicInteger();
        UnaryOperator<ClusterApi> around = api -> new After(api, written -> {
            if (written.path("kind").asText().equals("DaemonSet")) {
                undone.incrementAndGet();
                image(old);
            }
        });

        // When
        StepProgress outcome = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), around);

        // Then
        assertThat(undone).hasValue(2);
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.message())
                    .contains("DaemonSet kube-system/calico-node", "by simulator", "again and again");
            assertThat(failed.evidence()).anyMatch(line -> line.contains("containers[calico-node].image"));
        });
    }

    @Test
    void what_is_undone_once_is_put_back_and_told() throws IOException {
        // Given
        bring(OLD, FILE);
        String old = container(node()).path("image").asText();
        AtomicInteger undone = new AtomicInteger();
        UnaryOperator<ClusterApi> around = api -> new After(api, written -> {
            if (written.path("kind").asText().equals("DaemonSet") && undone.getAndIncrement() == 0) {
                image(old);
                env("FELIX_MINE", "1");
            }
        });

        // When
        StepProgress outcome = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), around);

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes())
                                .anyMatch(note ->
                                        note.contains("was changed back by simulator and was put in place again")
                                                && note.contains("image")
                                                && !note.contains("FELIX_MINE")));
        assertThat(images()).allMatch(image -> image.endsWith(":v3.22.5"));
        assertThat(env("FELIX_MINE")).isEqualTo("1");
    }

    @Test
    void what_the_API_server_drops_by_itself_is_told_and_nobody_is_said_to_change_it_back() throws IOException {
        // Given definitions with rules that Kubernetes knows from v1.23 on
        bring(OLD, FILE);
        Path target = releases.resolve(MIDDLE.toString()).resolve(FILE);
        Files.writeString(
                target,
                Files.readString(target)
                        .replaceAll(
                                "(?m)^( *)openAPIV3Schema:$",
                                "$0\n$1  x-kubernetes-validations: [{rule: 'true', message: any}]"));

        // When
        StepSucceeded done = succeeded(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));

        // Then
        assertThat(cluster.kubernetes()).startsWith("v1.21.");
        assertThat(done.notes())
                .filteredOn(note -> note.contains("the API server itself keeps"))
                .hasSizeGreaterThan(10)
                .allMatch(note -> note.contains("CustomResourceDefinition") && note.endsWith(": spec.versions"))
                .doesNotHaveDuplicates();
        assertThat(done.notes()).noneMatch(note -> note.contains("changed back"));
    }

    @Test
    void nothing_that_needs_a_definition_is_written_before_it_is_established() throws IOException {
        // Given an API server that takes its time with one of the definitions
        bring(OLD, FILE);
        AtomicInteger looks = new AtomicInteger();
        List<String> early = new ArrayList<>();
        UnaryOperator<ClusterApi> around = api -> new Slow(api, looks, early);

        // When
        StepProgress outcome = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), around);

        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(looks).hasValueGreaterThanOrEqualTo(Slow.LOOKS);
        assertThat(early).as("written before the definitions were established").isEmpty();
    }

    @Test
    void every_write_says_who_made_it_and_which_plan_it_is_of() throws IOException {
        // Given
        bring(OLD, FILE);

        // When
        succeeded(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));

        // Then
        JsonNode node = node();
        assertThat(node.at("/metadata/annotations").path(PlanMark.PLAN).asText())
                .hasSize(64);
        assertThat(node.at("/metadata/annotations").path(PlanMark.RELEASE).asText())
                .startsWith("v3.22.5/calico.yaml sha256:");
        assertThat(node.at("/metadata/annotations")
                        .path("kubectl.kubernetes.io/last-applied-configuration")
                        .asText())
                .doesNotContain("calico-fleet");
        assertThat(StreamSupport.stream(node.at("/metadata/managedFields").spliterator(), false)
                        .map(entry -> entry.path("manager").asText()))
                .contains("calico-fleet");
    }
}
