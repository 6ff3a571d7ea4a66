package io.calicofleet.executor.step.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmLossesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        replicas: 2, tolerations: [{operator: Exists}], image: "quay.io/tigera/operator:v1.30.0"          | spec.replicas
        replicas: 1, tolerations: [{operator: Exists, key: mine}], image: "quay.io/tigera/operator:v1.30.0" | spec.template.spec.tolerations
        replicas: 1, tolerations: [{operator: Exists}], image: "reg.example/tigera/operator:v1.30.0"      | spec.template.spec.containers[tigera-operator].image
        """)
    void a_change_past_the_values_that_the_chart_names_is_asked_about(String live, String path) {
        List<FieldConflict> lost = lost(operator(live));

        assertThat(lost).singleElement().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo(path);
            assertThat(asked.answers()).containsExactly(OnConflict.TAKE_NEW);
            assertThat(asked.why()).contains("Give it as a value");
        });
    }

    @Test
    void what_the_chart_does_not_name_stays_and_what_the_chart_changes_itself_is_no_loss() {
        ObjectNode live =
                operator("replicas: 1, tolerations: [{operator: Exists}], image: 'quay.io/tigera/operator:v1.30.0'");
        live.withObject("/spec/template/spec").put("priorityClassName", "system-node-critical");
        live.withObject("/metadata/labels").put("app.kubernetes.io/managed-by", "Helm");

        assertThat(lost(live)).isEmpty();
        assertThat(lost(chart("v1.30.0"))).isEmpty();
        assertThat(lost(operator(
                        "replicas: 1, tolerations: [{operator: Exists}], image: 'quay.io/tigera/operator:v1.29.1'")))
                .as("another version is no place of people's")
                .isEmpty();
    }

    @Test
    void what_a_post_renderer_changed_or_added_is_asked_about() {
        ObjectNode rendered = chart("v1.30.0");
        rendered.withObject("/spec/template/spec").put("priorityClassName", "system-node-critical");
        ObjectNode added =
                Yaml.object("{apiVersion: v1, kind: ConfigMap, metadata: {name: added, namespace: tigera-operator}}");
        ObjectNode ofCluster =
                Yaml.object("{apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: tigera-operator}}");
        ManifestDocuments kept = documents(rendered, added, ofCluster);

        List<FieldConflict> lost = HelmLosses.of(
                documents(chart("v1.30.0")),
                kept,
                kept,
                documents(chart("v1.34.0")),
                key -> key.kind().equals("PodSecurityPolicy"));

        assertThat(lost)
                .extracting(FieldConflict::object, FieldConflict::path)
                .containsExactly(
                        tuple("Deployment tigera-operator/tigera-operator", "spec.template.spec.priorityClassName"),
                        tuple("ConfigMap tigera-operator/added", "metadata.name"));
    }

    @Test
    void of_an_installation_only_what_the_charts_have_otherwise_is_lost() {
        ManifestDocuments installed = documents(installation("kubernetesProvider: ''"));
        ManifestDocuments after = documents(installation("kubernetesProvider: '', controlPlaneReplicas: 2"));

        assertThat(HelmLosses.of(
                        installed,
                        installed,
                        documents(installation(
                                "kubernetesProvider: '', registry: reg.example/, controlPlaneReplicas: 1")),
                        after,
                        key -> true))
                .extracting(FieldConflict::path, FieldConflict::mine, FieldConflict::target)
                .containsExactly(tuple("spec.controlPlaneReplicas", "1", "2"));
    }

    private static List<FieldConflict> lost(ObjectNode live) {
        ManifestDocuments installed = documents(chart("v1.30.0"));
        return HelmLosses.of(installed, installed, documents(live), documents(chart("v1.34.0")), key -> true);
    }

    private static ObjectNode chart(String version) {
        return operator(
                "replicas: 1, tolerations: [{operator: Exists}], image: 'quay.io/tigera/operator:" + version + "'");
    }

    /** The operator's Deployment, of {@code replicas}, {@code tolerations} and {@code image}. */
    private static ObjectNode operator(String given) {
        ObjectNode parts = Yaml.object("{" + given + "}");
        ObjectNode deployment = Yaml.object("""
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: tigera-operator, namespace: tigera-operator},
             spec: {selector: {matchLabels: {name: tigera-operator}},
               template: {metadata: {labels: {name: tigera-operator}},
                 spec: {containers: [{name: tigera-operator, imagePullPolicy: IfNotPresent}]}}}}
            """);
        deployment.withObject("/spec").set("replicas", parts.get("replicas"));
        ObjectNode pod = deployment.withObject("/spec/template/spec");
        pod.set("tolerations", parts.get("tolerations"));
        ((ObjectNode) pod.at("/containers/0")).set("image", parts.get("image"));
        return deployment;
    }

    private static ObjectNode installation(String spec) {
        return Yaml.object("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec: {"
                + spec + "}}");
    }

    private static ManifestDocuments documents(ObjectNode... objects) {
        return ManifestDocuments.of(Stream.of(objects).map(ObjectNode::deepCopy).toList());
    }
}
