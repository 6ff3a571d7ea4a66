package io.calicofleet.executor.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.OwnReleases;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlacementTest {

    @Test
    void a_calico_in_another_namespace_is_upgraded_there_and_none_is_made_where_releases_put_it() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = Renamed.of(base, "networking", "", "", "").all(nodes(base));
        Placement placement = place(live, base, OwnReleases.manifest("v3.28.5", "calico.yaml"));
        assertThat(placement.unsure()).isEmpty();
        assertThat(namespaces(placement.target())).containsExactly("networking");
        assertThat(placement.target().objects().values())
                .filteredOn(object -> object.path("kind").asText().equals("ClusterRoleBinding"))
                .flatExtracting(object -> List.copyOf(subjects(object)))
                .allSatisfy(subject -> assertThat(subject).startsWith("networking/"));
    }

    @Test
    void an_operator_in_another_namespace_is_upgraded_there_and_no_second_one_is_made() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "tigera-operator.yaml");
        ManifestDocuments target = OwnReleases.manifest("v3.28.5", "tigera-operator.yaml");
        ObjectNode operator =
                object(base, "Deployment", "tigera-operator", "tigera-operator").deepCopy();
        assertThat(Placement.ofOperator(operator, base, target).target()).isEqualTo(target);
        operator.withObject("/metadata").put("namespace", "platform");
        Placement placement = Placement.ofOperator(operator, base, target);
        for (ManifestDocuments placed : List.of(placement.base(), placement.target())) {
            assertThat(namespaces(placed)).containsExactly("platform");
            assertThat(placed.keys())
                    .as("people made it")
                    .noneMatch(key -> key.kind().equals("Namespace"));
            assertThat(placed.objects().values())
                    .filteredOn(object -> object.path("kind").asText().equals("ClusterRoleBinding"))
                    .flatExtracting(object -> List.copyOf(subjects(object)))
                    .containsExactly("platform/tigera-operator");
        }
        assertThat(placement.target().keys()).hasSize(target.keys().size() - 1);
        assertThat(Placement.ofOperator(operator, placement.base(), placement.target())
                        .target())
                .as("what is placed stays")
                .isEqualTo(placement.target());
    }

    @Test
    void what_is_new_with_the_target_has_the_prefix_and_suffix_that_all_names_share() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live =
                Renamed.of(base, "net", "team-", "-blue", "-8f7d9").all(nodes(base));
        Placement placement = place(live, base, OwnReleases.manifest("v3.28.5", "calico.yaml"));
        assertThat(placement.unsure()).isEmpty();
        assertThat(placement.target().keys())
                .contains(
                        References.key("ClusterRole", "", "team-calico-cni-plugin-blue"),
                        References.key("ClusterRoleBinding", "", "team-calico-cni-plugin-blue"),
                        References.key("ConfigMap", "net", "team-calico-config-blue-8f7d9"))
                .doesNotContain(References.key("ConfigMap", "net", "team-calico-config-blue"));
        assertThat(placement.target().keys())
                .as("calico-node asks for a token of this account by its name")
                .contains(References.key("ServiceAccount", "net", "calico-cni-plugin"));
        JsonNode binding = object(placement.target(), "ClusterRoleBinding", "", "team-calico-cni-plugin-blue");
        assertThat(binding.at("/roleRef/name").asText()).isEqualTo("team-calico-cni-plugin-blue");
        assertThat(subjects(binding)).containsExactly("net/calico-cni-plugin");
    }

    @Test
    void the_rules_of_a_release_reach_the_role_that_is_bound_and_no_role_is_made_beside_it() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "canal.yaml");
        ManifestDocuments live = changed(base, objects -> {
            find(objects, "ClusterRole", "calico-node").withObject("/metadata").put("name", "calico");
            find(objects, "ClusterRoleBinding", "canal-calico")
                    .withObject("/roleRef")
                    .put("name", "calico");
        });
        ManifestDocuments target = OwnReleases.manifest("v3.28.5", "canal.yaml");
        Placement placement = place(live, base, target);
        assertThat(placement.unsure()).isEmpty();
        assertThat(placement.target().keys())
                .contains(References.key("ClusterRole", "", "calico"))
                .doesNotContain(References.key("ClusterRole", "", "calico-node"));
        assertThat(object(placement.target(), "ClusterRole", "", "calico").path("rules"))
                .isEqualTo(object(target, "ClusterRole", "", "calico-node").path("rules"));
        assertThat(object(placement.target(), "ClusterRoleBinding", "", "canal-calico")
                        .at("/roleRef/name")
                        .asText())
                .isEqualTo("calico");
    }

    @Test
    void without_the_base_the_bound_role_is_found_as_well() {
        ManifestDocuments live = changed(OwnReleases.manifest("v3.22.5", "canal.yaml"), objects -> {
            find(objects, "ClusterRole", "calico-node").withObject("/metadata").put("name", "calico");
            find(objects, "ClusterRoleBinding", "canal-calico")
                    .withObject("/roleRef")
                    .put("name", "calico");
        });
        Placement placement = place(live, ManifestDocuments.EMPTY, OwnReleases.manifest("v3.22.5", "canal.yaml"));
        assertThat(placement.unsure()).isEmpty();
        assertThat(placement.target().keys()).contains(References.key("ClusterRole", "", "calico"));
    }

    @Test
    void a_bound_role_with_other_rules_is_held_by_name() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            find(objects, "ClusterRoleBinding", "calico-node")
                    .withObject("/roleRef")
                    .put("name", "own");
            objects.add(Yaml.object("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRole
                    metadata: {name: own}
                    rules: [{apiGroups: [apps], resources: [deployments], verbs: [get]}]
                    """));
        });
        assertThat(place(live, base, base).unsure())
                .singleElement()
                .asString()
                .contains("ClusterRole own, which ClusterRoleBinding calico-node binds")
                .contains("has other rules");
    }

    @Test
    void a_role_that_others_are_bound_to_is_not_written_with_the_rules_of_a_release() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            find(objects, "ClusterRoleBinding", "calico-node")
                    .withObject("/roleRef")
                    .put("name", "cluster-admin");
            objects.addAll(List.of(Yaml.object("""
                            apiVersion: rbac.authorization.k8s.io/v1
                            kind: ClusterRole
                            metadata: {name: cluster-admin}
                            rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                            """), Yaml.object("""
                            apiVersion: rbac.authorization.k8s.io/v1
                            kind: ClusterRoleBinding
                            metadata: {name: cluster-admin}
                            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                            subjects: [{kind: Group, name: "system:masters"}]
                            """)));
        });
        assertThat(place(live, base, base).unsure())
                .singleElement()
                .asString()
                .contains("ClusterRole cluster-admin")
                .contains("is bound to others, too");
    }

    @Test
    void a_binding_under_another_name_is_told_by_the_rules_of_its_role() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "canal.yaml");
        ManifestDocuments live = changed(base, objects -> {
            find(objects, "ClusterRoleBinding", "canal-calico")
                    .withObject("/metadata")
                    .put("name", "network-a");
            find(objects, "ClusterRoleBinding", "canal-flannel")
                    .withObject("/metadata")
                    .put("name", "network-b");
        });
        Placement placement = place(live, base, base);
        assertThat(placement.unsure()).isEmpty();
        assertThat(object(placement.target(), "ClusterRoleBinding", "", "network-a")
                        .at("/roleRef/name")
                        .asText())
                .isEqualTo("calico-node");
        assertThat(object(placement.target(), "ClusterRoleBinding", "", "network-b")
                        .at("/roleRef/name")
                        .asText())
                .isEqualTo("flannel");
    }

    @Test
    void a_second_pool_with_the_same_account_gets_a_document_of_its_own() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            ObjectNode pool = find(objects, "DaemonSet", "calico-node").deepCopy();
            pool.withObject("/metadata").put("name", "calico-node-gpu");
            objects.add(pool);
        });
        ManifestDocuments target = OwnReleases.manifest("v3.28.5", "calico.yaml");
        Placement placement = place(live, base, target);
        assertThat(placement.unsure()).isEmpty();
        assertThat(object(placement.target(), "DaemonSet", "kube-system", "calico-node-gpu")
                        .path("spec"))
                .isEqualTo(object(target, "DaemonSet", "kube-system", "calico-node")
                        .path("spec"));
        assertThat(object(placement.base(), "DaemonSet", "kube-system", "calico-node-gpu")
                        .path("spec"))
                .isEqualTo(
                        object(base, "DaemonSet", "kube-system", "calico-node").path("spec"));
    }

    @Test
    void a_second_install_is_held_by_name() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            ObjectNode second = find(objects, "DaemonSet", "calico-node").deepCopy();
            second.withObject("/metadata").put("namespace", "old");
            objects.add(second);
        });
        assertThat(place(live, base, base).unsure())
                .singleElement()
                .asString()
                .startsWith("DaemonSet old/calico-node runs calico-node, too");
    }

    @Test
    void two_controllers_are_held_by_name() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            ObjectNode one = find(objects, "Deployment", "calico-kube-controllers");
            ObjectNode other = one.deepCopy();
            one.withObject("/metadata").put("name", "controllers-a");
            other.withObject("/metadata").put("name", "controllers-b");
            objects.add(other);
        });
        assertThat(place(live, base, base).unsure())
                .first()
                .asString()
                .contains("controllers-a or Deployment kube-system/controllers-b");
    }

    @Test
    void what_a_partly_renamed_install_lacks_is_held_for_its_name_cannot_be_told() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> {
            find(objects, "DaemonSet", "calico-node").withObject("/metadata").put("name", "network");
            objects.remove(find(objects, "Deployment", "calico-kube-controllers"));
        });
        assertThat(place(live, base, base).unsure())
                .first()
                .asString()
                .contains("Deployment kube-system/calico-kube-controllers of the release is not there by its name");
    }

    @Test
    void places_that_name_different_config_maps_go_with_most_of_them_and_a_tie_is_held() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico-etcd.yaml");
        ManifestDocuments live = changed(base, objects -> {
            int[] nth = {0};
            references(find(objects, "DaemonSet", "calico-node"), name -> "mine-" + nth[0]++ % 3);
            objects.remove(find(objects, "Deployment", "calico-kube-controllers"));
        });
        assertThat(place(live, base, base).unsure())
                .anySatisfy(sentence ->
                        assertThat(sentence).contains("ConfigMap kube-system/calico-config of the release may be"));
        ManifestDocuments mostly = changed(base, objects -> {
            int[] nth = {0};
            references(find(objects, "DaemonSet", "calico-node"), name -> nth[0]++ == 0 ? "tuning" : name);
        });
        Placement placement = place(mostly, base, base);
        assertThat(placement.unsure()).isEmpty();
        assertThat(placement.target().keys()).contains(References.key("ConfigMap", "kube-system", "calico-config"));
    }

    @Test
    void what_a_tool_of_people_runs_the_image_for_is_no_second_install() {
        ManifestDocuments base = OwnReleases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = changed(base, objects -> objects.add(Yaml.object("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: exporter, namespace: monitoring}
                spec: {template: {spec: {containers: [{name: bird, image: "calico/node:v3.22.5"}]}}}
                """)));
        assertThat(place(live, base, base).unsure()).isEmpty();
    }

    private static Placement place(ManifestDocuments live, ManifestDocuments base, ManifestDocuments target) {
        InstalledCalico here = InstalledCalico.find(live.objects().values()).orElseThrow();
        return Placement.of(here, base, target, live.keys()::contains);
    }

    private static List<ObjectNode> nodes(ManifestDocuments documents) {
        return List.copyOf(documents.objects().values());
    }

    private static ManifestDocuments changed(ManifestDocuments base, Consumer<List<ObjectNode>> change) {
        List<ObjectNode> objects = new ArrayList<>();
        base.objects().values().forEach(object -> objects.add(object.deepCopy()));
        change.accept(objects);
        return ManifestDocuments.of(objects);
    }

    private static void references(ObjectNode workload, java.util.function.UnaryOperator<String> name) {
        workload.findParents("configMapKeyRef").forEach(parent -> {
            ObjectNode reference = (ObjectNode) parent.get("configMapKeyRef");
            reference.put("name", name.apply(reference.path("name").asText()));
        });
    }

    private static ObjectNode find(List<ObjectNode> objects, String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode object(ManifestDocuments documents, String kind, String namespace, String name) {
        return documents.find(References.key(kind, namespace, name)).orElseThrow();
    }

    private static Set<String> namespaces(ManifestDocuments documents) {
        return documents.keys().stream()
                .map(ObjectKey::namespace)
                .filter(namespace -> !namespace.isEmpty())
                .collect(Collectors.toSet());
    }

    private static List<String> subjects(JsonNode binding) {
        List<String> subjects = new ArrayList<>();
        binding.path("subjects")
                .forEach(subject -> subjects.add(subject.path("namespace").asText() + "/"
                        + subject.path("name").asText()));
        return subjects;
    }
}
