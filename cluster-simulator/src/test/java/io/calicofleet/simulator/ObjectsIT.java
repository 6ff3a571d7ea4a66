package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ObjectsIT {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP = "{metadata: {name: m, labels: {a: b}}, data: {k: v}}";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c"));
    private final TestClient client = new TestClient(cluster);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Nested
    class Writes {
        @Test
        void gives_uid_time_and_version_and_refuses_the_name_again() {
            JsonNode made = client.post(MAPS, MAP).body();
            assertThat(made.at("/metadata/uid").asText()).isNotEmpty();
            assertThat(made.at("/metadata/creationTimestamp").asText()).isNotEmpty();
            assertThat(client.post(MAPS, MAP).code()).isEqualTo(409);
            assertThat(client.post(MAPS, MAP).body().at("/reason").asText()).isEqualTo("AlreadyExists");
        }

        @Test
        void answers_404_with_details() {
            var missing = client.get(MAPS + "/nothing");
            assertThat(missing.code()).isEqualTo(404);
            assertThat(missing.body().at("/message").asText()).isEqualTo("configmaps \"nothing\" not found");
            assertThat(client.post("/api/v1/namespaces/gone/configmaps", MAP).code())
                    .isEqualTo(404);
            assertThat(client.get("/apis/nothing/v1/things").code()).isEqualTo(404);
        }

        @Test
        void refuses_a_write_over_an_older_version() {
            JsonNode made = client.post(MAPS, MAP).body();
            assertThat(client.merge(MAPS + "/m", "{\"data\":{\"k\":\"w\"}}").code())
                    .isEqualTo(200);
            var stale = client.put(MAPS + "/m", made.toString());
            assertThat(stale.code()).isEqualTo(409);
            assertThat(stale.body().at("/reason").asText()).isEqualTo("Conflict");
            String version = made.at("/metadata/resourceVersion").asText();
            assertThat(client.merge(MAPS + "/m", "{\"metadata\":{\"resourceVersion\":\"" + version + "\"}}")
                            .code())
                    .isEqualTo(409);
        }

        @Test
        void a_pod_on_a_node_that_is_not_there_goes_when_it_is_deleted() {
            String pods = "/api/v1/namespaces/default/pods";
            client.post(pods, """
                    metadata: {name: p}
                    spec: {nodeName: absent, containers: [{name: c, image: i}]}
                    """);
            assertThat(client.delete(pods + "/p").code()).isEqualTo(200);
            await().until(() -> client.get(pods + "/p").code() == 404);
        }

        @Test
        void a_write_that_changes_nothing_keeps_the_version() {
            String before = client.post(MAPS, MAP)
                    .body()
                    .at("/metadata/resourceVersion")
                    .asText();
            assertThat(client.merge(MAPS + "/m", "{\"data\":{\"k\":\"v\"}}")
                            .body()
                            .at("/metadata/resourceVersion")
                            .asText())
                    .isEqualTo(before);
        }

        @Test
        void a_dry_run_stores_nothing() {
            assertThat(client.post(MAPS + "?dryRun=All", MAP).code()).isEqualTo(201);
            assertThat(client.get(MAPS + "/m").code()).isEqualTo(404);
            assertThat(cluster.audit()).last().satisfies(entry -> {
                assertThat(entry.dryRun()).isTrue();
                assertThat(entry.verb()).isEqualTo("create");
                assertThat(entry.resource()).isEqualTo("configmaps");
                assertThat(entry.name()).isEqualTo("m");
                assertThat(entry.userAgent()).isEqualTo("test/1");
            });
        }

        @Test
        void refuses_labels_that_are_none() {
            var refused = client.post(MAPS, "{metadata: {name: m, labels: {a: ' '}}}");
            assertThat(refused.code()).isEqualTo(422);
            assertThat(refused.body().at("/details/causes/0/field").asText()).isEqualTo("metadata.labels");
        }

        @Test
        void secrets_encode_string_data() {
            JsonNode made = client.post(
                            "/api/v1/namespaces/default/secrets", "{metadata: {name: s}, stringData: {a: hello}}")
                    .body();
            assertThat(made.at("/data/a").asText()).isEqualTo("aGVsbG8=");
            assertThat(made.has("stringData")).isFalse();
        }
    }

    @Nested
    class Generations {
        @Test
        void count_changes_of_the_spec_only() {
            String path = "/apis/apps/v1/namespaces/default/deployments";
            client.post(path, """
                    metadata: {name: d}
                    spec:
                      selector: {matchLabels: {a: b}}
                      template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
                    """);
            assertThat(client.merge(path + "/d", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}")
                            .body()
                            .at("/metadata/generation")
                            .asInt())
                    .isEqualTo(1);
            assertThat(client.merge(path + "/d", "{\"spec\":{\"paused\":true}}")
                            .body()
                            .at("/metadata/generation")
                            .asInt())
                    .isEqualTo(2);
            assertThat(client.merge(path + "/d", "{\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"c\"}}}}")
                            .code())
                    .isEqualTo(422);
        }

        @Test
        void a_live_workload_has_the_defaults() {
            JsonNode made = client.post("/apis/apps/v1/namespaces/default/daemonsets", """
                    metadata: {name: d}
                    spec:
                      selector: {matchLabels: {a: b}}
                      template:
                        metadata: {labels: {a: b}}
                        spec:
                          containers:
                            - {name: c, image: i, resources: {requests: {cpu: 0.25}}, env: [{name: N, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}
                          volumes: [{name: v, hostPath: {path: /v}}]
                    """)
                    .body();
            JsonNode container = made.at("/spec/template/spec/containers/0");
            assertThat(container.path("imagePullPolicy").asText()).isEqualTo("Always");
            assertThat(container.path("terminationMessagePath").asText()).isEqualTo("/dev/termination-log");
            assertThat(container.at("/env/0/valueFrom/fieldRef/apiVersion").asText())
                    .isEqualTo("v1");
            assertThat(container.at("/resources/requests/cpu").asText()).isEqualTo("250m");
            assertThat(made.at("/spec/template/spec/volumes/0/hostPath").has("type"))
                    .isTrue();
            assertThat(made.at("/spec/template/spec/dnsPolicy").asText()).isEqualTo("ClusterFirst");
            assertThat(made.at("/spec/updateStrategy/rollingUpdate/maxUnavailable")
                            .asInt())
                    .isEqualTo(1);
            assertThat(made.at("/spec/revisionHistoryLimit").asInt()).isEqualTo(10);
        }
    }

    @Nested
    class Lists {
        @Test
        void select_by_labels_and_fields_and_come_in_pages() {
            for (int i = 0; i < 5; i++) {
                client.post(MAPS, "{metadata: {name: m" + i + ", labels: {n: '" + i + "'}}}");
            }
            assertThat(client.get(MAPS + "?labelSelector=n%20in%20(1,2),n!=2")
                            .body()
                            .at("/items"))
                    .hasSize(1);
            assertThat(client.get(MAPS + "?fieldSelector=metadata.name%3Dm3")
                            .body()
                            .at("/items"))
                    .hasSize(1);
            JsonNode page = client.get(MAPS + "?limit=3").body();
            assertThat(page.at("/items")).hasSize(3);
            JsonNode rest = client.get(MAPS + "?limit=3&continue="
                            + page.at("/metadata/continue").asText())
                    .body();
            assertThat(rest.at("/items").findValuesAsText("name")).contains("m3", "m4");
            assertThat(rest.at("/metadata/continue").asText()).isEmpty();
        }
    }

    @Nested
    class Watches {
        @Test
        void go_on_from_a_version_and_see_what_leaves_the_selection() {
            JsonNode made = client.post(MAPS, MAP).body();
            String version = made.at("/metadata/resourceVersion").asText();
            client.merge(MAPS + "/m", "{\"data\":{\"k\":\"w\"}}");
            client.merge(MAPS + "/m", "{\"metadata\":{\"labels\":{\"a\":\"c\"}}}");
            client.delete(MAPS + "/m");
            var events = client.watch(MAPS + "?watch=true&labelSelector=a%3Db&resourceVersion=" + version, 2);
            assertThat(events).extracting(e -> e.path("type").asText()).containsExactly("MODIFIED", "DELETED");
        }

        @Test
        void answer_410_for_what_is_forgotten() {
            client.post(MAPS, MAP);
            client.merge(MAPS + "/m", "{\"data\":{\"k\":\"w\"}}");
            cluster.faults().compact();
            var events = client.watch(MAPS + "?watch=true&resourceVersion=1", 1);
            assertThat(events.get(0).path("type").asText()).isEqualTo("ERROR");
            assertThat(events.get(0).at("/object/code").asInt()).isEqualTo(410);
        }
    }

    @Nested
    class ServerSideApply {
        private static final String PATH = MAPS + "/m?fieldManager=";

        @Test
        void creates_removes_what_its_owner_drops_and_refuses_what_others_own() {
            assertThat(client.apply(
                                    PATH + "one",
                                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: '1', b: '1'}}")
                            .code())
                    .isEqualTo(201);
            var conflict = client.apply(
                    PATH + "two", "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: '2'}}");
            assertThat(conflict.code()).isEqualTo(409);
            assertThat(conflict.body().at("/message").asText())
                    .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.a");
            assertThat(client.apply(
                                    PATH + "two&force=true",
                                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: '2'}}")
                            .code())
                    .isEqualTo(200);
            JsonNode now = client.apply(
                            PATH + "one", "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {c: '1'}}")
                    .body();
            assertThat(now.path("data").toString()).isEqualTo("{\"a\":\"2\",\"c\":\"1\"}");
        }

        @Test
        void meets_the_owner_of_an_update() {
            client.post(MAPS + "?fieldManager=editor", MAP);
            var conflict = client.apply(
                    PATH + "one", "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: other}}");
            assertThat(conflict.body().at("/message").asText()).contains("conflict with \"editor\" using v1: .data.k");
        }

        @Test
        void merges_lists_by_their_keys() {
            String path = "/apis/apps/v1/namespaces/default/deployments/d?fieldManager=";
            String one = """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: d}
                    spec:
                      selector: {matchLabels: {a: b}}
                      template:
                        metadata: {labels: {a: b}}
                        spec: {containers: [{name: c, image: i, env: [{name: X, value: '1'}, {name: Y, value: '1'}]}]}
                    """;
            client.apply(path + "one", one);
            client.apply(path + "two", """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: d}
                    spec: {template: {spec: {containers: [{name: c, env: [{name: Z, value: '2'}]}]}}}
                    """);
            JsonNode now = client.apply(path + "one", one.replace(", {name: Y, value: '1'}", ""))
                    .body();
            assertThat(now.at("/spec/template/spec/containers/0/env").findValuesAsText("name"))
                    .containsExactlyInAnyOrder("X", "Z");
        }
    }
}
