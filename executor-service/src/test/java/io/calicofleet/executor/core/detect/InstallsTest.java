package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InstallsTest {

    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.28.5");

    private static final String NODE = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: networking}
            spec: {updateStrategy: {type: OnDelete}, template: {spec: {containers: [{name: calico-node, image: "calico/node:v3.27.5"}]}}}
            """;

    @Test
    void a_workload_that_would_not_roll_is_told_as_the_upgrade_would_leave_it() {
        List<JsonNode> objects = Yaml.documents(NODE);
        assertThat(facts(objects, Map.of()).workloads()).singleElement().satisfies(workload -> {
            assertThat(workload.object()).isEqualTo("DaemonSet networking/calico-node");
            assertThat(workload.images()).containsExactly("calico/node:v3.27.5");
            assertThat(workload.obstacles()).singleElement().asString().contains("OnDelete");
            assertThat(workload.onDelete()).isEqualTo(workload.obstacles().getFirst());
        });
        JsonNode then = Yaml.object(NODE.replace("OnDelete", "RollingUpdate"));
        assertThat(facts(objects, Map.of(ObjectKey.of(then), then)).workloads())
                .singleElement()
                .satisfies(workload -> assertThat(workload.obstacles()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io/calico/node-windows", "calico/windows", "reg.example/calico-windows"})
    void calico_for_windows_of_another_version_blocks_for_no_manifest_brings_it(String image) {
        String windows = """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node-windows, namespace: networking}
                spec: {template: {spec: {nodeSelector: {kubernetes.io/os: windows}, containers: [{name: felix, image: "IMAGE:%s"}]}}}
                """.replace("IMAGE", image);
        assertThat(facts(Yaml.documents(NODE + "---\n" + windows.formatted("v3.27.5")), Map.of())
                        .blockers())
                .singleElement()
                .asString()
                .startsWith("DaemonSet networking/calico-node-windows runs Calico on Windows nodes")
                .contains("v3.27.5");
        assertThat(facts(Yaml.documents(NODE + "---\n" + windows.formatted("v3.28.5")), Map.of())
                        .blockers())
                .isEmpty();
    }

    @Test
    void objects_on_their_way_out_block_with_their_finalizers() {
        ManifestDocuments live = ManifestDocuments.of(Yaml.documents("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: calico-config, namespace: networking,
                 deletionTimestamp: "2026-11-28T10:00:00Z", finalizers: [example.com/keep]}}
                """));
        InstallFacts facts = Installs.facts(
                        InstallDetectorTest.snapshot(Yaml.documents(NODE)), Map.of(), live, List.of(), TARGET)
                .orElseThrow();
        assertThat(facts.blockers())
                .singleElement()
                .asString()
                .contains("ConfigMap networking/calico-config is being deleted", "example.com/keep");
    }

    @Test
    void an_immutable_map_whose_data_the_upgrade_changes_blocks_and_one_that_stays_does_not() {
        ManifestDocuments live = ManifestDocuments.of(Yaml.documents("""
            {apiVersion: v1, kind: ConfigMap, metadata: {name: calico-config, namespace: networking}, immutable: true,
             data: {veth_mtu: "1440"}}
            """));
        ObjectNode same = live.objects().values().iterator().next();
        ObjectNode other = same.deepCopy();
        other.withObject("/data").put("veth_mtu", "0");

        assertThat(blockers(live, Map.of(ObjectKey.of(other), other)))
                .singleElement()
                .asString()
                .contains("ConfigMap networking/calico-config is immutable", "kubectl replace --force");
        assertThat(blockers(live, Map.of(ObjectKey.of(same), same))).isEmpty();
        assertThat(blockers(live, Map.of())).isEmpty();
    }

    private static List<String> blockers(ManifestDocuments live, Map<ObjectKey, ObjectNode> afterwards) {
        return Installs.facts(InstallDetectorTest.snapshot(Yaml.documents(NODE)), afterwards, live, List.of(), TARGET)
                .orElseThrow()
                .blockers();
    }

    @Test
    void what_an_operator_says_of_degraded_components_is_a_fact_where_there_is_an_installation() {
        String status = """
                apiVersion: operator.tigera.io/v1
                kind: TigeraStatus
                metadata: {name: %s}
                status:
                  conditions:
                    - {type: Available, status: "True"}
                    - {type: Degraded, status: "%s", reason: ResourceNotFound, message: "%s"}
                """;
        String statuses = status.formatted("calico", "True", "pull secret not found") + "---\n"
                + status.formatted("apiserver", "False", "All objects available") + "---\n"
                + status.formatted("ippools", "True", "");
        String installation = "---\n{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}}";

        assertThat(facts(Yaml.documents(NODE + "---\n" + statuses + installation), Map.of())
                        .degraded())
                .containsExactly("calico: ResourceNotFound: pull secret not found", "ippools: ResourceNotFound");
        assertThat(facts(Yaml.documents(NODE + "---\n" + statuses), Map.of()).degraded())
                .isEmpty();
    }

    @Test
    void image_sets_without_one_for_the_target_block_by_name() {
        String set = "{apiVersion: operator.tigera.io/v1, kind: ImageSet, metadata: {name: calico-%s}}";
        assertThat(facts(Yaml.documents(NODE + "---\n" + set.formatted("v3.27.5")), Map.of())
                        .blockers())
                .singleElement()
                .asString()
                .contains("calico-v3.27.5", "none is called calico-v3.28.5", "Create ImageSet calico-v3.28.5");
        assertThat(facts(
                                Yaml.documents(NODE + "---\n" + set.formatted("v3.27.5") + "\n---\n"
                                        + set.formatted("v3.28.5")),
                                Map.of())
                        .blockers())
                .isEmpty();
    }

    @Test
    void the_version_of_pinned_images_is_that_of_the_image_set_the_cluster_names() {
        List<JsonNode> objects = Yaml.documents("""
                {apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}}
                ---
                {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node, namespace: calico-system},
                 spec: {template: {spec: {containers: [{name: calico-node, image: "calico/node@sha256:aa"}]}}}}
                ---
                {apiVersion: projectcalico.org/v3, kind: ClusterInformation, metadata: {name: default}, spec: {calicoVersion: v3.27.5}}
                ---
                {apiVersion: operator.tigera.io/v1, kind: ImageSet, metadata: {name: calico-v3.27.5}}
                """);
        assertThat(InstallDetector.detect(InstallDetectorTest.snapshot(objects)).oldestVersion())
                .isEqualTo(CalicoVersion.parse("v3.27.5"));
        assertThat(InstallDetector.detect(InstallDetectorTest.snapshot(objects.subList(0, 3)))
                        .oldestVersion())
                .isNull();
    }

    private static InstallFacts facts(List<JsonNode> objects, Map<ObjectKey, JsonNode> afterwards) {
        return Installs.facts(
                        InstallDetectorTest.snapshot(objects), afterwards, ManifestDocuments.EMPTY, List.of(), TARGET)
                .orElseThrow();
    }
}
