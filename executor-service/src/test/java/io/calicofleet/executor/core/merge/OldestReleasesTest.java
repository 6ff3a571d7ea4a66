package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.OwnReleases;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Placement;
import io.calicofleet.model.release.ManifestDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sources from v3.0 to v3.7, in the shapes of {@code resources/older}: DaemonSets and Deployments of {@code
 * extensions/v1beta1}, roles of v1beta1, definitions without a schema, two containers where one is today.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OldestReleasesTest {

    private static final ApiServer SERVER = new ApiServer(false);

    static Stream<Arguments> hops() {
        return Stream.of("v3.0", "v3.2", "v3.5", "v3.7")
                .flatMap(source -> Stream.of("calico.yaml", "canal.yaml", "calico-etcd.yaml")
                        .flatMap(file ->
                                Stream.of("v3.13.4", "v3.22.5").map(target -> Arguments.of(source, file, target))));
    }

    @ParameterizedTest(name = "{0}/{1} to {2}")
    @MethodSource("hops")
    void an_install_as_released_becomes_the_target_without_a_question(String source, String file, String target) {
        MergePlan plan = plan(source, file, target, objects -> {});
        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.customisations()).isEmpty();
        assertThat(container(plan, "calico-node").path("image").asText()).endsWith("calico/node:" + target);
        JsonNode pod = daemonSet(plan).at("/spec/template");
        assertThat(pod.at("/spec/containers").findValuesAsText("name")).doesNotContain("install-cni");
        assertThat(pod.at("/metadata/annotations").has("scheduler.alpha.kubernetes.io/critical-pod"))
                .isEqualTo(target.equals("v3.13.4"));
        assertThat(daemonSet(plan).at("/spec/updateStrategy/type").asText()).isEqualTo("RollingUpdate");
    }

    @ParameterizedTest(name = "{0}/{1} to {2}")
    @MethodSource("hops")
    void what_people_changed_in_it_is_kept(String source, String file, String target) {
        MergePlan plan = plan(source, file, target, objects -> {
            ObjectNode set = find(objects, "DaemonSet");
            set.withObject("/metadata").withObject("/annotations").put("example.com/owner", "network");
            set.withObject("/spec/updateStrategy").put("type", "RollingUpdate");
            set.withObject("/spec/updateStrategy/rollingUpdate").put("maxUnavailable", 3);
            ObjectNode pod = set.withObject("/spec/template/spec");
            pod.withArray("tolerations").addObject().put("key", "gpu").put("operator", "Exists");
            ObjectNode node = (ObjectNode) named(pod.path("containers"), "calico-node");
            node.withArray("env").addObject().put("name", "FELIX_BPFENABLED").put("value", "false");
            ((ObjectNode) named(node.path("env"), "CALICO_DISABLE_FILE_LOGGING")).put("value", "false");
            node.withObject("/resources").withObject("/limits").put("memory", "512Mi");
            ObjectNode config = find(objects, "ConfigMap");
            config.withObject("/data").put("mine", "yes");
        });
        assertThat(plan.conflicts()).isEmpty();
        JsonNode set = daemonSet(plan);
        assertThat(set.at("/metadata/annotations/example.com~1owner").asText()).isEqualTo("network");
        assertThat(set.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt())
                .isEqualTo(3);
        assertThat(set.at("/spec/template/spec/tolerations").findValuesAsText("key"))
                .contains("gpu");
        JsonNode node = container(plan, "calico-node");
        assertThat(named(node.path("env"), "FELIX_BPFENABLED").path("value").asText())
                .isEqualTo("false");
        assertThat(named(node.path("env"), "CALICO_DISABLE_FILE_LOGGING")
                        .path("value")
                        .asText())
                .isEqualTo("false");
        assertThat(node.at("/resources/limits/memory").asText()).isEqualTo("512Mi");
        assertThat(object(plan, "ConfigMap").at("/data/mine").asText()).isEqualTo("yes");
    }

    private static MergePlan plan(String source, String file, String target, Consumer<List<ObjectNode>> change) {
        ManifestDocuments base = ManifestDocuments.of(Yaml.documents(
                Path.of("src/test/resources/older").resolve(source).resolve(file)));
        List<ObjectNode> objects = new ArrayList<>();
        base.objects().values().forEach(object -> objects.add(SERVER.applied(object)));
        change.accept(objects);
        ManifestDocuments live = ManifestDocuments.of(objects);
        InstalledCalico here = InstalledCalico.find(live.objects().values()).orElseThrow();
        Placement placement = Placement.of(here, base, OwnReleases.manifest(target, file), live.keys()::contains);
        assertThat(placement.unsure()).isEmpty();
        return ManifestMerge.plan(placement.base(), live, placement.target(), OnConflict.HOLD);
    }

    private static ObjectNode find(List<ObjectNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode object(MergePlan plan, String kind) {
        return plan.objects().stream()
                .filter(object -> object.key().kind().equals(kind) && object.manifest() != null)
                .findFirst()
                .map(object -> (JsonNode) object.manifest())
                .orElseThrow();
    }

    private static JsonNode daemonSet(MergePlan plan) {
        return object(plan, "DaemonSet");
    }

    private static JsonNode container(MergePlan plan, String name) {
        return named(daemonSet(plan).at("/spec/template/spec/containers"), name);
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError("no " + name);
    }
}
