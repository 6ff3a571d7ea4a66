package io.calicofleet.simulator.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What an API server answers, by the case files in {@code conformance/}: the simulated one of several versions, and the
 * real ones whose kubeconfigs are in the directory CALICO_FLEET_IT_KUBECONFIGS names. Each topic has a namespace, names and
 * definitions of its own, which are gone afterwards. A case for other versions of Kubernetes than that of the server is
 * left out.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class ConformanceIT {

    private static final String KUBECONFIGS = "CALICO_FLEET_IT_KUBECONFIGS";
    private static final List<String> TOPICS = List.of(
            "create",
            "update",
            "patch",
            "apply",
            "list",
            "watch",
            "metadata",
            "workloads",
            "pods",
            "decoding",
            "objects",
            "refusals",
            "rbac",
            "definitions",
            "custom-objects",
            "status-and-scale",
            "deletion",
            "namespaces",
            "discovery",
            "words",
            "tables");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    /** A simulated server of one version; the versions run side by side. */
    @Execution(ExecutionMode.CONCURRENT)
    private abstract static class Simulated {

        private final String version;
        private final List<AutoCloseable> opened = new ArrayList<>();

        Simulated(String version) {
            this.version = version;
        }

        @AfterEach
        void close() throws Exception {
            for (AutoCloseable each : opened.reversed()) {
                each.close();
            }
        }

        /** The cases of a version come one after the other. */
        @TestFactory
        @Execution(ExecutionMode.SAME_THREAD)
        Stream<DynamicNode> the_simulator_answers_as_Kubernetes_does() {
            Simulator simulator = Simulator.start(SimulatorOptions.quick());
            opened.add(simulator);
            var cluster = simulator.addCluster(
                    ClusterTemplate.named(version.replace('.', '-')).withKubernetes(version));
            Api api = new Api(cluster.kubeconfig());
            opened.add(api);
            return topics(api);
        }
    }

    @Nested
    class Kubernetes_1_16 extends Simulated {
        Kubernetes_1_16() {
            super("v1.16.15");
        }
    }

    @Nested
    class Kubernetes_1_21 extends Simulated {
        Kubernetes_1_21() {
            super("v1.21.14");
        }
    }

    @Nested
    class Kubernetes_1_28 extends Simulated {
        Kubernetes_1_28() {
            super("v1.28.15");
        }
    }

    @Nested
    class Kubernetes_1_34 extends Simulated {
        Kubernetes_1_34() {
            super("v1.34.1");
        }
    }

    @TestFactory
    Stream<DynamicNode> a_given_server_answers_so() throws IOException {
        String given = System.getenv(KUBECONFIGS);
        assumeTrue(given != null, "skipped: " + KUBECONFIGS + " names no directory of kubeconfigs");
        try (Stream<Path> files = Files.list(Path.of(requireNonNull(given)))) {
            List<Path> kubeconfigs = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("clusters.yaml"))
                    .sorted()
                    .toList();
            assertThat(kubeconfigs).as("kubeconfigs in " + given).isNotEmpty();
            return kubeconfigs.stream().map(file -> {
                Api api = new Api(read(file));
                opened.add(api);
                return DynamicContainer.dynamicContainer(file.getFileName().toString(), topics(api));
            });
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<DynamicNode> topics(Api api) {
        int minor = api.minor();
        return TOPICS.stream().map(topic -> new Topic(api, minor, topic).tests());
    }

    /** One case file against one server. */
    private static final class Topic {

        private final Api api;
        private final int minor;
        private final String name;
        private final Map<String, String> variables = new HashMap<>();

        Topic(Api api, int minor, String name) {
            this.api = api;
            this.minor = minor;
            this.name = name;
            String id = "c" + UUID.randomUUID().toString().substring(0, 8);
            variables.put("id", id);
            variables.put("ns", "conformance-" + id);
            variables.put("core", "/api/v1/namespaces/conformance-" + id);
            variables.put("apps", "/apis/apps/v1/namespaces/conformance-" + id);
            variables.put("batch", "/apis/batch/v1/namespaces/conformance-" + id);
            variables.put("rbac", "/apis/rbac.authorization.k8s.io/v1");
            variables.put("crds", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
            variables.put("group", id + ".example.com");
            variables.put("widgets", "/apis/" + id + ".example.com/v1/namespaces/conformance-" + id + "/widgets");
        }

        DynamicNode tests() {
            List<DynamicTest> tests = new ArrayList<>();
            tests.add(DynamicTest.dynamicTest("its namespace is there", this::begin));
            for (JsonNode each : Json.yamlDocuments(file()).get(0).path("cases")) {
                int since = each.path("since").asInt(0);
                int until = each.path("until").asInt(99);
                if (minor >= since && minor <= until) {
                    tests.add(DynamicTest.dynamicTest(each.path("case").asText(), () -> run(each)));
                }
            }
            tests.add(DynamicTest.dynamicTest("nothing of it is left", this::end));
            return DynamicContainer.dynamicContainer(name, tests);
        }

        private String file() {
            try (var in = ConformanceIT.class.getResourceAsStream("/conformance/" + name + ".yaml")) {
                return new String(requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Api.Answer send(String method, String path, String body) {
            return api.send(new Api.Call(method, fill(path), "application/json", "", "", fill(body)));
        }

        private void begin() {
            assertThat(send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"{ns}\"}}")
                            .code())
                    .isEqualTo(201);
            await().atMost(PATIENCE)
                    .until(() -> send("GET", "{core}/serviceaccounts", "").code() == 200);
        }

        /** Also when a case has failed. */
        private void end() {
            for (String made : List.of(
                    "{crds}/widgets.{group}",
                    "{rbac}/clusterroles/{id}",
                    "{rbac}/clusterrolebindings/{id}",
                    "/api/v1/namespaces/{ns}")) {
                send("DELETE", made, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\"}");
            }
            await().atMost(PATIENCE)
                    .until(() -> send("GET", "/api/v1/namespaces/{ns}", "").code() == 404);
        }

        private String fill(String text) {
            String filled = text;
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
            }
            return filled;
        }

        private void run(JsonNode each) {
            for (JsonNode spec : each.path("steps")) {
                Step step = new Step(spec, this::fill);
                if (step.eventually()) {
                    await(step.toString()).atMost(PATIENCE).untilAsserted(() -> answer(step));
                } else {
                    answer(step);
                }
            }
        }

        private void answer(Step step) {
            Api.Answer answer = api.send(step.call());
            step.check(answer);
            step.saved()
                    .properties()
                    .forEach(variable -> variables.put(
                            variable.getKey(),
                            answer.body().at(variable.getValue().asText()).asText()));
        }
    }
}
