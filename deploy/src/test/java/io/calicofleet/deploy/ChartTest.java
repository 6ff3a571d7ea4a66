package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The Helm chart, rendered by Helm's own engine. A case is a folder with {@code values.yaml} and what comes of it,
 * {@code rendered.yaml}; a new one needs no Java.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChartTest {

    private static final Path CHART = Path.of("charts/calico-fleet");

    private static final String TRUSTED_KEYS = "trusted-keys";

    /** ConfigMaps that are not of the chart: its users make them. */
    private static final Set<String> GIVEN = Set.of(TRUSTED_KEYS, "access-providers");

    private static final Path CASES = Path.of("src/test/resources/chart");

    @TestFactory
    Stream<DynamicTest> renders_as_recorded() throws IOException {
        return cases().map(folder -> DynamicTest.dynamicTest(
                folder.getFileName().toString(),
                () -> Golden.assertSame(folder.resolve("rendered.yaml"), render(folder.resolve("values.yaml")))));
    }

    @TestFactory
    Stream<DynamicTest> what_is_rendered_holds_together() throws IOException {
        return cases().map(folder ->
                DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
                    List<JsonNode> objects = Golden.documents(render(folder.resolve("values.yaml")));

                    assertThat(ofKind(objects, "Deployment"))
                            .hasSizeBetween(3, 4)
                            .allSatisfy(deployment -> {
                                JsonNode labels = deployment.at("/spec/template/metadata/labels");
                                assertSelects(deployment.at("/spec/selector/matchLabels"), labels);
                                assertThat(ofKind(objects, "Service"))
                                        .filteredOn(service -> name(service).equals(name(deployment)))
                                        .singleElement()
                                        .satisfies(service -> assertSelects(service.at("/spec/selector"), labels));
                                JsonNode pod = deployment.at("/spec/template/spec");
                                assertRestricted(pod);
                                assertTokenOnlyWhereItIsOfUse(pod, objects);
                                assertThat(pod.path("containers")).hasSize(1).allSatisfy(container -> {
                                    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                                        assertThat(container
                                                        .at("/" + probe + "/httpGet/path")
                                                        .asText())
                                                .startsWith("/q/health/");
                                        // The last one: REST, where a service has it, has a port to itself.
                                        JsonNode ports = container.path("ports");
                                        assertThat(container
                                                        .at("/" + probe + "/httpGet/port")
                                                        .asText())
                                                .isEqualTo(ports.path(ports.size() - 1)
                                                        .path("name")
                                                        .asText());
                                    }
                                    assertThat(container
                                                    .at("/resources/limits/memory")
                                                    .asText())
                                            .isNotEmpty();
                                    assertMountsHaveVolumes(container, pod, objects);
                                });
                            });
                    Stream.of("PodDisruptionBudget", "NetworkPolicy")
                            .flatMap(kind -> ofKind(objects, kind).stream())
                            .forEach(object -> {
                                JsonNode selector =
                                        object.path("spec").path("selector").isMissingNode()
                                                ? object.at("/spec/podSelector/matchLabels")
                                                : object.at("/spec/selector/matchLabels");
                                assertThat(ofKind(objects, "Deployment"))
                                        .filteredOn(
                                                deployment -> name(deployment).equals(name(object)))
                                        .singleElement()
                                        .satisfies(deployment -> assertSelects(
                                                selector, deployment.at("/spec/template/metadata/labels")));
                            });
                    assertThat(ofKind(objects, "ServiceMonitor")).allSatisfy(monitor -> {
                        assertThat(ofKind(objects, "Service"))
                                .filteredOn(service -> name(service).equals(name(monitor)))
                                .singleElement()
                                .satisfies(service -> assertSelects(
                                        monitor.at("/spec/selector/matchLabels"), service.at("/metadata/labels")));
                        assertThat(ofKind(objects, "Deployment"))
                                .filteredOn(deployment -> name(deployment).equals(name(monitor)))
                                .singleElement()
                                .extracting(deployment -> deployment.at("/spec/template/spec/containers/0/ports"))
                                .satisfies(ports -> assertThat(ports.findValuesAsText("name"))
                                        .contains(monitor.at("/spec/endpoints/0/targetPort")
                                                .asText()));
                    });
                    assertThat(objects.stream()
                                    .map(object -> object.path("kind").asText() + "/"
                                            + object.at("/metadata/namespace").asText() + "/" + name(object)))
                            .doesNotHaveDuplicates();
                }));
    }

    @Test
    void passes_helm_lint() {
        var result = new Helm(CHART).lint().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @Test
    void without_kafka_it_says_what_is_required() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("fleet")
                        .withKubeVersion("v1.21.0")
                        .call())
                .hasMessageContaining("kafka.bootstrapServers is required");
    }

    @Test
    void where_nobody_would_be_known_it_says_what_is_required() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("fleet")
                        .withKubeVersion("v1.21.0")
                        .set("kafka.bootstrapServers", "kafka:9092")
                        .set("signing.enabled", false)
                        .call())
                .hasMessageContaining("planner.access.tokenSecret is required");
    }

    @Test
    void where_people_log_in_and_nobody_has_a_role_it_says_what_is_required() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("fleet")
                        .withKubeVersion("v1.21.0")
                        .set("kafka.bootstrapServers", "kafka:9092")
                        .set("signing.enabled", false)
                        .set("planner.access.oidc.issuer", "https://login.example.org")
                        .call())
                .hasMessageContaining("planner.access.grants is required");
    }

    @Test
    void without_trusted_keys_it_says_what_is_required() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("fleet")
                        .withKubeVersion("v1.21.0")
                        .set("kafka.bootstrapServers", "kafka:9092")
                        .set("planner.access.tokenSecret", "people")
                        .call())
                .hasMessageContaining("signing.trustedKeysConfigMap is required")
                .hasMessageContaining("signing.enabled=false");
    }

    @Test
    void a_planner_with_a_certificate_finds_it_where_its_settings_say() {
        List<JsonNode> objects = Golden.documents(new Helm(CHART)
                .template()
                .withName("fleet")
                .withKubeVersion("v1.21.0")
                .set("kafka.bootstrapServers", "kafka:9092")
                .set("signing.enabled", false)
                .set("planner.access.tokenSecret", "people")
                .set("planner.tlsSecret", "fleet-tls")
                .call());

        assertThat(ofKind(objects, "ConfigMap"))
                .filteredOn(settings ->
                        settings.at("/data/application.properties").asText().contains("planner.http.tls"))
                .singleElement()
                .satisfies(settings -> assertThat(
                                settings.at("/data/application.properties").asText())
                        .contains(
                                "planner.http.tls.certificate=/etc/calico-fleet/tls/tls.crt\n",
                                "planner.http.tls.key=/etc/calico-fleet/tls/tls.key\n"));
        assertThat(ofKind(objects, "Deployment"))
                .filteredOn(
                        deployment -> deployment.findValuesAsText("secretName").contains("fleet-tls"))
                .singleElement()
                .satisfies(deployment -> {
                    assertThat(name(deployment)).isEqualTo("fleet-calico-fleet-planner");
                    assertThat(deployment.findValuesAsText("mountPath")).contains("/etc/calico-fleet/tls");
                });
    }

    @Test
    void planner_and_executor_have_a_file_of_passkeys_each() {
        List<JsonNode> objects = Golden.documents(new Helm(CHART)
                .template()
                .withName("fleet")
                .withKubeVersion("v1.21.0")
                .set("kafka.bootstrapServers", "kafka:9092")
                .set("signing.enabled", false)
                .set("planner.access.tokenSecret", "people")
                .set("planner.passkeysConfigMap", TRUSTED_KEYS)
                .set("executor.passkeysConfigMap", TRUSTED_KEYS)
                .call());
        for (String[] expected :
                new String[][] {{"planner", "planner.access.passkeys"}, {"executor", "executor.passkeys"}}) {
            String name = "fleet-calico-fleet-" + expected[0];
            assertThat(ofKind(objects, "ConfigMap"))
                    .filteredOn(settings -> name(settings).equals(name))
                    .singleElement()
                    .satisfies(settings -> assertThat(
                                    settings.at("/data/application.properties").asText())
                            .contains(expected[1] + "=/etc/calico-fleet/passkeys/passkeys.yaml\n"));
            assertThat(ofKind(objects, "Deployment"))
                    .filteredOn(deployment -> name(deployment).equals(name))
                    .singleElement()
                    .satisfies(deployment -> {
                        JsonNode pod = deployment.at("/spec/template/spec");
                        assertThat(pod.path("volumes").findValues("configMap").toString())
                                .contains("\"name\":\"" + TRUSTED_KEYS + "\"");
                        assertMountsHaveVolumes(pod.path("containers").get(0), pod, objects);
                    });
        }
    }

    @Test
    void a_misspelt_value_is_refused() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("fleet")
                        .withKubeVersion("v1.21.0")
                        .set("kafka.bootstrapServers", "kafka:9092")
                        .set("planner.replica", 3)
                        .call())
                .hasMessageContaining("replica");
    }

    @Test
    void integrations_that_have_nothing_to_do_are_refused() {
        assertThatThrownBy(() -> chart().set("integrations.enabled", true).call())
                .hasMessageContaining("integrations.webhooks.secret is required");
    }

    @Test
    void slack_alone_is_something_to_do() {
        assertThat(chart().set("integrations.enabled", true)
                        .set("integrations.slack.secret", "fleet-slack")
                        .call())
                .contains("integrations.slack.file=/etc/calico-fleet/slack/slack.yaml", "secretName: fleet-slack")
                .doesNotContain("webhooks.yaml");
    }

    @Test
    void each_chat_is_something_to_do_and_has_its_file() {
        for (String chat : List.of("mattermost", "teams")) {
            assertThat(chart().set("integrations.enabled", true)
                            .set("integrations." + chat + ".secret", "fleet-" + chat)
                            .call())
                    .contains(
                            "integrations." + chat + ".file=/etc/calico-fleet/" + chat + "/" + chat + ".yaml",
                            "mountPath: /etc/calico-fleet/" + chat,
                            "secretName: fleet-" + chat)
                    .doesNotContain("webhooks.yaml", "slack.yaml");
        }
    }

    @Test
    void every_service_is_in_the_chart() {
        List<JsonNode> objects = Golden.documents(render(CASES.resolve("fleet/values.yaml")));

        assertThat(Services.all()).allSatisfy(service -> {
            for (String kind : List.of(
                    "ConfigMap",
                    "ServiceAccount",
                    "Service",
                    "Deployment",
                    "PodDisruptionBudget",
                    "NetworkPolicy",
                    "ServiceMonitor")) {
                assertThat(ofKind(objects, kind))
                        .as("%s of %s", kind, service)
                        .extracting(ChartTest::name)
                        .contains("fleet-calico-fleet-" + service);
            }
            assertThat(Files.readString(CHART.resolve("README.md")))
                    .as("README of the chart on %s", service)
                    .contains(service);
        });
        assertThat(ofKind(objects, "Deployment")).hasSameSizeAs(Services.all().toList());
    }

    @Test
    void the_dashboards_come_as_they_are() throws IOException {
        String rendered = chart().set("metrics.dashboards.enabled", true).call();

        JsonNode map = ofKind(Golden.documents(rendered), "ConfigMap").stream()
                .filter(object -> name(object).endsWith("-dashboards"))
                .findFirst()
                .orElseThrow();
        assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        for (String name : List.of("fleet.json", "services.json", "campaign.json")) {
            assertThat(Golden.YAML.readTree(map.path("data").path(name).asText()))
                    .isEqualTo(Golden.YAML.readTree(
                            CHART.resolve("files/dashboards").resolve(name).toFile()));
        }
    }

    /** With the least it needs. */
    private static TemplateCommand chart() {
        return new Helm(CHART)
                .template()
                .withName("fleet")
                .withKubeVersion("v1.21.0")
                .set("kafka.bootstrapServers", "kafka:9092")
                .set("signing.enabled", false)
                .set("planner.access.tokenSecret", "people");
    }

    @Test
    void every_value_says_in_the_schema_what_it_is_for() throws IOException {
        JsonNode schema =
                Golden.YAML.readTree(CHART.resolve("values.schema.json").toFile());
        List<String> without = new ArrayList<>();
        undescribed(schema, schema, "", without);

        assertThat(without).isEmpty();
        assertThat(Golden.YAML.readTree(CHART.resolve("values.yaml").toFile()).properties().stream()
                        .map(Map.Entry::getKey))
                .allMatch(schema.path("properties")::has);
    }

    private static void undescribed(JsonNode schema, JsonNode value, String path, List<String> without) {
        value.path("properties").properties().forEach(property -> {
            String name = path + "." + property.getKey();
            JsonNode found = property.getValue().has("$ref")
                    ? schema.at(property.getValue().path("$ref").asText().substring(1))
                    : property.getValue();
            if (found.path("description").asText().isEmpty()) {
                without.add(name);
            }
            undescribed(schema, found, name, without);
        });
    }

    static String render(Path values) {
        return new Helm(CHART)
                .template()
                .withName("fleet")
                .withKubeVersion("v1.21.0")
                .withNamespace("calico-fleet")
                .withValuesFile(values)
                .call();
    }

    static Stream<Path> cases() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> all = Files.list(CASES)) {
            all.filter(Files::isDirectory).sorted().forEach(folders::add);
        }
        assertThat(folders).isNotEmpty();
        return folders.stream();
    }

    private static List<JsonNode> ofKind(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static void assertSelects(JsonNode selector, JsonNode labels) {
        assertThat(selector.isObject() && !selector.isEmpty()).isTrue();
        selector.properties()
                .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
    }

    /** A token that nothing uses is only good for others; without one, the rights of an account are none. */
    private static void assertTokenOnlyWhereItIsOfUse(JsonNode pod, List<JsonNode> objects) {
        boolean hasRights = ofKind(objects, "RoleBinding").stream()
                .anyMatch(binding -> binding.at("/subjects/0/name").equals(pod.path("serviceAccountName")));
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isEqualTo(hasRights);
    }

    /** What the restricted profile of the Pod Security Standards asks for. */
    private static void assertRestricted(JsonNode pod) {
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("containers")).allSatisfy(container -> {
            JsonNode context = container.path("securityContext");
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        });
    }

    private static void assertMountsHaveVolumes(JsonNode container, JsonNode pod, List<JsonNode> objects) {
        List<String> volumes = new ArrayList<>();
        pod.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        List<String> mounts = new ArrayList<>();
        container
                .path("volumeMounts")
                .forEach(mount -> mounts.add(mount.path("name").asText()));
        assertThat(mounts).containsExactlyInAnyOrderElementsOf(volumes);
        pod.findValues("configMap").stream()
                .filter(map -> !GIVEN.contains(map.path("name").asText()))
                .forEach(map -> assertThat(ofKind(objects, "ConfigMap"))
                        .as("ConfigMap %s", map.path("name").asText())
                        .anyMatch(object -> name(object).equals(map.path("name").asText())));
        List<String> accounts =
                ofKind(objects, "ServiceAccount").stream().map(ChartTest::name).toList();
        assertThat(accounts.isEmpty()
                        || accounts.contains(pod.path("serviceAccountName").asText()))
                .isTrue();
    }
}
