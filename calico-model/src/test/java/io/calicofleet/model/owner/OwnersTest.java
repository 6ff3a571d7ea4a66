package io.calicofleet.model.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OwnerFact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OwnersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Applications are served, as beside any Argo CD; one HelmChart; a release of ours. */
    private static final Surroundings AROUND = new Surroundings(
            Set.of("argoproj.io/v1alpha1 Application"),
            Set.of("k8s,bgp,kdd"),
            Set.of("by-chart"),
            "tigera-operator/ours");

    @TestFactory
    Stream<DynamicTest> every_mark_names_its_owner_and_a_near_miss_names_nobody() throws IOException {
        return cases().map(columns -> DynamicTest.dynamicTest(columns[0] + " " + columns[1], () -> {
            List<OwnerFact> found = keeping(AROUND, object("DaemonSet", "calico-node", columns[1]));

            if (columns[0].equals("-")) {
                assertThat(found).isEmpty();
            } else {
                assertThat(found).extracting(OwnerFact::owner).containsExactly(columns[0]);
                assertThat(found.getFirst().evidence()).contains(columns[2]);
                assertThat(found.getFirst().objects()).hasSize(1);
            }
        }));
    }

    @Test
    void every_owner_of_the_table_has_a_case() throws IOException {
        Stream<String> elsewhere = Stream.of("kubespray", "rke", "microk8s");

        assertThat(Owner.TABLE.stream().map(Owner::id))
                .isSubsetOf(Stream.concat(cases().map(columns -> columns[0]), elsewhere)
                        .toList());
    }

    @Test
    void kubespray_is_known_by_the_kind_of_cluster_it_tells_calico() throws IOException {
        JsonNode nodes = object("DaemonSet", "calico-node", "{}");
        Surroundings kubespray = new Surroundings(Set.of(), Set.of("kubespray,bgp"), Set.of(), "");

        assertThat(keeping(kubespray, nodes)).extracting(OwnerFact::owner).containsExactly("kubespray");
        assertThat(keeping(AROUND, nodes)).isEmpty();
    }

    @Test
    void the_job_of_rke_is_an_owner() throws IOException {
        assertThat(keeping(AROUND, object("Job", "rke-network-plugin-deploy-job", "{}")))
                .extracting(OwnerFact::owner)
                .containsExactly("rke");
        assertThat(keeping(AROUND, object("DaemonSet", "rke-network-plugin-deploy-job", "{}")))
                .isEmpty();
    }

    @Test
    void microk8s_is_known_by_the_folders_of_its_snap() throws IOException {
        assertThat(keeping(AROUND, mounting("/var/snap/microk8s/current/opt/cni/bin")))
                .extracting(OwnerFact::owner, OwnerFact::evidence)
                .containsExactly(tuple("microk8s", List.of("hostPath /var/snap/microk8s/current/opt/cni/bin")));
        assertThat(keeping(AROUND, mounting("/opt/cni/bin"))).isEmpty();
    }

    private static JsonNode mounting(String path) throws IOException {
        ObjectNode nodes = (ObjectNode) object("DaemonSet", "calico-node", "{}");
        nodes.set("spec", JSON.readTree("""
            {"template": {"spec": {"volumes": [{"configMap": {"name": "a"}}, {"hostPath": {"path": "%s"}}]}}}
            """.formatted(path)));
        return nodes;
    }

    @Test
    void an_instance_label_is_nothing_where_no_application_is_served() throws IOException {
        JsonNode labelled =
                object("DaemonSet", "calico-node", "{\"labels\": {\"app.kubernetes.io/instance\": \"calico\"}}");

        assertThat(keeping(Surroundings.NONE, labelled)).isEmpty();
    }

    @Test
    void two_owners_of_different_objects_are_both_told_each_with_its_own() throws IOException {
        List<OwnerFact> found = keeping(
                AROUND,
                object("DaemonSet", "calico-node", "{\"labels\": {\"kubeone.io/addon\": \"cni\"}}"),
                object("ConfigMap", "calico-config", "{\"labels\": {\"k0s.k0sproject.io/stack\": \"calico\"}}"));

        assertThat(found).extracting(OwnerFact::owner).containsExactly("k0s", "kubeone");
        assertThat(found)
                .extracting(OwnerFact::objects)
                .containsExactly(List.of("ConfigMap calico-config"), List.of("DaemonSet calico-node"));
    }

    @Test
    void helm_is_not_told_beside_what_runs_it() throws IOException {
        String both =
                "{\"labels\": {\"helm.toolkit.fluxcd.io/name\": \"calico\", \"app.kubernetes.io/managed-by\": \"Helm\"},"
                        + " \"annotations\": {\"meta.helm.sh/release-name\": \"calico\"}}";

        assertThat(keeping(AROUND, object("DaemonSet", "calico-node", both)))
                .extracting(OwnerFact::owner)
                .containsExactly("flux-helm");
    }

    @Test
    void many_objects_and_marks_are_counted_not_listed() throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (int i = 10; i < 37; i++) {
            objects.add(object("ConfigMap", "m" + i, "{\"labels\": {\"k0s.k0sproject.io/stack\": \"s" + i + "\"}}"));
        }

        OwnerFact found = Owners.keeping(objects, OwnersTest::name, AROUND).getFirst();

        assertThat(found.objects()).hasSize(10).first().isEqualTo("ConfigMap m10");
        assertThat(found.moreObjects()).isEqualTo(17);
        assertThat(found.evidence()).hasSize(6).last().isEqualTo("and 22 more");
    }

    @Test
    void a_long_value_is_not_told() throws IOException {
        String metadata = "{\"annotations\": {\"fleet.cattle.io/bundle-id\": \"" + "x".repeat(81) + "\"}}";

        assertThat(keeping(AROUND, object("DaemonSet", "calico-node", metadata))
                        .getFirst()
                        .evidence())
                .containsExactly("annotation fleet.cattle.io/bundle-id");
    }

    private static List<OwnerFact> keeping(Surroundings around, JsonNode... objects) {
        return Owners.keeping(List.of(objects), OwnersTest::name, around);
    }

    private static String name(JsonNode object) {
        return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
    }

    private static JsonNode object(String kind, String name, String metadata) throws IOException {
        ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", kind);
        ObjectNode written = object.putObject("metadata").put("name", name);
        written.setAll((ObjectNode) JSON.readTree(metadata));
        return object;
    }

    private static Stream<String[]> cases() throws IOException {
        try (InputStream file = OwnersTest.class.getResourceAsStream("marks.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Arrays.stream(line.split("\\|", -1))
                            .map(String::strip)
                            .toArray(String[]::new));
        }
    }
}
