package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.TestClient.Result;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Validating webhooks of services nobody answers for. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebhooksIT {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP = "{metadata: {name: m}}";
    private static final String SERVICE = """
            {apiVersion: v1, kind: Namespace, metadata: {name: hooks}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: guard, namespace: hooks}
            spec: {selector: {app: guard}, ports: [{port: 443}]}
            """;

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c"));
    private TestClient client = new TestClient(cluster);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_write_is_answered_500_where_the_service_is_not_there_and_where_it_has_no_endpoints() {
        webhook("failurePolicy: Fail", "configmaps");

        Result missing = client.post(MAPS, MAP);
        assertThat(missing.code()).isEqualTo(500);
        assertThat(missing.body().path("reason").asText()).isEqualTo("InternalError");
        assertThat(missing.body().path("message").asText())
                .isEqualTo("Internal error occurred: failed calling webhook \"guard.example.com\": Post"
                        + " \"https://guard.hooks.svc:443/validate?timeout=5s\": service \"guard\" not found");
        assertThat(missing.body().at("/details/causes/0/message").asText()).startsWith("failed calling webhook");

        cluster.apply(SERVICE);
        assertThat(client.post(MAPS, MAP).body().path("message").asText())
                .endsWith("?timeout=5s\": no endpoints available for service \"guard\"");
    }

    @Test
    void newer_releases_of_kubernetes_say_twice_that_it_failed() {
        cluster = simulator.addCluster(ClusterTemplate.named("d").withKubernetes("v1.28.4"));
        client = new TestClient(cluster);
        webhook("failurePolicy: Fail", "configmaps");

        assertThat(client.post(MAPS, MAP).body().path("message").asText())
                .contains(
                        "failed calling webhook \"guard.example.com\": failed to call webhook: Post \"https://guard.hooks");
    }

    @Test
    void updates_patches_and_deletes_are_asked_about_too_and_what_the_rules_leave_out_is_not() {
        assertThat(client.post(MAPS, MAP).code()).isEqualTo(201);
        webhook("failurePolicy: Fail", "configmaps");

        assertThat(client.merge(MAPS + "/m", "{\"data\":{\"a\":\"b\"}}").code()).isEqualTo(500);
        assertThat(client.delete(MAPS + "/m").code()).isEqualTo(500);
        assertThat(client.get(MAPS + "/m").code()).isEqualTo(200);
        assertThat(client.apply(MAPS + "/n?fieldManager=x", "{apiVersion: v1, kind: ConfigMap, metadata: {name: n}}")
                        .code())
                .isEqualTo(500);
        assertThat(client.post("/api/v1/namespaces/default/secrets", "{metadata: {name: s}}")
                        .code())
                .isEqualTo(201);
    }

    @Test
    void a_failure_policy_of_ignore_lets_writes_through() {
        webhook("failurePolicy: Ignore", "configmaps");

        assertThat(client.post(MAPS, MAP).code()).isEqualTo(201);
    }

    @Test
    void the_namespace_selector_decides_by_the_labels_of_the_namespace_and_its_name() {
        webhook(
                "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}",
                "'*'");

        assertThat(client.post("/api/v1/namespaces/kube-system/configmaps", MAP).code())
                .isEqualTo(201);
        assertThat(client.post(MAPS, MAP).code()).isEqualTo(500);
        assertThat(client.post("/api/v1/namespaces", "{metadata: {name: kube-system-2}}")
                        .code())
                .isEqualTo(500);
    }

    @Test
    void the_object_selector_decides_by_the_labels_before_and_after() {
        webhook("objectSelector: {matchLabels: {guarded: 'yes'}}", "configmaps");

        assertThat(client.post(MAPS, MAP).code()).isEqualTo(201);
        assertThat(client.merge(MAPS + "/m", "{\"metadata\":{\"labels\":{\"guarded\":\"yes\"}}}")
                        .code())
                .isEqualTo(500);
    }

    @Test
    void configurations_of_webhooks_can_always_be_changed_so_that_one_gets_out_again() {
        webhook("failurePolicy: Fail", "'*/*'");
        assertThat(client.post(MAPS, MAP).code()).isEqualTo(500);

        assertThat(client.delete("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard")
                        .code())
                .isEqualTo(200);
        assertThat(client.post(MAPS, MAP).code()).isEqualTo(201);
    }

    @Test
    void a_service_with_a_ready_pod_answers_and_without_one_no_longer() {
        cluster.apply(SERVICE);
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: guard, namespace: hooks}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: guard}}
                  template: {metadata: {labels: {app: guard}}, spec: {containers: [{name: guard, image: guard:1}]}}
                """);
        webhook("failurePolicy: Fail", "configmaps");
        await().untilAsserted(() -> assertThat(
                        client.post(MAPS, "{metadata: {generateName: m-}}").code())
                .isEqualTo(201));

        cluster.patch("apps/v1", "Deployment", "hooks", "guard", "{\"spec\":{\"replicas\":0}}");

        await().untilAsserted(() -> assertThat(
                        client.post(MAPS, "{metadata: {generateName: m-}}").code())
                .isEqualTo(500));
    }

    @Test
    void controllers_make_no_pods_either_tell_why_and_try_again() {
        webhook("failurePolicy: Fail", "pods");
        cluster.apply("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: default}
                spec:
                  selector: {matchLabels: {app: agent}}
                  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: agent, image: agent:1}]}}
                """);

        await().untilAsserted(() -> assertThat(cluster.list("v1", "Event", "default"))
                .anySatisfy(event -> {
                    assertThat(event.path("reason").asText()).isEqualTo("FailedCreate");
                    assertThat(event.path("message").asText())
                            .startsWith("Error creating: Internal error occurred: failed calling webhook");
                }));
        assertThat(pods()).isEmpty();

        cluster.delete("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "guard");

        await().untilAsserted(() -> assertThat(pods()).hasSize(3));
    }

    private List<JsonNode> pods() {
        return cluster.list("v1", "Pod", "default");
    }

    private void webhook(String more, String resources) {
        cluster.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: guard}
                webhooks:
                - name: guard.example.com
                  admissionReviewVersions: [v1]
                  sideEffects: None
                  timeoutSeconds: 5
                  clientConfig: {service: {name: guard, namespace: hooks, path: /validate}}
                  rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: [%s]}]
                  %s
                """.formatted(resources, more));
    }
}
