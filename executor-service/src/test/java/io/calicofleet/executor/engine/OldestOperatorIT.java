package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.DemoReleases;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators of v3.13 and v3.14, the oldest there are: their definitions are of v1beta1, without a structural schema, so that
 * what people wrote was never pruned; some kinds of later operators do not exist.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class OldestOperatorIT {

    private static final String OLDEST = "v3.13.4";

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick());
        cluster = install("c01");
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void the_inspection_finds_it_without_the_kinds_that_came_later() {
        ClusterFacts facts =
                requireNonNull(succeeded(StepKind.INSPECT, "v3.22.5", "c1").facts());

        assertThat(facts.installMethod()).isEqualTo(InstallMethod.OPERATOR);
        assertThat(facts.operatorVersion()).isEqualTo("v1.3.4");
        assertThat(facts.calicoVersion()).hasToString(OLDEST);
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.customisations())
                .extracting(found -> found.path())
                .anyMatch(path -> path.contains("resources"));
    }

    @Test
    void it_goes_to_v3_22_5_and_on_to_v3_28_5_and_its_definitions_get_their_schema() {
        // Given
        assertThat(definition("installations.operator.tigera.io")
                        .at("/spec/preserveUnknownFields")
                        .asBoolean())
                .as("as v1beta1 leaves it")
                .isTrue();
        JsonNode before = OperatorClusters.installation(cluster).path("spec").deepCopy();
        for (String target : List.of("v3.22.5", "v3.28.5")) {
            String campaign = "to-" + target.replace('.', '-');
            succeeded(StepKind.BACKUP, target, campaign);
            // When
            succeeded(StepKind.UPGRADE_OPERATOR, target, campaign);
            // Then
            OperatorClusters.awaitCalico(cluster, target);
            assertThat(OperatorClusters.installation(cluster).at("/spec/calicoNetwork"))
                    .isEqualTo(before.path("calicoNetwork"));
            assertThat(OperatorClusters.operator(cluster)
                            .at("/spec/template/spec/containers/0/resources/limits/memory")
                            .asText())
                    .isEqualTo("512Mi");
        }
        for (JsonNode each : cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", "")) {
            String name = each.at("/metadata/name").asText();
            assertThat(each.at("/spec/preserveUnknownFields").asBoolean())
                    .as(name)
                    .isFalse();
            assertThat(each.at("/spec/versions/0/schema/openAPIV3Schema/type").asText())
                    .as("schema of " + name)
                    .isEqualTo("object");
        }
    }

    @Test
    void it_goes_back_under_the_new_definitions() {
        succeeded(StepKind.BACKUP, "v3.22.5", "c1");
        succeeded(StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1");
        OperatorClusters.awaitCalico(cluster, "v3.22.5");

        succeeded(StepKind.RESTORE, "v3.22.5", "undo");

        OperatorClusters.awaitCalico(cluster, OLDEST);
        assertThat(OperatorClusters.operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .endsWith("operator:v1.3.4");
    }

    @Test
    void what_was_never_pruned_and_the_target_does_not_know_is_held_before_a_write() {
        cluster.patch("operator.tigera.io/v1", "Installation", "", "default", """
                {"spec":{"calicoNetwrk":{"mtu":9000}}}""");
        Map<String, String> before = definitions();

        StepProgress held = executor.run(OperatorClusters.request(cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1"));

        assertThat(held)
                .isInstanceOfSatisfying(
                        StepHeld.class,
                        step -> assertThat(step.conflicts())
                                .extracting(FieldConflict::path)
                                .containsExactly("spec.calicoNetwrk"));
        assertThat(definitions()).isEqualTo(before);
        assertThat(executor.run(OperatorClusters.request(
                        cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c2", OnConflict.TAKE_NEW)))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes()).anyMatch(note -> note.contains("spec.calicoNetwrk: dropped")));
    }

    @Test
    void killed_around_each_write_it_ends_as_without() {
        SimulatedCluster killed = install("c02");
        succeeded(StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1");
        OperatorClusters.awaitCalico(cluster, "v3.22.5");
        int kills = Killer.untilDone(
                300,
                (count, at) -> fleet.executor("killed-" + count, killed, api -> new Killer(api, at))
                        .run(OperatorClusters.request(killed, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1")),
                () -> {});
        assertThat(kills).isGreaterThan(14);
        OperatorClusters.awaitCalico(killed, "v3.22.5");
        assertThat(definitions(killed)).isEqualTo(definitions());
    }

    private StepSucceeded succeeded(StepKind step, String target, String campaign) {
        StepProgress outcome = executor.run(OperatorClusters.request(cluster, step, target, campaign));
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    /** With a network of its own, a registry and resources of the operator. */
    private SimulatedCluster install(String id) {
        SimulatedCluster made = fleet.cluster(
                ClusterTemplate.named(id).withManifest(DemoReleases.text(OLDEST, "tigera-operator.yaml")));
        made.apply("""
                apiVersion: operator.tigera.io/v1
                kind: Installation
                metadata: {name: default}
                spec:
                  registry: registry.example.com/
                  calicoNetwork:
                    mtu: 1410
                    ipPools: [{cidr: 10.20.0.0/16, encapsulation: VXLAN}]
                """);
        made.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                {"spec":{"template":{"spec":{"containers":[{"name":"tigera-operator","command":["operator"],
                  "image":"registry.example.com/tigera/operator:v1.3.4","imagePullPolicy":"IfNotPresent",
                  "env":[{"name":"WATCH_NAMESPACE","value":""},
                    {"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}},
                    {"name":"OPERATOR_NAME","value":"tigera-operator"},
                    {"name":"TIGERA_OPERATOR_INIT_IMAGE_VERSION","value":"v1.3.4"}],
                  "resources":{"limits":{"memory":"512Mi"}}}]}}}}
                """);
        OperatorClusters.awaitCalico(made, OLDEST);
        return made;
    }

    private JsonNode definition(String name) {
        return requireNonNull(cluster.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name));
    }

    private Map<String, String> definitions() {
        return definitions(cluster);
    }

    private static Map<String, String> definitions(SimulatedCluster of) {
        Map<String, String> specs = new TreeMap<>();
        of.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", "")
                .forEach(each -> specs.put(
                        each.at("/metadata/name").asText(), each.path("spec").toString()));
        return specs;
    }
}
