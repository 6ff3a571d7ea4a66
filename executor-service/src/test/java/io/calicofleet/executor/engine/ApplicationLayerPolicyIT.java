package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.app.KubernetesCluster;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.applicationlayer.UpgradeApplicationLayerPolicyStep;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.controller.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh whose pods get a newer Dikastes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApplicationLayerPolicyIT {

    private static final StepKind STEP = StepKind.UPGRADE_APPLICATION_LAYER_POLICY;
    private static final String MESH = """
            {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
            spec:
              selector: {matchLabels: {app: istiod}}
              template:
                metadata: {labels: {app: istiod}}
                spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.10.3"}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio-sidecar-injector, namespace: istio-system}
            data:
              values: "{}"
              config: |-
                templates:
                  sidecar: |
                    spec:
                      containers:
                      - name: dikastes
                        image: registry.example:5000/calico/dikastes:v3.13.4
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: office}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: debug, namespace: shop}
            spec: {containers: [{name: shell, image: busybox}]}
            """;
    private static final String APP = """
            ---
            apiVersion: apps/v1
            kind: %1$s
            metadata: {name: %2$s, namespace: %3$s}
            spec:
              selector: {matchLabels: {app: %2$s}}
              template:
                metadata: {labels: {app: %2$s}}
                spec: {containers: [{name: app, image: "registry.example/%2$s:1"}]}
            """;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void patches_the_injector_and_restarts_a_few_workloads_at_a_time() throws IOException {
        // Given
        SimulatedCluster cluster = mesh("mesh", Duration.ZERO);
        SimulatedFleet.Running executor = fleet.executor("first", cluster);
        // When
        StepSucceeded outcome = (StepSucceeded) executor.run(request(cluster, Quantity.of(2)));
        // Then
        JsonNode injector = cluster.get("v1", "ConfigMap", "istio-system", "istio-sidecar-injector");
        assertThat(injector.at("/data/config").asText())
                .contains("registry.example:5000/calico/dikastes:v3.22.5")
                .contains("mountPath: /var/run/dikastes")
                .doesNotContain("v3.13.4");
        assertThat(injector.at("/data/values").asText()).isEqualTo("{}");
        assertThat(dikastes(cluster))
                .containsEntry("app=cart", "registry.example:5000/calico/dikastes:v3.22.5")
                .containsEntry("app=edge", "registry.example:5000/calico/dikastes:v3.22.5")
                .containsEntry("app=orders", "registry.example:5000/calico/dikastes:v3.22.5")
                .containsEntry("debug", "registry.example:5000/calico/dikastes:v3.13.4")
                .hasSize(4);
        assertThat(outcome.changes())
                .containsExactlyInAnyOrder(
                        "ConfigMap istio-system/istio-sidecar-injector",
                        "Deployment shop/cart",
                        "DaemonSet shop/edge",
                        "Deployment shop/orders");
        assertThat(outcome.notes())
                .singleElement()
                .asString()
                .contains("Pod shop/debug")
                .contains("restart it");
        assertThat(restartedAt(cluster, "Deployment", "office", "mail")).isEmpty();
        assertThat(executor.outbox.events().stream()
                        .filter(StepProgressed.class::isInstance)
                        .map(event -> ((StepProgressed) event).done() + "/" + ((StepProgressed) event).total()))
                .containsExactly("0/3", "1/3", "3/3");
        // And asked again it writes nothing
        List<String> writes = writes(cluster);
        StepSucceeded again =
                (StepSucceeded) fleet.executor("second", cluster).run(request(cluster, 2, Quantity.of(2)));
        assertThat(again.changes()).isEmpty();
        assertThat(writes(cluster)).isEqualTo(writes);
    }

    @Test
    void killed_around_each_write_it_ends_as_without_and_restarts_nothing_twice() throws IOException {
        // Given
        SimulatedCluster cluster = mesh("killed", Duration.ZERO);
        // When
        int kills = Killer.untilDone(
                59,
                (count, at) -> fleet.executor("k" + count, cluster, api -> new Killer(api, at))
                        .run(request(cluster, null)),
                () -> {});
        // Then
        assertThat(kills).isGreaterThan(4);
        assertThat(dikastes(cluster).values())
                .filteredOn(image -> image.endsWith(":v3.22.5"))
                .hasSize(3);
        assertThat(writes(cluster))
                .containsExactlyInAnyOrder(
                        "configmaps/istio-sidecar-injector",
                        "deployments.apps/cart",
                        "deployments.apps/orders",
                        "daemonsets.apps/edge");
    }

    @Test
    void a_workload_that_got_the_older_one_again_is_restarted_until_the_injector_knows_the_newer() throws IOException {
        // Given an istiod that sees its ConfigMap late
        SimulatedCluster cluster = mesh("lagging", Duration.ofMillis(900));
        // When
        StepOutcome outcome = act(cluster, Duration.ofMillis(300));
        // Then
        assertThat(outcome).isInstanceOf(StepOutcome.Succeeded.class);
        assertThat(dikastes(cluster).values())
                .filteredOn(image -> image.endsWith(":v3.22.5"))
                .hasSize(3);
        assertThat(writes(cluster)).filteredOn("daemonsets.apps/edge"::equals).hasSizeGreaterThan(1);
        assertThat(writes(cluster)).filteredOn("deployments.apps/cart"::equals).hasSize(1);
    }

    @Test
    void an_istio_the_release_has_no_file_for_is_refused_before_the_first_write() throws IOException {
        // Given
        SimulatedCluster cluster = mesh("newer", Duration.ZERO);
        cluster.patch("apps/v1", "Deployment", "istio-system", "istiod", """
                {"spec":{"template":{"spec":{"containers":[{"name":"discovery","image":"docker.io/istio/pilot:1.12.0"}]}}}}
                """);
        // When
        StepFailed failed = (StepFailed) fleet.executor("first", cluster).run(request(cluster, null));
        // Then
        assertThat(failed.message()).contains("Istio 1.12.0").contains("alp/istio-inject-configmap-1.12.yaml");
        assertThat(writes(cluster)).isEmpty();
    }

    @Test
    void the_restore_brings_the_injector_and_the_older_dikastes_back_but_leaves_the_workloads_to_their_people()
            throws IOException {
        // Given
        SimulatedCluster cluster = mesh("undone", Duration.ZERO);
        fleet.executor("first", cluster).run(request(cluster, Quantity.ALL));
        cluster.patch("apps/v1", "Deployment", "shop", "cart", """
                {"spec":{"replicas":2}}
                """);
        // When
        SimulatedFleet.Running executor = fleet.executor("second", cluster);
        Object outcome = executor.run(
                new StepRequested(executor.id(StepKind.RESTORE, 1), List.of(), StepParameters.NONE, "please"));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.get("v1", "ConfigMap", "istio-system", "istio-sidecar-injector")
                        .at("/data/config")
                        .asText())
                .contains("registry.example:5000/calico/dikastes:v3.13.4");
        await().untilAsserted(() -> assertThat(dikastes(cluster).values())
                .allMatch(image -> image.endsWith(":v3.13.4"))
                .hasSize(4));
        assertThat(cluster.get("apps/v1", "Deployment", "shop", "cart")
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(2);
    }

    /** Istio, with workloads whose pods have a Dikastes. */
    static String mesh() {
        return MESH
                + APP.formatted("Deployment", "cart", "shop")
                + APP.formatted("Deployment", "orders", "shop")
                + APP.formatted("DaemonSet", "edge", "shop")
                + APP.formatted("Deployment", "mail", "office");
    }

    private SimulatedCluster mesh(String id, Duration lag) throws IOException {
        Timing quick = Timing.quick();
        fleet = new SimulatedFleet(
                directory,
                SimulatedFleet.OWN_RELEASES,
                SimulatorOptions.quick()
                        .withTiming(new Timing(quick.podStart(), quick.podStop(), quick.controller(), lag)));
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withManifest(Files.readString(SimulatedFleet.OWN_RELEASES.resolve("v3.13.4/calico.yaml")))
                .withManifest(mesh()));
        await().untilAsserted(() -> assertThat(cluster.list("v1", "Pod", "shop").stream()
                        .filter(pod -> pod.at("/status/phase").asText().equals("Running")))
                .hasSize(6));
        return cluster;
    }

    private static StepRequested request(SimulatedCluster cluster, Quantity atOnce) {
        return request(cluster, 1, atOnce);
    }

    private static StepRequested request(SimulatedCluster cluster, int ordinal, Quantity atOnce) {
        return new StepRequested(
                new StepId(CampaignName.of("c1"), ClusterId.of(cluster.id()), STEP, ordinal),
                List.of(),
                parameters(atOnce),
                "please");
    }

    private static StepParameters parameters(Quantity atOnce) {
        return StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null)
                .withMaxConcurrent(atOnce);
    }

    /** The step itself, with a shorter wait for the injector. */
    private StepOutcome act(SimulatedCluster cluster, Duration injectorLag) {
        ClusterApi api = fleet.api(cluster);
        StepRequested request = request(cluster, Quantity.ALL);
        KubernetesCluster served = new KubernetesCluster(
                ClusterId.of(cluster.id()), fleet.api(cluster), Duration.ofSeconds(3), InstantSource.system());
        return new UpgradeApplicationLayerPolicyStep(injectorLag)
                .run(new StepContext(
                        request.step(),
                        request.parameters(),
                        api,
                        daemonSet -> {
                            throw new AssertionError("the step needs no datastore");
                        },
                        served.backups(api, STEP),
                        served.plans(api),
                        served.journal(api).intents(request.step()),
                        fleet.releases(),
                        NameLookup.NONE,
                        (done, total, unit, summary) -> {},
                        new WatchedRollouts(api, new StepSignals(), what -> {})));
    }

    /** What each app of the mesh runs; a pod without one by its name. */
    private static Map<String, String> dikastes(SimulatedCluster cluster) {
        Map<String, String> images = new TreeMap<>();
        for (JsonNode pod : cluster.list("v1", "Pod", "")) {
            for (JsonNode container : pod.at("/spec/containers")) {
                boolean stays = pod.at("/metadata/deletionTimestamp").isMissingNode();
                if (stays && container.path("name").asText().equals("dikastes")) {
                    String app = pod.at("/metadata/labels/app").asText();
                    images.merge(
                            app.isEmpty() ? pod.at("/metadata/name").asText() : "app=" + app,
                            container.path("image").asText(),
                            (one, other) -> one.equals(other) ? one : one + " and " + other);
                }
            }
        }
        return images;
    }

    private static String restartedAt(SimulatedCluster cluster, String kind, String namespace, String name) {
        return cluster.get("apps/v1", kind, namespace, name)
                .at("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt")
                .asText();
    }

    private static List<String> writes(SimulatedCluster cluster) {
        return cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .map(entry -> entry.resource() + "/" + entry.name())
                .filter(write -> !write.contains("calico-fleet"))
                .toList();
    }
}
