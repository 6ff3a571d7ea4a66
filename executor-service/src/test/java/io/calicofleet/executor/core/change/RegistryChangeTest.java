package io.calicofleet.executor.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RegistryChangeTest {

    private static final String NODE = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system}
            spec:
              template:
                spec:
                  initContainers:
                  - {name: install-cni, image: "calico/cni:v3.28.5"}
                  - {name: setup, image: "calico/node:v3.28.5"}
                  containers:
                  - {name: calico-node, image: "calico/node:v3.28.5"}
                  - {name: log-shipper, image: "acme/log:v1"}
            """;

    private final List<JsonNode> objects = new ArrayList<>();
    private RegistryChange registry = new RegistryChange("reg.example", null, null, List.of());

    @Test
    void all_images_of_a_release_move_those_of_renamed_containers_too_and_no_others() {
        manifests();

        SettingsChange found = found();

        assertThat(found.refusals()).isEmpty();
        assertThat(found.fields())
                .containsExactly(
                        "Deployment kube-system/calico-kube-controllers template.spec.containers[calico-kube-controllers].image:"
                                + " calico/kube-controllers:v3.28.5 -> reg.example/calico/kube-controllers:v3.28.5",
                        "Deployment kube-system/calico-typha template.spec.containers[calico-typha].image:"
                                + " calico/typha:v3.28.5 -> reg.example/calico/typha:v3.28.5",
                        "DaemonSet kube-system/calico-node template.spec.containers[calico-node].image:"
                                + " calico/node:v3.28.5 -> reg.example/calico/node:v3.28.5",
                        "DaemonSet kube-system/calico-node template.spec.initContainers[install-cni].image:"
                                + " calico/cni:v3.28.5 -> reg.example/calico/cni:v3.28.5",
                        "DaemonSet kube-system/calico-node template.spec.initContainers[setup].image:"
                                + " calico/node:v3.28.5 -> reg.example/calico/node:v3.28.5");
        assertThat(found.effects()).anyMatch(line -> line.contains("log-shipper (acme/log:v1)"));
    }

    @Test
    void whether_nodes_can_pull_is_asked_once_unless_all_of_them_have_the_images() {
        manifests();

        assertThat(found().questions()).singleElement().satisfies(question -> {
            assertThat(question.object()).isEqualTo("DaemonSet kube-system/calico-node");
            assertThat(question.path()).isEqualTo("spec.template.spec.containers[calico-node].image");
            assertThat(question.why()).contains("n1", "reg.example").doesNotContain("n2");
        });

        objects.removeIf(object -> ChangedResource.named(object).equals("n1"));
        assertThat(found().questions()).isEmpty();
        assertThat(found().fields()).hasSize(5);
    }

    @Test
    void typha_and_registry_are_one_write_of_its_Deployment() {
        manifests();
        ChangeSpec both = new ChangeSpec(List.of(), List.of(), List.of(), new TyphaChange(1), registry);

        assertThat(ChangedResource.of(both, objects))
                .filteredOn(resource -> resource.name().equals("calico-typha"))
                .singleElement()
                .satisfies(resource -> assertThat(resource.fields())
                        .extracting(setting -> setting.field())
                        .containsExactly("replicas", "template.spec.containers[calico-typha].image"));
    }

    @Test
    void pull_secrets_have_to_be_there_and_are_added_to_those_that_are() {
        registry = new RegistryChange("reg.example", null, null, List.of("pull"));
        manifests();
        assertThat(found().refusals())
                .containsExactly("There is no Secret kube-system/pull to pull images with: create it there, or leave it"
                        + " out of imagePullSecrets");

        JsonNode secret = yaml(
                "{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: pull, namespace: kube-system}, data: {a: c2VjcmV0}}");
        assertThat(SettingsChange.withoutData(secret).toString()).doesNotContain("c2VjcmV0");
        objects.add(SettingsChange.withoutData(secret));
        assertThat(found().refusals()).singleElement().asString().contains("is of type Opaque");

        objects.removeLast();
        objects.add(
                yaml(
                        "{apiVersion: v1, kind: Secret, type: kubernetes.io/dockerconfigjson, metadata: {name: pull, namespace: kube-system}}"));
        assertThat(found().refusals()).isEmpty();
        assertThat(found().fields())
                .anyMatch(
                        line -> line.endsWith(
                                "template.spec.imagePullSecrets: [{\"name\":\"mine\"}] -> [{\"name\":\"mine\"},{\"name\":\"pull\"}]"));
    }

    @Test
    void an_image_whose_name_does_not_say_what_it_is_is_refused() {
        objects.add(yaml(NODE.replace("calico/node:v3.28.5", "acme/network:v1")));

        assertThat(found().refusals())
                .containsExactly("Where reg.example has the image of container calico-node of DaemonSet"
                        + " kube-system/calico-node is not told by its name, acme/network:v1: have it under a name of"
                        + " the release first, such as calico/node");
    }

    @Test
    void an_operator_gets_it_by_its_Installation_and_its_own_Deployment() {
        operator();
        registry = new RegistryChange("reg.example/m", "net", null, List.of());

        SettingsChange found = found();

        assertThat(found.refusals()).isEmpty();
        assertThat(found.fields())
                .containsExactly(
                        "Deployment ops/tigera-operator template.spec.containers[tigera-operator].image:"
                                + " quay.io/tigera/operator:v1.34.5 -> reg.example/m/net/operator:v1.34.5",
                        "Installation default imagePath: absent -> net",
                        "Installation default imagePrefix: acme- -> absent",
                        "Installation default registry: absent -> reg.example/m/");
        assertThat(found.questions())
                .singleElement()
                .extracting(FieldConflict::object, FieldConflict::path)
                .containsExactly("Installation default", "spec.registry");
        // What it says is kept to the letter, so that what is asked stays so when the other fields are written.
        assertThat(ChangedResource.of(ChangeSpec.ofRegistry(registry), objects))
                .extracting(ChangedResource::object)
                .containsExactly("Deployment ops/tigera-operator", "Installation default");
    }

    @Test
    void the_operators_pull_secrets_are_looked_for_where_it_is_and_an_overlay_wins() {
        operator();
        registry = new RegistryChange("reg.example", null, null, List.of("pull"));
        objects.add(
                yaml(
                        "{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: overlay}, spec: {registry: a/}}"));

        assertThat(found().refusals())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("There is no Secret ops/pull"))
                .anyMatch(line -> line.startsWith("Installation overlay says from where images come too"));
    }

    @Test
    void what_Helm_owns_is_said_in_its_values() {
        operator();
        objects.forEach(object -> {
            if (!object.path("kind").asText().equals("Node")) {
                ((ObjectNode) object.path("metadata"))
                        .putObject("annotations")
                        .put("meta.helm.sh/release-name", "calico");
            }
        });

        assertThat(found().refusals())
                .hasSize(2)
                .allMatch(line -> line.startsWith("Helm's release calico has ")
                        && line.contains("installation.registry=reg.example/"));
    }

    private void manifests() {
        objects.add(yaml(NODE));
        for (String name : List.of("kube-controllers", "typha")) {
            objects.add(yaml("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: calico-%1$s, namespace: kube-system}
                    spec: {template: {spec: {imagePullSecrets: [{name: mine}], containers: [{name: calico-%1$s, image: "calico/%1$s:v3.28.5"}]}}}
                    """.formatted(name)));
        }
        objects.add(yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: of-people, namespace: shop}
                spec: {template: {spec: {containers: [{name: app, image: "docker.io/acme/calico:v1"}]}}}
                """));
        objects.add(yaml("{apiVersion: v1, kind: Node, metadata: {name: n1}}"));
        objects.add(yaml("""
                apiVersion: v1
                kind: Node
                metadata: {name: n2}
                status:
                  images:
                  - {names: ["reg.example/calico/node:v3.28.5", "reg.example/calico/node@sha256:ab"]}
                  - {names: ["reg.example/calico/cni:v3.28.5"]}
                """));
    }

    private void operator() {
        objects.add(yaml(NODE.replace("kube-system", "calico-system")));
        objects.add(yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: tigera-operator, namespace: ops}
                spec: {template: {spec: {containers: [{name: tigera-operator, image: "quay.io/tigera/operator:v1.34.5"}]}}}
                """));
        objects.add(
                yaml(
                        "{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec: {imagePrefix: acme-}}"));
        objects.add(yaml("{apiVersion: v1, kind: Node, metadata: {name: n1}}"));
    }

    private SettingsChange found() {
        return SettingsChange.of(
                ChangeSpec.ofRegistry(registry),
                new ClusterSnapshot("v1.30.0", List.copyOf(objects), Set.of(), List.of()),
                List.of());
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
