package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** An API server takes every object of the chart, and knows every field of it. It is the simulated one, which is held to real ones. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChartObjectsTest {

    private static final String NAMESPACE = "calico-fleet";
    private static final Simulator SIMULATOR =
            Simulator.start(SimulatorOptions.quick().withTls(false).withTrafficMillis(0));
    private static final SimulatedCluster CLUSTER =
            SIMULATOR.addCluster(ClusterTemplate.named("hub").withKubernetes("v1.29.4"));
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @AfterAll
    static void stop() {
        HTTP.close();
        SIMULATOR.close();
    }

    static {
        for (String namespace : List.of(NAMESPACE, "argocd", "argocd-us", "capi-clusters")) {
            CLUSTER.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        }
    }

    @TestFactory
    Stream<DynamicTest> each_object_is_taken() throws IOException {
        return ChartTest.cases()
                .flatMap(folder -> Golden.documents(ChartTest.render(folder.resolve("values.yaml"))).stream()
                        // Kinds that are not built in: what they have to select is in ChartTest, and promtool reads the
                        // rules.
                        .filter(object -> !object.path("apiVersion").asText().startsWith("monitoring.coreos.com/"))
                        .map(object -> DynamicTest.dynamicTest(
                                folder.getFileName() + " " + object.path("kind").asText() + " "
                                        + object.at("/metadata/name").asText(),
                                () -> {
                                    HttpResponse<String> answer = rehearse(object);
                                    assertThat(answer.statusCode())
                                            .as(answer.body())
                                            .isEqualTo(201);
                                })));
    }

    @Test
    void a_field_that_is_misspelt_would_be_seen() throws IOException, InterruptedException {
        ObjectNode budget = (ObjectNode) Golden.documents(
                        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {maxUnavailabel: 1}}")
                .getFirst();

        assertThat(rehearse(budget).body()).contains("unknown field").contains("maxUnavailabel");
    }

    private static HttpResponse<String> rehearse(JsonNode object) throws IOException, InterruptedException {
        String version = object.path("apiVersion").asText();
        String plural = (object.path("kind").asText().toLowerCase(Locale.ROOT) + "s").replace("ys", "ies");
        URI uri = URI.create(CLUSTER.address() + (version.contains("/") ? "/apis/" : "/api/") + version + "/namespaces/"
                + object.at("/metadata/namespace").asText(NAMESPACE) + "/" + plural
                + "?dryRun=All&fieldValidation=Strict");
        return HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(object.toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String token() {
        return Golden.documents(CLUSTER.kubeconfig())
                .getFirst()
                .at("/users/0/user/token")
                .asText();
    }
}
