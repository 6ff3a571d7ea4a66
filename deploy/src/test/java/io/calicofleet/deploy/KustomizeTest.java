package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What Kustomize builds is what the chart renders: the base is written from the chart ({@code -Dgolden.update}), and each overlay is
 * held against the chart with the overlay's {@code chart-values.yaml}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KustomizeTest {

    private static final Path KUSTOMIZE = Path.of("kustomize");
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    /** Labels and annotations of Helm, and what makes pods restart where names of ConfigMaps do so. */
    private static final String HELMS = "(?m)^ +(helm\\.sh/chart|app\\.kubernetes\\.io/managed-by|checksum/\\w+): .*\n";

    private static final Set<String> ORDERLESS = Set.of("env", "volumes", "volumeMounts", "items", "sources");

    @TestFactory
    Stream<DynamicTest> the_base_is_what_the_chart_renders() {
        Map<String, String> objects = withoutSettings(render(KUSTOMIZE.resolve("values.yaml")));
        Map<String, String> settings = settings(KUSTOMIZE.resolve("values.yaml"));
        assertThat(objects).containsOnlyKeys("executor", "planner", "verifier");
        return Stream.concat(
                objects.entrySet().stream()
                        .map(each -> same(folder(each.getKey()).resolve(each.getKey() + ".yaml"), each.getValue())),
                settings.entrySet().stream()
                        .map(each -> same(folder(each.getKey()).resolve(each.getKey()), each.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> the_settings_of_an_overlay_are_those_of_the_chart() throws IOException {
        return overlays()
                .flatMap(overlay -> settings(overlay.resolve("chart-values.yaml")).entrySet().stream()
                        .map(each -> same(overlay.resolve(each.getKey()), each.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> an_overlay_is_the_same_as_the_chart_with_its_values() throws IOException {
        assumeTrue(Files.isExecutable(KUBECTL), "there is no kubectl here");
        return overlays()
                .map(overlay -> DynamicTest.dynamicTest(overlay.getFileName().toString(), () -> {
                    Map<String, JsonNode> built = normal(build(overlay));
                    Map<String, JsonNode> rendered = normal(render(overlay.resolve("chart-values.yaml")));

                    assertThat(built).containsOnlyKeys(rendered.keySet());
                    rendered.forEach(
                            (name, object) -> assertThat(built.get(name).toPrettyString())
                                    .as("%s", name)
                                    .isEqualTo(object.toPrettyString()));
                }));
    }

    private static DynamicTest same(Path file, String content) {
        return DynamicTest.dynamicTest(file.toString(), () -> Golden.assertSame(file, content));
    }

    private static Path folder(String name) {
        return KUSTOMIZE.resolve(name.startsWith("executor") || name.equals("clusters.yaml") ? "executor" : "hub");
    }

    private static Stream<Path> overlays() throws IOException {
        try (Stream<Path> all = Files.list(KUSTOMIZE.resolve("overlays"))) {
            List<Path> overlays = all.sorted().toList();
            assertThat(overlays).hasSizeGreaterThan(1);
            return overlays.stream();
        }
    }

    private static String render(Path values) {
        return new Helm(Path.of("charts/calico-fleet"))
                .template()
                .withName("calico-fleet")
                .withKubeVersion("v1.21.0")
                .withNamespace("calico-fleet")
                .withValuesFile(values)
                .call();
    }

    private static String build(Path overlay) throws IOException, InterruptedException {
        Process kubectl = new ProcessBuilder(KUBECTL.toString(), "kustomize", overlay.toString())
                .redirectErrorStream(true)
                .start();
        String built = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor()).as(built).isZero();
        return built;
    }

    /** All but ConfigMaps, as text with its comments, by service. */
    private static Map<String, String> withoutSettings(String rendered) {
        return Stream.of(rendered.split("(?m)^---\n"))
                .filter(text -> text.contains("kind: ") && !text.contains("kind: ConfigMap"))
                .collect(Collectors.groupingBy(
                        text -> text.replaceAll("(?s).*?app\\.kubernetes\\.io/component: (\\w+).*", "$1"),
                        TreeMap::new,
                        Collectors.mapping(
                                text -> text.replaceAll("(?m)^# Source: .*\n", "")
                                        .replaceAll(HELMS, "")
                                        .strip(),
                                Collectors.joining(
                                        "\n---\n", "# Rendered from the chart; written by KustomizeTest.\n", "\n"))));
    }

    /** What ConfigMaps hold, by the name of its file here. */
    private static Map<String, String> settings(Path values) {
        Map<String, String> files = new TreeMap<>();
        Golden.documents(render(values)).stream()
                .filter(object -> object.path("kind").asText().equals("ConfigMap"))
                .forEach(map -> map.path("data").properties().forEach(file -> {
                    String service = map.at("/metadata/labels/app.kubernetes.io~1component")
                            .asText();
                    files.put(
                            file.getKey().equals("application.properties") ? service + ".properties" : file.getKey(),
                            file.getValue().asText());
                }));
        assertThat(files).hasSize(4);
        return files;
    }

    /** By kind and name, without what has to differ. */
    private static Map<String, JsonNode> normal(String objects) {
        Map<String, JsonNode> normal = new TreeMap<>();
        List<JsonNode> documents = Golden.documents(objects.replaceAll(HELMS, ""));
        List<String> generated = documents.stream()
                .filter(object -> object.path("kind").asText().equals("ConfigMap"))
                .map(object -> object.at("/metadata/name").asText())
                .toList();
        for (JsonNode document : documents) {
            ObjectNode object = (ObjectNode) withShortNames(document, generated);
            ObjectNode metadata = (ObjectNode) object.path("metadata");
            metadata.remove("namespace");
            if (object.path("kind").asText().equals("ConfigMap")) {
                // Its name says which one it is.
                ((ObjectNode) metadata.path("labels")).remove("app.kubernetes.io/version");
            }
            assertThat(normal.put(
                            object.path("kind").asText() + "/"
                                    + metadata.path("name").asText(),
                            sorted(object)))
                    .isNull();
        }
        return normal;
    }

    /** Kustomize ends the name of a ConfigMap with a hash of its content, here and where it is named. */
    private static JsonNode withShortNames(JsonNode document, List<String> generated) {
        String text = document.toString();
        for (String name : generated) {
            text = text.replace("\"" + name + "\"", "\"" + name.replaceFirst("-[a-z0-9]{10}$", "") + "\"");
        }
        return Golden.documents(text).getFirst();
    }

    /** Fields by name, and lists whose order says nothing, too. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            ObjectNode sorted = Golden.YAML.createObjectNode();
            Map<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            fields.forEach((name, value) ->
                    sorted.set(name, ORDERLESS.contains(name) && value.isArray() ? inOrder(value) : sorted(value)));
            return sorted;
        }
        if (node.isArray()) {
            ArrayNode sorted = Golden.YAML.createArrayNode();
            node.forEach(each -> sorted.add(sorted(each)));
            return sorted;
        }
        return node;
    }

    private static JsonNode inOrder(JsonNode list) {
        List<JsonNode> all = new ArrayList<>();
        list.forEach(each -> all.add(sorted(each)));
        all.sort(Comparator.comparing(JsonNode::toString));
        return Golden.YAML.createArrayNode().addAll(all);
    }
}
