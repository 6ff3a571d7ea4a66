package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.Listing;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.engine.Cluster;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A management cluster and clusters it knows of, all of them simulated API servers over HTTPS; the account has the rights of {@code deploy/sources}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SourcesIT {

    private static final Path RIGHTS = Path.of("../deploy/sources");
    private static final ClusterId EU = ClusterId.of("eu-1");

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(
            vertx, Duration.ofSeconds(5), kubeconfig -> HelmEngine.NONE, "it", Set.of("secretreader"));
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Fleet fleet = new Fleet(
            clients,
            Duration.ofSeconds(15),
            InstantSource.system(),
            served -> events.add(served.id() + " appeared " + new TreeMap<>(served.labels())),
            gone -> events.add(gone + " gone"),
            (id, labels, problem) -> events.add(id + " unusable " + labels + " " + problem));
    private Simulator simulator;
    private SimulatedCluster management;
    private SimulatedCluster eu;
    private SimulatedCluster us;
    private Account account;
    private Sources sources;

    @BeforeEach
    void start() throws IOException {
        simulator = Simulator.start(SimulatorOptions.quick());
        management = simulator.addCluster(ClusterTemplate.named("management"));
        eu = simulator.addCluster(ClusterTemplate.named("eu"));
        us = simulator.addCluster(ClusterTemplate.named("us"));
        for (String namespace : List.of("argocd", "capi-clusters", "fleet", "calico-fleet")) {
            management.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        }
        for (String source : List.of("argo-cd", "cluster-api", "cluster-profiles")) {
            management.apply(Files.readString(RIGHTS.resolve(source + ".yaml")));
        }
        account = management.account("calico-fleet", "calico-fleet-executor");
    }

    @AfterEach
    void stop() throws IOException {
        fleet.close();
        if (sources != null) {
            sources.close();
            assertThat(sources.beside(Listing.NOTHING).files())
                    .as("a look that comes late")
                    .isEmpty();
            assertThat(directory.resolve("made")).as("nothing secret is left").doesNotExist();
        }
        clients.close();
        simulator.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void clusters_of_argo_cd_join_with_their_labels_and_leave_and_what_is_wrong_is_named_and_keeps_nobody_out()
            throws IOException {
        argoCd("eu", "eu-1", eu, "{env: prod}");
        argoCd("us", "us-1", us, "{}");
        secret(
                "argocd",
                "aws",
                "{argocd.argoproj.io/secret-type: cluster}",
                Map.of(
                        "name",
                        "aws-1",
                        "server",
                        "https://x",
                        "config",
                        "{\"awsAuthConfig\": {\"clusterName\": \"x\"}}"));
        secret("argocd", "repository", "{argocd.argoproj.io/secret-type: repository}", Map.of("url", "https://x"));
        open("argo-cd", "argocd");
        // When
        look(Listing.NOTHING);
        // Then
        assertThat(events)
                .contains("eu-1 appeared {env=prod}", "us-1 appeared {}")
                .anyMatch(event -> event.startsWith("aws-1 unusable {} Secret argocd/aws: it has awsAuthConfig"))
                .hasSize(3);
        assertThat(fleet.problems()).containsOnlyKeys("Secret argocd/aws");
        assertThat(fleet.problem(ClusterId.of("aws-1"))).isPresent();
        assertThat(fleet.complete()).isTrue();
        assertThat(fleet.find(EU).orElseThrow().api().version()).isEqualTo("v1.21.14");
        try (Stream<Path> made = Files.list(directory.resolve("made"))) {
            assertThat(made)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        // When
        events.clear();
        look(Listing.NOTHING);
        assertThat(events).as("nothing changed").isEmpty();
        argoCd("eu", "eu-1", eu, "{env: test}");
        management.delete("v1", "Secret", "argocd", "us");
        management.delete("v1", "Secret", "argocd", "aws");
        look(Listing.NOTHING);
        // Then
        assertThat(events).containsExactlyInAnyOrder("eu-1 appeared {env=test}", "us-1 gone", "aws-1 gone");
        assertThat(fleet.problems()).isEmpty();
    }

    @Test
    void labels_beside_kubeconfigs_count_first_and_one_cluster_under_two_names_is_told() throws IOException {
        Path kubeconfigs = Files.createDirectory(directory.resolve("kubeconfigs"));
        Files.writeString(kubeconfigs.resolve("by-hand.yaml"), eu.kubeconfig());
        Files.writeString(kubeconfigs.resolve("us-1.yaml"), us.kubeconfig());
        Files.writeString(
                kubeconfigs.resolve("clusters.yaml"), "eu-1: {labels: {env: prod}}\nus-2: {labels: {env: prod}}\n");
        argoCd("eu", "eu-1", eu, "{env: test, region: eu}");
        argoCd("us", "us-1", us, "{}");
        open("argo-cd", "argocd");
        sources.read();
        // When
        look(new KubeconfigDirectory(kubeconfigs).list(sources.ids()));
        // Then
        assertThat(events).contains("eu-1 appeared {env=prod, region=eu}");
        assertThat(fleet.problems()).containsOnlyKeys("Secret argocd/us", "clusters.yaml, us-2");
        Cluster byHand = fleet.find(ClusterId.of("by-hand")).orElseThrow();
        Cluster twin = fleet.find(EU).orElseThrow();
        assertThat(byHand.sameAs(byHand.api().uid(), true)).isEmpty();
        assertThat(twin.sameAs(twin.api().uid(), true)).contains(byHand.id());
    }

    @Test
    void a_step_that_runs_goes_on_with_credentials_that_were_renewed_in_the_secret() throws IOException {
        eu.apply("""
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: everything},
                 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin},
                 subjects: [{kind: ServiceAccount, namespace: kube-system, name: argocd}]}
                """);
        Account old = eu.account("kube-system", "argocd");
        argoCd("eu", "eu-1", eu.kubeconfig(old), "{}");
        open("argo-cd", "argocd");
        look(Listing.NOTHING);
        Cluster inUse = fleet.find(EU).orElseThrow();
        assertThat(inUse.api().version()).isEqualTo("v1.21.14");
        // When
        eu.revoke(old);
        argoCd("eu", "eu-1", eu.kubeconfig(eu.account("kube-system", "argocd")), "{}");
        look(Listing.NOTHING);
        // Then
        assertThat(inUse.api().version()).isEqualTo("v1.21.14");
    }

    @Test
    void a_management_cluster_that_does_not_answer_takes_no_cluster_away_and_until_it_did_nobody_says_there_is_none()
            throws IOException {
        argoCd("eu", "eu-1", eu, "{}");
        open("argo-cd", "argocd");
        Files.delete(directory.resolve("management.yaml"));
        look(Listing.NOTHING);
        assertThat(fleet.problems().get("Argo CD in namespace argocd"))
                .contains("the management cluster cannot be asked: its kubeconfig", "is not there");
        Files.writeString(directory.resolve("management.yaml"), management.kubeconfig(account));
        management.faults().apiDown(true);
        look(Listing.NOTHING);
        assertThat(fleet.complete()).isFalse();
        assertThat(fleet.problems()).containsOnlyKeys("Argo CD in namespace argocd");
        // When
        management.faults().apiDown(false);
        look(Listing.NOTHING);
        assertThat(fleet.find(EU)).isPresent();
        assertThat(fleet.complete()).isTrue();
        management.revoke(account);
        look(Listing.NOTHING);
        // Then
        assertThat(fleet.find(EU)).isPresent();
        assertThat(fleet.problems().get("Argo CD in namespace argocd")).contains("what was read last counts");
        // When
        Files.writeString(
                directory.resolve("management.yaml"),
                management.kubeconfig(management.account("calico-fleet", "calico-fleet-executor")));
        management.delete("v1", "Secret", "argocd", "eu");
        look(Listing.NOTHING);
        // Then
        assertThat(fleet.find(EU)).isEmpty();
        assertThat(fleet.problems()).isEmpty();
    }

    @Test
    void clusters_of_cluster_api_come_with_the_labels_of_their_cluster_and_of_the_secret_where_that_may_not_be_read()
            throws IOException {
        management.apply(definition("cluster.x-k8s.io", "v1beta1", "Cluster", "clusters"));
        management.apply("{apiVersion: cluster.x-k8s.io/v1beta1, kind: Cluster,"
                + " metadata: {name: eu-1, namespace: capi-clusters, labels: {env: prod}}}");
        String label = "{cluster.x-k8s.io/cluster-name: eu-1}";
        secret("capi-clusters", "eu-1-kubeconfig", label, Map.of("value", eu.kubeconfig()));
        secret("capi-clusters", "eu-1-ca", label, Map.of("tls.key", "x"));
        open("cluster-api", "capi-clusters");
        // When
        look(Listing.NOTHING);
        // Then
        assertThat(events).containsExactly("eu-1 appeared {env=prod}");
        // When
        management.apply(Files.readString(RIGHTS.resolve("cluster-api.yaml")).replace("[clusters]", "[other]"));
        look(Listing.NOTHING);
        // Then
        assertThat(events).last().isEqualTo("eu-1 appeared {cluster.x-k8s.io/cluster-name=eu-1}");
        assertThat(fleet.problems()).isEmpty();
    }

    @Test
    void cluster_profiles_are_reached_by_the_program_of_their_provider_once_that_api_is_there() throws IOException {
        Path program = directory.resolve("secretreader");
        Files.writeString(program, """
                #!/bin/sh
                case "$KUBERNETES_EXEC_INFO" in *'"clusterName":"eu"'*) ;; *) exit 1 ;; esac
                printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}'
                """.formatted(token(eu.kubeconfig())));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path providers = directory.resolve("providers.json");
        Files.writeString(providers, """
                {"providers": [{"name": "secretreader", "execConfig": {"apiVersion": "client.authentication.k8s.io/v1",
                  "command": "%s", "provideClusterInfo": true}}]}
                """.formatted(program));
        KubernetesClients allowed = new KubernetesClients(
                vertx, Duration.ofSeconds(5), kubeconfig -> HelmEngine.NONE, "it", Set.of(program.toString()));
        Fleet ofProfiles = new Fleet(
                allowed,
                Duration.ofSeconds(15),
                InstantSource.system(),
                served -> events.add(served.id() + " appeared " + served.labels()),
                gone -> {},
                (id, labels, problem) -> {});
        sources = Sources.of(
                        new Settings(Map.of("cluster-profiles", "fleet"), directory, Optional.of(providers)),
                        file -> new ManagementCluster(allowed, file))
                .orElseThrow();
        Files.writeString(directory.resolve("management.yaml"), management.kubeconfig(account));
        sources.read();
        ofProfiles.update(sources.beside(Listing.NOTHING), sources.complete());
        assertThat(ofProfiles.problems().get("ClusterProfiles of namespace fleet"))
                .contains("serves no ClusterProfile of multicluster.x-k8s.io/v1alpha1");
        // When
        management.apply(definition("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile", "clusterprofiles"));
        JsonNode server = Json.yamlDocuments(eu.kubeconfig()).getFirst().at("/clusters/0/cluster");
        management.apply("""
                {apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ClusterProfile,
                 metadata: {name: eu-1, namespace: fleet, labels: {env: prod}},
                 spec: {clusterManager: {name: ocm}},
                 status: {accessProviders: [{name: secretreader, cluster: {server: "%s", certificate-authority-data: %s,
                   extensions: [{name: client.authentication.k8s.io/exec, extension: {clusterName: eu}}]}}]}}
                """.formatted(
                        server.path("server").asText(),
                        server.path("certificate-authority-data").asText()));
        sources.read();
        ofProfiles.update(sources.beside(Listing.NOTHING), sources.complete());
        // Then
        assertThat(ofProfiles.problems()).isEmpty();
        assertThat(events).containsExactly("eu-1 appeared {env=prod}");
        assertThat(ofProfiles.find(EU).orElseThrow().api().version()).isEqualTo("v1.21.14");
        ofProfiles.close();
        allowed.close();
    }

    @Test
    void from_within_it_is_reached_by_the_service_account_whose_token_kubelet_renews() throws IOException {
        Path mounted = Files.createDirectory(directory.resolve("serviceaccount"));
        JsonNode own = Json.yamlDocuments(management.kubeconfig(account)).getFirst();
        argoCd("eu", "eu-1", eu, "{}");
        URI server = URI.create(own.at("/clusters/0/cluster/server").asText());
        Files.write(
                mounted.resolve("ca.crt"),
                Base64.getDecoder()
                        .decode(own.at("/clusters/0/cluster/certificate-authority-data")
                                .asText()));
        // Simulated API servers share a port, and are told apart by a path.
        Map<String, String> environment = Map.of(
                "KUBERNETES_SERVICE_HOST",
                server.getHost(),
                "KUBERNETES_SERVICE_PORT",
                server.getPort() + server.getPath());
        try (ManagementCluster within = new ManagementCluster(clients, Optional.empty(), mounted, environment)) {
            assertThatThrownBy(within::api).hasMessageContaining("executor.sources.kubeconfig is not set");
            Files.writeString(mounted.resolve("token"), token(management.kubeconfig(account)) + "\n");
            assertThat(within.api().list("v1", "Secret", "argocd", "")).hasSize(1);
            assertThat(within.api()).isSameAs(within.api());
            management.revoke(account);
            assertThatThrownBy(() -> within.api().list("v1", "Secret", "argocd", ""))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("401");
            Files.writeString(
                    mounted.resolve("token"),
                    token(management.kubeconfig(management.account("calico-fleet", "calico-fleet-executor"))));
            assertThat(within.api().list("v1", "Secret", "argocd", "")).hasSize(1);
        }
    }

    private void open(String source, String namespace) throws IOException {
        Files.writeString(directory.resolve("management.yaml"), management.kubeconfig(account));
        sources = Sources.of(
                        new Settings(Map.of(source, namespace), directory, Optional.empty()),
                        file -> new ManagementCluster(clients, file))
                .orElseThrow();
    }

    private void look(Listing files) {
        sources.read();
        fleet.update(sources.beside(files), sources.complete());
    }

    private void argoCd(String name, String id, SimulatedCluster cluster, String labels) {
        argoCd(name, id, cluster.kubeconfig(), labels);
    }

    /** As {@code argocd cluster add} writes it. */
    private void argoCd(String name, String id, String kubeconfig, String labels) {
        JsonNode config = Json.yamlDocuments(kubeconfig).getFirst();
        JsonNode cluster = config.at("/clusters/0/cluster");
        String marked = labels.equals("{}")
                ? "{argocd.argoproj.io/secret-type: cluster}"
                : labels.replace("}", ", argocd.argoproj.io/secret-type: cluster}");
        secret(
                "argocd",
                name,
                marked,
                Map.of(
                        "name",
                        id,
                        "server",
                        cluster.path("server").asText(),
                        "config",
                        "{\"bearerToken\": \"" + token(kubeconfig) + "\", \"tlsClientConfig\": {\"insecure\": false,"
                                + " \"caData\": \""
                                + cluster.path("certificate-authority-data").asText() + "\"}}"));
    }

    private void secret(String namespace, String name, String labels, Map<String, String> data) {
        StringBuilder yaml = new StringBuilder("apiVersion: v1\nkind: Secret\nmetadata: {name: " + name
                + ", namespace: " + namespace + ", labels: " + labels + "}\ndata:\n");
        data.forEach((key, value) -> yaml.append("  ")
                .append(key)
                .append(": ")
                .append(Base64.getEncoder().encodeToString(value.getBytes(UTF_8)))
                .append('\n'));
        management.apply(yaml.toString());
    }

    private static String token(String kubeconfig) {
        return Json.yamlDocuments(kubeconfig)
                .getFirst()
                .at("/users/0/user/token")
                .asText();
    }

    private static String definition(String group, String version, String kind, String plural) {
        return """
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %3$s.%1$s},
                 spec: {group: %1$s, scope: Namespaced, names: {kind: %4$s, plural: %3$s, singular: %5$s, listKind: %4$sList},
                  versions: [{name: %2$s, served: true, storage: true,
                   schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}
                """.formatted(group, version, plural, kind, kind.toLowerCase(Locale.ROOT));
    }

    /** Settings, by the names of sources. */
    private record Settings(Map<String, String> namespaces, Path directory, Optional<Path> accessProviders)
            implements ExecutorConfig.Sources {

        @Override
        public Optional<Path> kubeconfig() {
            return Optional.of(directory.resolve("management.yaml"));
        }

        @Override
        public Duration every() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Optional<List<String>> argoCd() {
            return of("argo-cd");
        }

        @Override
        public Optional<List<String>> clusterApi() {
            return of("cluster-api");
        }

        @Override
        public Optional<List<String>> clusterProfiles() {
            return of("cluster-profiles");
        }

        @Override
        public Optional<Path> folder() {
            return Optional.of(directory.resolve("made"));
        }

        private Optional<List<String>> of(String source) {
            return Optional.ofNullable(namespaces.get(source)).map(List::of);
        }
    }
}
