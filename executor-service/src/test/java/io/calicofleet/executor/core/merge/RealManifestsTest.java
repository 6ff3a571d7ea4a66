package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Releases;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RealManifestsTest {

    @ParameterizedTest
    @CsvSource({
        "calico.yaml, v3.13.4, v3.22.5, false",
        "calico.yaml, v3.13.4, v3.22.5, true",
        "calico-typha.yaml, v3.13.4, v3.22.5, false",
        "canal.yaml, v3.13.4, v3.22.5, false",
        "calico-policy-only.yaml, v3.13.4, v3.22.5, true",
        "calico-etcd.yaml, v3.13.4, v3.22.5, false",
        "canal-etcd.yaml, v3.13.4, v3.22.5, false",
        "calico.yaml, v3.22.5, v3.28.5, true",
        "canal.yaml, v3.22.5, v3.28.5, true",
        "calico-policy-only.yaml, v3.22.5, v3.28.5, false",
        "calico-etcd.yaml, v3.22.5, v3.28.5, true",
    })
    void an_untouched_install_becomes_the_target_and_is_then_left_alone(
            String file, String from, String to, boolean newest) {
        // Given
        ManifestDocuments source = Releases.manifest(from, file);
        ManifestDocuments target = Releases.manifest(to, file);
        ApiServer server = new ApiServer(newest);
        ManifestDocuments live = applied(source, server, object -> {});

        // When
        MergePlan plan = ManifestMerge.plan(source, live, target, OnConflict.HOLD);

        // Then
        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.customisations()).isEmpty();
        plan.objects().stream().filter(object -> object.manifest() != null).forEach(object -> {
            FieldRule rule = FieldSchemas.of(object.key().kind());
            assertThat(NormalForm.of(rule, object.manifest()))
                    .as(object.key().object())
                    .isEqualTo(NormalForm.of(
                            rule, withoutStatus(target.find(object.key()).orElseThrow())));
        });

        // When it is written and merged again
        ManifestDocuments written = written(plan, live, server);
        MergePlan again = ManifestMerge.plan(source, written, target, OnConflict.HOLD);

        // Then
        assertThat(again.changes()).as("second run").isEmpty();
    }

    @Test
    void what_people_typically_change_survives() {
        // Given
        ManifestDocuments source = Releases.manifest("v3.13.4", "calico.yaml");
        ManifestDocuments target = Releases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = applied(source, new ApiServer(false), RealManifestsTest::edit);

        // When
        MergePlan plan = ManifestMerge.plan(source, live, target, OnConflict.HOLD);

        // Then
        assertThat(plan.conflicts())
                .extracting(FieldConflict::object, FieldConflict::path)
                .isEmpty();
        JsonNode pod = manifest(plan, "DaemonSet kube-system/calico-node").at("/spec/template/spec");
        JsonNode node = pod.at("/containers/0");
        assertThat(node.path("image").asText()).isEqualTo("reg.example:5000/mirror/calico/node:v3.22.5");
        assertThat(env(node, "CALICO_IPV4POOL_CIDR")).isEqualTo("172.20.0.0/16");
        assertThat(env(node, "IP_AUTODETECTION_METHOD")).isEqualTo("interface=eth.*");
        assertThat(env(node, "CALICO_IPV4POOL_IPIP")).isEqualTo("Never");
        assertThat(env(node, "FELIX_LOGSEVERITYSCREEN"))
                .as("dropped by the target")
                .isEmpty();
        assertThat(node.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
        assertThat(Json.elements(pod.path("initContainers")).map(init -> Json.text(init, "image")))
                .as("also of mount-bpffs, which is new")
                .allMatch(image -> image.startsWith("reg.example:5000/mirror/calico/") && image.endsWith(":v3.22.5"));
        assertThat(pod.at("/nodeSelector/calico").asText()).isEqualTo("yes");
        assertThat(manifest(plan, "DaemonSet kube-system/calico-node")
                        .at("/spec/updateStrategy/rollingUpdate/maxUnavailable")
                        .asInt())
                .isEqualTo(3);
        JsonNode config = manifest(plan, "ConfigMap kube-system/calico-config").path("data");
        assertThat(config.path("veth_mtu").asText()).as("the target's").isEqualTo("0");
        assertThat(config.path("calico_backend").asText()).isEqualTo("vxlan");
        assertThat(config.path("cni_network_config").asText())
                .contains("\"log_level\": \"debug\"")
                .contains("\"log_file_path\"")
                .contains("\"mtu\": __CNI_MTU__,");
        assertThat(manifest(plan, "ClusterRole calico-node").path("rules").toString())
                .contains("pods/exec")
                .contains("caliconodestatuses");
        assertThat(plan.customisations())
                .extracting(Customisation::path)
                .contains(
                        "spec.template.spec.containers[calico-node].env[CALICO_IPV4POOL_CIDR].value",
                        "spec.template.spec.containers[calico-node].env[CALICO_IPV4POOL_IPIP].value",
                        "spec.template.spec.containers[calico-node].resources.limits.memory",
                        "data.cni_network_config.plugins[calico].log_level");
    }

    @Test
    void definitions_get_their_schema_and_lose_unknown_fields_in_one_write() {
        // Given
        ManifestDocuments source = Releases.manifest("v3.13.4", "calico.yaml");
        ManifestDocuments target = Releases.manifest("v3.22.5", "calico.yaml");
        ManifestDocuments live = applied(source, new ApiServer(false), object -> {});

        // When
        MergePlan plan = ManifestMerge.plan(source, live, target, OnConflict.HOLD);

        // Then
        MergedObject crd = find(plan, "CustomResourceDefinition felixconfigurations.crd.projectcalico.org");
        ObjectNode write = Objects.requireNonNull(crd.write());
        assertThat(write.at("/spec/preserveUnknownFields").isBoolean()).isTrue();
        assertThat(write.at("/spec/preserveUnknownFields").asBoolean()).isFalse();
        assertThat(write.at("/spec/versions/0/schema/openAPIV3Schema/properties")
                        .isObject())
                .isTrue();
        assertThat(write.at("/metadata/resourceVersion").asText()).isEqualTo("4711");
        assertThat(write.at("/apiVersion").asText()).isEqualTo("apiextensions.k8s.io/v1");
        assertThat(plan.objects().subList(0, 17))
                .allMatch(object -> object.key().kind().equals("CustomResourceDefinition"));
    }

    private static ObjectNode withoutStatus(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        return copy;
    }

    private static void edit(ObjectNode live) {
        String kind = live.path("kind").asText();
        String name = live.at("/metadata/name").asText();
        if (kind.equals("DaemonSet")) {
            ((ObjectNode) live.at("/spec/updateStrategy/rollingUpdate")).put("maxUnavailable", 3);
            ObjectNode pod = (ObjectNode) live.at("/spec/template/spec");
            ((ObjectNode) pod.path("nodeSelector")).put("calico", "yes");
            moveImages(pod.path("containers"));
            moveImages(pod.path("initContainers"));
            ObjectNode node = (ObjectNode) pod.at("/containers/0");
            ((ObjectNode) node.path("resources")).putObject("limits").put("memory", "1Gi");
            ArrayNode env = (ArrayNode) node.path("env");
            env.addObject().put("name", "CALICO_IPV4POOL_CIDR").put("value", "172.20.0.0/16");
            env.addObject().put("name", "IP_AUTODETECTION_METHOD").put("value", "interface=eth.*");
            env.forEach(entry -> {
                if (Json.text(entry, "name").equals("CALICO_IPV4POOL_IPIP")) {
                    ((ObjectNode) entry).put("value", "Never");
                }
            });
        } else if (kind.equals("Deployment")) {
            moveImages(live.at("/spec/template/spec/containers"));
        } else if (kind.equals("ConfigMap")) {
            ObjectNode data = (ObjectNode) live.path("data");
            data.put("calico_backend", "vxlan");
            data.put("cni_network_config", Json.text(data, "cni_network_config").replace("\"info\"", "\"debug\""));
        } else if (kind.equals("ClusterRole") && name.equals("calico-node")) {
            ObjectNode rule = ((ArrayNode) live.path("rules")).addObject();
            rule.putArray("apiGroups").add("");
            rule.putArray("resources").add("pods/exec");
            rule.putArray("verbs").add("create");
        }
    }

    private static void moveImages(JsonNode containers) {
        containers.forEach(container ->
                ((ObjectNode) container).put("image", "reg.example:5000/mirror/" + Json.text(container, "image")));
    }

    private static ManifestDocuments applied(ManifestDocuments source, ApiServer server, Consumer<ObjectNode> edit) {
        return ManifestDocuments.of(source.objects().values().stream()
                .map(server::applied)
                .peek(edit)
                .toList());
    }

    private static ManifestDocuments written(MergePlan plan, ManifestDocuments live, ApiServer server) {
        List<ObjectNode> objects = plan.objects().stream()
                .map(object -> object.changes()
                        ? server.stored(Objects.requireNonNull(object.write()))
                        : live.find(object.key()).orElse(null))
                .filter(Objects::nonNull)
                .toList();
        return ManifestDocuments.of(objects);
    }

    private static MergedObject find(MergePlan plan, String object) {
        return plan.objects().stream()
                .filter(merged -> merged.key().object().equals(object))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode manifest(MergePlan plan, String object) {
        return Objects.requireNonNull(find(plan, object).manifest());
    }

    private static String env(JsonNode container, String name) {
        return Json.elements(container.path("env"))
                .filter(entry -> Json.text(entry, "name").equals(name))
                .map(entry -> Json.text(entry, "value"))
                .findFirst()
                .orElse("");
    }
}
