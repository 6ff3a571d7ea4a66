package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples for Argo CD and Flux name what is there, and the chart takes the values they give it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GitOpsTest {

    private static final String WAVE = "/metadata/annotations/argocd.argoproj.io~1sync-wave";

    @TempDir
    private Path folder;

    @Test
    void each_object_is_of_a_kind_that_its_tool_has_and_has_the_fields_this_requires() throws IOException {
        Map<String, List<String>> required = Map.of(
                "argoproj.io/v1alpha1 Application",
                List.of(
                        "/spec/project",
                        "/spec/destination/server",
                        "/spec/destination/namespace",
                        "/spec/source/repoURL",
                        "/spec/source/targetRevision",
                        "/spec/source/path"),
                "source.toolkit.fluxcd.io/v1 GitRepository",
                List.of("/spec/interval", "/spec/url", "/spec/ref/tag"),
                "helm.toolkit.fluxcd.io/v2 HelmRelease",
                List.of(
                        "/spec/interval",
                        "/spec/targetNamespace",
                        "/spec/chart/spec/chart",
                        "/spec/chart/spec/sourceRef/kind",
                        "/spec/chart/spec/sourceRef/name"));
        List<JsonNode> objects = objects("argo-cd.yaml", "flux.yaml");

        assertThat(objects)
                .extracting(object -> object.path("apiVersion").asText() + " "
                        + object.path("kind").asText())
                .containsExactlyInAnyOrderElementsOf(required.keySet());
        assertThat(objects)
                .allSatisfy(object -> assertThat(required.get(object.path("apiVersion")
                                        .asText() + " " + object.path("kind").asText()))
                        .allSatisfy(field ->
                                assertThat(object.at(field).asText()).as(field).isNotEmpty()))
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/namespace").asText()).isNotEmpty());
    }

    @Test
    void the_chart_and_the_source_that_are_named_are_there() throws IOException {
        JsonNode application = of("Application");
        JsonNode release = of("HelmRelease");

        assertThat(Path.of("..", application.at("/spec/source/path").asText(), "Chart.yaml"))
                .exists();
        assertThat(Path.of("..", release.at("/spec/chart/spec/chart").asText(), "Chart.yaml"))
                .exists();
        JsonNode source = of(release.at("/spec/chart/spec/sourceRef/kind").asText());
        assertThat(source.at("/metadata/name")).isEqualTo(release.at("/spec/chart/spec/sourceRef/name"));
        assertThat(source.at("/metadata/namespace")).isEqualTo(release.at("/metadata/namespace"));
    }

    @Test
    void argo_cd_begins_with_those_that_read_and_ends_with_the_planner() throws IOException {
        Map<String, Integer> waves =
                deployments(of("Application").at("/spec/source/helm/valuesObject")).entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                deployment -> deployment.getValue().at(WAVE).asInt(0)));

        assertThat(waves).containsOnlyKeys("planner", "verifier", "executor");
        assertThat(Set.of("verifier", "executor"))
                .allSatisfy(reader -> assertThat(waves.get(reader)).isBetween(1, waves.get("planner") - 1));
    }

    @Test
    void flux_installs_what_argo_cd_installs() throws IOException {
        assertThat(deployments(of("HelmRelease").at("/spec/values")).keySet())
                .isEqualTo(deployments(of("Application").at("/spec/source/helm/valuesObject"))
                        .keySet());
    }

    /** The Deployments that the chart renders of them, by service; a value it does not know fails. */
    private Map<String, JsonNode> deployments(JsonNode values) throws IOException {
        assertThat(values.isObject()).isTrue();
        Path file = Files.writeString(folder.resolve("values.yaml"), values.toString());
        String rendered = new Helm(Path.of("charts/calico-fleet"))
                .template()
                .withName("fleet")
                .withKubeVersion("v1.21.0")
                .withValuesFile(file)
                .call();
        return Golden.documents(rendered).stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .collect(Collectors.toMap(
                        object -> object.at("/metadata/labels/app.kubernetes.io~1component")
                                .asText(),
                        Function.identity(),
                        (first, second) -> first,
                        TreeMap::new));
    }

    private static JsonNode of(String kind) throws IOException {
        return objects("argo-cd.yaml", "flux.yaml").stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> objects(String... files) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String file : files) {
            all.append(Files.readString(Path.of("gitops", file))).append("\n---\n");
        }
        return Golden.documents(all.toString());
    }
}
