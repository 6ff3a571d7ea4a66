package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.plan.PlanMark;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** One base, proven; one plan, made once: with and without the file of what is installed, killed, edited, undone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlannedUpgradeIT extends PlannedCluster {

    @Test
    void what_was_changed_with_kubectl_after_kubectl_apply_is_asked_and_never_lost_where_the_release_is_not_at_hand() {
        // Given
        env("IP_AUTODETECTION_METHOD", "interface=eth1");
        env("FELIX_IPV6SUPPORT", "true");

        // When the inspection looks
        ClusterFacts facts = requireNonNull(
                succeeded(StepKind.INSPECT, "c1", 1, parameters(OLD, MIDDLE)).facts());

        // Then it says which file it looked for where, and shows both sides of each difference
        assertThat(requireNonNull(facts.releases()).base()).isNull();
        assertThat(facts.releases().baseUnknown())
                .anyMatch(why -> why.contains("v3.13.4/calico.yaml")
                        && why.contains(releases.toString())
                        && why.contains("--releases"));
        assertThat(facts.conflicts()).anySatisfy(conflict -> {
            assertThat(conflict.path()).contains("env[IP_AUTODETECTION_METHOD]");
            assertThat(conflict.base()).isEmpty();
            assertThat(conflict.mine()).contains("interface=eth1");
        });
        assertThat(facts.conflicts()).noneMatch(conflict -> conflict.path().endsWith(".image"));

        // When the step is asked for all the same
        StepProgress held = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));

        // Then nothing is written
        assertThat(held).isInstanceOfSatisfying(StepHeld.class, step -> {
            assertThat(step.reason()).isEqualTo(HoldReason.BASE_UNKNOWN);
            assertThat(step.conflicts()).isEqualTo(facts.conflicts());
            assertThat(step.details()).isEqualTo(facts.releases().baseUnknown());
        });
        assertThat(writes()).isEmpty();

        // When a person keeps what the cluster has, and the step is done twice more
        StepParameters mine = parameters(OLD, MIDDLE).withRuleWithoutBase(OnConflict.KEEP_MINE);
        succeeded(StepKind.UPGRADE, "c1", 2, mine);
        List<String> written = writes();
        StepSucceeded again = succeeded(StepKind.UPGRADE, "c1", 3, parameters(OLD, MIDDLE));

        // Then
        assertThat(env("IP_AUTODETECTION_METHOD")).isEqualTo("interface=eth1");
        assertThat(env("FELIX_IPV6SUPPORT")).isEqualTo("true");
        assertThat(images()).allMatch(image -> image.endsWith(":v3.22.5"));
        assertThat(again.changes()).isEmpty();
        assertThat(writes()).isEqualTo(written);
    }

    @Test
    void take_new_takes_what_the_review_showed_and_nothing_else() {
        // Given
        env("FELIX_MINE", "1");
        List<FieldConflict> shown = ((StepHeld) run(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE))).conflicts();
        JsonNode before = node();

        // When
        succeeded(StepKind.UPGRADE, "c1", 2, parameters(OLD, MIDDLE).withRuleWithoutBase(OnConflict.TAKE_NEW));

        // Then
        assertThat(env("FELIX_MINE")).isEmpty();
        assertThat(shown).anyMatch(conflict -> conflict.path().contains("env[FELIX_MINE]"));
        for (JsonNode entry : container(before).path("env")) {
            String name = entry.path("name").asText();
            boolean gone = entryOf(name).isEmpty();
            if (gone) {
                assertThat(shown).as(name).anyMatch(conflict -> conflict.path().contains("env[" + name + "]"));
            }
        }
    }

    @Test
    void a_file_of_another_version_is_told_by_the_inspection_and_refused_by_the_step_before_its_first_write()
            throws IOException {
        // Given
        bring(OLD, FILE);
        CalicoVersion asked = CalicoVersion.parse("v3.22.4");
        Files.createDirectories(releases.resolve("v3.22.4"));
        Files.writeString(releases.resolve("v3.22.4").resolve(FILE), released(MIDDLE, FILE));

        // When
        ClusterFacts facts = requireNonNull(
                succeeded(StepKind.INSPECT, "c1", 1, parameters(OLD, asked)).facts());
        StepProgress refused = run(StepKind.UPGRADE, "c1", 1, parameters(OLD, asked));

        // Then
        assertThat(requireNonNull(facts.releases()).targetImages()).containsExactly(MIDDLE);
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains("v3.22.4/calico.yaml is not of v3.22.4: its images name v3.22.5"));
        assertThat(writes()).isEmpty();

        // When that is what the release is known to carry
        succeeded(StepKind.UPGRADE, "c1", 2, parameters(OLD, asked).withTargetImages(MIDDLE));

        // Then
        assertThat(images()).allMatch(image -> image.endsWith(":v3.22.5"));
    }

    @Test
    void the_next_campaign_knows_the_release_we_brought_even_when_its_file_is_gone_from_everywhere_else()
            throws IOException {
        // Given
        bring(OLD, FILE);
        env("FELIX_MINE", "1");
        succeeded(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE));
        Files.delete(releases.resolve(MIDDLE.toString()).resolve(FILE));
        Files.delete(releases.resolve(OLD.toString()).resolve(FILE));
        bring(NEW, FILE);

        // When
        ClusterFacts facts = requireNonNull(
                succeeded(StepKind.INSPECT, "c2", 1, parameters(MIDDLE, NEW)).facts());
        succeeded(StepKind.UPGRADE, "c2", 1, parameters(MIDDLE, NEW));

        // Then
        assertThat(requireNonNull(facts.releases()).base()).isEqualTo("v3.22.5/calico.yaml");
        assertThat(facts.releases().baseUnknown()).isEmpty();
        assertThat(env("FELIX_MINE")).isEqualTo("1");
        assertThat(images()).allMatch(image -> image.endsWith(":v3.28.5"));
        assertThat(names(node().at("/spec/template/spec/initContainers"))).doesNotContain("flexvol-driver");
    }

    @Test
    void after_an_abort_half_way_each_object_is_merged_from_the_release_it_came_from() throws IOException {
        // Given
        bring(OLD, FILE);
        bring(NEW, FILE);
        env("FELIX_MINE", "1");
        config("mine", "1");
        StopAt stop = new StopAt("DaemonSet");
        killed(StepKind.UPGRADE, "c1", 1, parameters(OLD, MIDDLE), stop);
        assertThat(images()).as("the nodes are as they were").anyMatch(image -> image.endsWith(":v3.13.4"));

        // When another campaign goes elsewhere
        succeeded(StepKind.UPGRADE, "c2", 1, parameters(OLD, NEW));

        // Then
        assertThat(images()).allMatch(image -> image.endsWith(":v3.28.5"));
        assertThat(env("FELIX_MINE")).isEqualTo("1");
        assertThat(cluster.get("v1", "ConfigMap", "kube-system", "calico-config")
                        .at("/data/mine")
                        .asText())
                .isEqualTo("1");
        assertThat(node().at("/metadata/annotations").path(PlanMark.RELEASE).asText())
                .startsWith("v3.28.5/calico.yaml");
    }
}
