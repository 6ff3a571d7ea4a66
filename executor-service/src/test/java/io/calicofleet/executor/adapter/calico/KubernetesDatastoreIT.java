package io.calicofleet.executor.adapter.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.adapter.kubernetes.KubernetesApi;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapters for the Kubernetes datastore, in each form a version stores resources in. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesDatastoreIT {

    private static final String STORED = "crd.projectcalico.org/v1";
    private static final String POLICY = "GlobalNetworkPolicy";
    private static final Path RELEASE = Path.of("../cluster-simulator/src/main/releases/v3.13.4/calico.yaml");

    /** What is the same whichever API it is. */
    private abstract static class OnKubernetes extends CalicoDatastoreConformance {

        @TempDir
        private Path directory;

        final CalicoVersion version;
        SimulatedCluster cluster;
        KubernetesApi api;
        private Simulator simulator;
        private Vertx vertx;
        private KubernetesClients clients;

        OnKubernetes(String version) {
            this.version = CalicoVersion.parse(version);
        }

        abstract CalicoDatastore datastore();

        /** The cluster; its calico-node is patched to the version. */
        ClusterTemplate template() throws IOException {
            return ClusterTemplate.named("c01").withNodes(1).withManifest(Files.readString(RELEASE));
        }

        /** The API resources are stored by. */
        String storedApi() {
            return STORED;
        }

        @Override
        CalicoDatastore open() {
            try {
                simulator = Simulator.start(SimulatorOptions.quick());
                cluster = simulator.addCluster(template());
                cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                        {"spec": {"template": {"spec": {"containers": [
                          {"name": "calico-node", "image": "calico/node:%s",
                           "env": [{"name": "DATASTORE_TYPE", "value": "kubernetes"}]}]}}}}""".formatted(version));
                vertx = Vertx.vertx();
                clients = new KubernetesClients(vertx, Duration.ofSeconds(5));
                api = clients.open(Files.writeString(directory.resolve("c01.yaml"), cluster.kubeconfig()));
                return datastore();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @AfterEach
        void stop() {
            api.close();
            clients.close();
            simulator.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }

        DatastoreFinder finder() {
            return new DatastoreFinder(
                    api,
                    api,
                    (access, runs) -> {
                        throw new AssertionError("this cluster has no etcd");
                    },
                    Optional::empty);
        }

        @Override
        List<String> storedPolicies() {
            return cluster.list(storedApi(), POLICY, "").stream()
                    .map(policy -> policy.at("/metadata/name").asText())
                    .toList();
        }

        @Override
        List<String> namesOfA() {
            return version.isBefore(3, 32) ? List.of("default.a", "a") : List.of("a", "default.a");
        }

        @Override
        void storePolicyAs(String name) {
            ObjectNode policy = policy(name);
            policy.put("apiVersion", storedApi());
            cluster.create(policy);
        }
    }

    /** By crd.projectcalico.org/v1. */
    private abstract static class OnDefinitions extends OnKubernetes {

        OnDefinitions(String version) {
            super(version);
        }

        @Override
        CalicoDatastore datastore() {
            return new CrdDatastore(api, () -> version);
        }

        @Test
        void it_is_found_by_the_environment_of_calico_node() {
            assertThat(finder().find()).isInstanceOf(CrdDatastore.class);
        }

        @Test
        void profiles_and_nodes_are_made_of_kubernetes_own_objects() {
            CalicoDatastore calico = datastore();

            assertThat(calico.list(CalicoKind.PROFILE))
                    .extracting(profile -> profile.at("/metadata/name").asText())
                    .contains("projectcalico-default-allow", "kns.kube-system", "ksa.kube-system.calico-node");
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(calico.list(CalicoKind.NODE))
                            .singleElement()
                            .satisfies(node -> assertThat(
                                            node.at("/spec/bgp/ipv4Address").asText())
                                    .endsWith("/16")));
        }
    }

    @Nested
    class DefinitionsBefore328 extends OnDefinitions {
        DefinitionsBefore328() {
            super("v3.22.5");
        }

        @Test
        void a_label_is_the_objects() {
            datastore().create(endpoint("n1-all", "{env: dev}"));

            assertThat(stored().at("/metadata/labels")).hasToString("{\"env\":\"dev\"}");
            assertThat(stored().at("/metadata/annotations").isMissingNode()).isTrue();
        }

        private JsonNode stored() {
            return cluster.get(STORED, "HostEndpoint", "", "n1-all");
        }
    }

    @Nested
    class DefinitionsAt328 extends OnDefinitions {
        DefinitionsAt328() {
            super("v3.28.5");
        }

        @Test
        void a_label_is_in_the_annotation_too() {
            datastore().create(endpoint("n1-all", "{env: dev}"));

            JsonNode metadata =
                    cluster.get(STORED, "HostEndpoint", "", "n1-all").path("metadata");
            assertThat(metadata.path("labels")).hasToString("{\"env\":\"dev\"}");
            assertThat(metadata.path("annotations")
                            .path("projectcalico.org/metadata")
                            .asText())
                    .contains("\"labels\":{\"env\":\"dev\"}");
        }
    }

    @Nested
    class DefinitionsFrom329 extends OnDefinitions {
        DefinitionsFrom329() {
            super("v3.31.7");
        }
    }

    @Nested
    class DefinitionsFrom332 extends OnDefinitions {
        DefinitionsFrom332() {
            super("v3.32.1");
        }
    }

    /** By the aggregated projectcalico.org/v3. */
    private abstract static class OnApiServer extends OnKubernetes {

        OnApiServer(String version) {
            super(version);
        }

        @Override
        CalicoDatastore datastore() {
            cluster.calicoApiServer().install(version.toString());
            return new ServedDatastore(api);
        }

        @Override
        List<String> namesOfA() {
            return List.of(version.isBefore(3, 32) ? "default.a" : "a");
        }

        @Test
        void it_is_used_as_long_as_it_is_available() {
            assertThat(finder().find()).isInstanceOf(ServedDatastore.class);
            CalicoDatastore served = finder().find();
            cluster.calicoApiServer().setAvailable(false);

            assertThat(finder().find()).isInstanceOf(CrdDatastore.class);
            ClusterException thrown =
                    catchThrowableOfType(ClusterException.class, () -> served.list(CalicoKind.HOST_ENDPOINT));
            assertThat(thrown.problem()).isEqualTo(Problem.UNAVAILABLE);
        }
    }

    @Nested
    class ApiServerBefore328 extends OnApiServer {
        ApiServerBefore328() {
            super("v3.22.5");
        }
    }

    @Nested
    class ApiServerAt3293WhichShowsPrefixes extends OnApiServer {
        ApiServerAt3293WhichShowsPrefixes() {
            super("v3.29.3");
        }
    }

    @Nested
    class ApiServerFrom329 extends OnApiServer {
        ApiServerFrom329() {
            super("v3.31.7");
        }
    }

    @Nested
    class ApiServerFrom332 extends OnApiServer {
        ApiServerFrom332() {
            super("v3.32.1");
        }
    }

    /**
     * By projectcalico.org/v3 served by definitions, without Calico's API server. Policies are stored as they are
     * called, and admission gives them a tier and its label.
     */
    @Nested
    class NativeDefinitionsFrom332 extends OnKubernetes {
        NativeDefinitionsFrom332() {
            super("v3.32.1");
        }

        @Override
        ClusterTemplate template() {
            return NativeDefinitions.template("c01", version);
        }

        @Override
        CalicoDatastore datastore() {
            return new ServedDatastore(api);
        }

        @Override
        String storedApi() {
            return "projectcalico.org/v3";
        }

        @Override
        List<String> namesOfA() {
            return List.of("a");
        }

        @Test
        void it_is_found_by_the_api_service_without_a_service() {
            assertThat(cluster.get("apiregistration.k8s.io/v1", "APIService", "", "v3.projectcalico.org")
                            .path("spec")
                            .has("service"))
                    .isFalse();
            assertThat(finder().find()).isInstanceOf(ServedDatastore.class);
            assertThat(finder().find().find(CalicoKind.HOST_ENDPOINT, "none")).isEmpty();
        }

        @Test
        void definitions_of_before_decide_until_calico_node_is_told_otherwise() {
            cluster.apply(NativeDefinitions.ofBefore());

            assertThat(finder().find()).isInstanceOf(CrdDatastore.class);

            NativeDefinitions.tellCalicoNode(cluster, "projectcalico.org/v3");
            assertThat(finder().find()).isInstanceOf(ServedDatastore.class);
            NativeDefinitions.tellCalicoNode(cluster, "crd.projectcalico.org/v1");
            assertThat(finder().find()).isInstanceOf(CrdDatastore.class);
        }

        @Test
        void labels_are_plain_and_those_admission_adds_to_a_policy_stay() {
            CalicoDatastore calico = datastore();
            calico.create(endpoint("n1-all", "{env: dev}"));
            ObjectNode policy = calico.create(policy("a"));

            JsonNode stored = cluster.get("projectcalico.org/v3", "HostEndpoint", "", "n1-all");
            assertThat(stored.at("/metadata/labels")).hasToString("{\"env\":\"dev\"}");
            assertThat(stored.at("/metadata/annotations").isMissingNode()).isTrue();
            assertThat(policy.at("/metadata/labels")).hasToString("{\"projectcalico.org/tier\":\"default\"}");
            assertThat(policy.at("/spec/tier").asText()).isEqualTo("default");
            policy.withObject("/spec").put("selector", "has(b)");
            assertThat(calico.replace(policy).at("/metadata/labels")).isNotEmpty();
        }
    }
}
