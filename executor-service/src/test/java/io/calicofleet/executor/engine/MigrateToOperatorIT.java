package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.executor.step.migrate.MigrateToOperatorStep;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calico of manifests becomes the operator's: as a whole, refused, held by the operator, killed in between, taken back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrateToOperatorIT {

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.22.5");
    private static final String NAMESPACE = "kube-system";
    private static final String LABEL = "projectcalico.org/operator-node-migration";
    private static final String OPERATOR = "operator.tigera.io/v1";
    private static final Duration LONG = Duration.ofSeconds(60);

    /** What both installs are made of, each with its API version. */
    private static final List<String> KINDS = List.of(
            "v1 ServiceAccount",
            "v1 ConfigMap",
            "rbac.authorization.k8s.io/v1 ClusterRole",
            "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
            "apps/v1 Deployment",
            "apps/v1 DaemonSet",
            "crd.projectcalico.org/v1 FelixConfiguration",
            "crd.projectcalico.org/v1 HostEndpoint",
            "crd.projectcalico.org/v1 GlobalNetworkPolicy",
            "operator.tigera.io/v1 Installation");

    private static final StepHandlers PATIENT_FOR_A_SECOND = new StepHandlers(Stream.of(StepKind.values())
            .map(kind -> kind == StepKind.MIGRATE_TO_OPERATOR
                    ? new MigrateToOperatorStep(Duration.ofSeconds(60), Duration.ofSeconds(1))
                    : Steps.all().of(kind))
            .toList());

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    /** Of the steps: a retry, and one a person has decided on, counts it up. */
    private int attempt = 1;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void from_preflight_to_done_with_what_people_changed_carried_over_or_asked() {
        // Given
        SimulatedCluster cluster = install("c01");
        change(cluster);
        Map<String, String> resources = state(
                cluster,
                List.of("crd.projectcalico.org/v1 HostEndpoint", "crd.projectcalico.org/v1 GlobalNetworkPolicy"));
        // When it is inspected
        ClusterFacts facts = ((StepSucceeded) run(cluster, StepKind.INSPECT, OnConflict.HOLD)).facts();
        // Then nothing speaks against it
        assertThat(facts.install().blockers()).isEmpty();
        assertThat(facts.missingPermissions()).isEmpty();
        assertThat(run(cluster, StepKind.BACKUP, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        // When nobody has said yes
        StepProgress held = run(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.HOLD);
        // Then what would be lost is asked, and that there is no way back
        assertThat(((StepHeld) held).conflicts())
                .extracting(FieldConflict::path)
                .contains("the way back")
                .anyMatch(path -> path.contains("tolerations"))
                .noneMatch(path -> path.contains("image") || path.contains("resources") || path.contains("MTU"));
        assertThat(cluster.get(OPERATOR, "Installation", "", "default")).isNull();
        // When a person has
        attempt++;
        StepProgress done = run(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW);
        // Then the operator has it, as it was
        assertThat(done).isInstanceOf(StepSucceeded.class);
        JsonNode spec = cluster.get(OPERATOR, "Installation", "", "default").path("spec");
        assertThat(spec.path("registry").asText()).isEqualTo("registry.example.com/");
        assertThat(spec.path("imagePath").asText()).isEqualTo("mirror/calico");
        assertThat(spec.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
        assertThat(spec.at("/calicoNetwork/mtu").asInt()).isEqualTo(1400);
        assertThat(spec.at("/nodeUpdateStrategy/rollingUpdate/maxUnavailable").asInt())
                .isEqualTo(2);
        assertThat(spec.at("/componentResources/0/resourceRequirements/requests/cpu")
                        .asText())
                .isEqualTo("300m");
        assertThat(cluster.get("v1", "Secret", "tigera-operator", "pull").at("/data"))
                .isNotEmpty();
        assertThat(image(cluster, "Deployment", "tigera-operator", "tigera-operator"))
                .isEqualTo("registry.example.com/mirror/tigera/operator:v1.25.13");
        assertThat(image(cluster, "DaemonSet", "calico-system", "calico-node"))
                .isEqualTo("registry.example.com/mirror/calico/node:v3.22.5");
        for (String kind : List.of("DaemonSet", "Deployment")) {
            assertThat(cluster.list("apps/v1", kind, NAMESPACE))
                    .noneMatch(
                            workload -> workload.at("/metadata/name").asText().startsWith("calico"));
        }
        assertThat(cluster.list("v1", "Node", ""))
                .noneMatch(node -> node.at("/metadata/labels").has(LABEL));
        assertThat(state(
                        cluster,
                        List.of(
                                "crd.projectcalico.org/v1 HostEndpoint",
                                "crd.projectcalico.org/v1 GlobalNetworkPolicy")))
                .as("host endpoints and what protects them")
                .isEqualTo(resources);
        // And is upgraded as any operator's
        assertThat(((StepSucceeded) run(cluster, StepKind.INSPECT, OnConflict.HOLD))
                        .facts()
                        .installMethod())
                .isEqualTo(InstallMethod.OPERATOR);
    }

    @Test
    void what_the_operator_would_refuse_is_named_as_a_whole_before_anything_is_written() {
        // Given
        SimulatedCluster cluster = install("c01");
        environment(cluster, "initContainers", "install-cni", "FOO", "bar");
        cluster.patch("apps/v1", "Deployment", NAMESPACE, "calico-kube-controllers", """
                {"metadata":{"annotations":{"example.com/owner":"network"}}}""");
        int before = SimulatedFleet.writes(cluster);
        // When
        ClusterFacts facts = ((StepSucceeded) run(cluster, StepKind.INSPECT, OnConflict.HOLD)).facts();
        StepProgress refused = run(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW);
        // Then
        assertThat(facts.install().blockers())
                .hasSize(2)
                .anyMatch(blocker -> blocker.contains("container install-cni") && blocker.contains("FOO"))
                .anyMatch(blocker -> blocker.contains("annotation example.com/owner"));
        assertThat(((StepFailed) refused).evidence()).isEqualTo(facts.install().blockers());
        assertThat(SimulatedFleet.writes(cluster)).isEqualTo(before);
    }

    @Test
    void what_the_operator_holds_for_is_told_in_its_words_and_everything_goes_back() throws IOException {
        // Given
        SimulatedCluster cluster = install("c01");
        change(cluster);
        for (String rights : List.of("", "-to-operator", "-operator")) {
            cluster.apply(Files.readString(Path.of("../deploy/kubernetes/executor-permissions" + rights + ".yaml")));
        }
        fleet.actAs(cluster, cluster.account(NAMESPACE, "calico-fleet-executor"));
        Map<String, String> before = state(cluster, KINDS);
        cluster.faults().operatorDegraded("no room for Typha");
        assertThat(run(cluster, StepKind.BACKUP, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        // When
        StepProgress held = run(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW);
        // Then
        assertThat(held)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains(
                                        "no room for Typha",
                                        "before it has changed anything",
                                        "calico-fleet restore --cluster c01"));
        // When
        StepProgress back = run(cluster, StepKind.RESTORE, OnConflict.HOLD);
        // Then
        assertThat(back).isInstanceOf(StepSucceeded.class);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(state(cluster, KINDS)).isEqualTo(before));
        // When it is tried again, and the operator takes it
        attempt++;
        cluster.faults().clear();
        assertThat(run(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
        // Then nothing goes back any more
        assertThat(run(cluster, StepKind.RESTORE, OnConflict.HOLD)).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.ROLLBACK_REFUSED);
            assertThat(failed.message()).contains("no way back");
        });
    }

    @Test
    void killed_around_each_write_it_ends_as_without() {
        // Given
        SimulatedCluster calm = install("calm");
        SimulatedCluster killed = install("killed");
        for (SimulatedCluster cluster : List.of(calm, killed)) {
            change(cluster);
            assertThat(run(cluster, StepKind.BACKUP, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        }
        // When
        assertThat(run(calm, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW)).isInstanceOf(StepSucceeded.class);
        int kills = Killer.untilDone(
                100,
                (count, at) -> executor(killed, "k" + count, api -> new Killer(api, at))
                        .run(request(killed, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW)),
                () -> {});
        // Then
        assertThat(kills).isGreaterThan(7);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(state(killed, KINDS).toString().replace("killed", "calm"))
                        .isEqualTo(state(calm, KINDS).toString()));
    }

    @Test
    void a_plan_shows_all_that_is_written_and_writes_nothing() {
        // Given
        SimulatedCluster cluster = install("c01");
        StepParameters asked = request(cluster, StepKind.MIGRATE_TO_OPERATOR, OnConflict.TAKE_NEW)
                .parameters();
        int before = SimulatedFleet.writes(cluster);
        // When
        PlanMade plan = PlanIT.plan(
                fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.BACKUP, StepKind.MIGRATE_TO_OPERATOR)));
        // Then
        assertThat(plan.writes())
                .extracting(write -> write.action() + " " + write.object())
                .contains(
                        "create Deployment tigera-operator/tigera-operator",
                        "create ServiceAccount tigera-operator/tigera-operator",
                        "create Installation default");
        assertThat(SimulatedFleet.writes(cluster)).isEqualTo(before);
    }

    private SimulatedCluster install(String id) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, VERSION, "calico.yaml")));
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: all, labels: {host-endpoint-upgrade: ""}}
                spec: {node: %s-node-1, interfaceName: "*", expectedIPs: [10.0.0.1]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.hosts}
                spec:
                  selector: has(host-endpoint-upgrade)
                  types: [Ingress, Egress]
                  ingress: [{action: Allow}]
                  egress: [{action: Allow}]
                """.formatted(id));
        awaitManifest(cluster);
        return cluster;
    }

    /** What people change, most of which the operator carries over, and one thing it drops. */
    private static void change(SimulatedCluster cluster) {
        cluster.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: pull, namespace: kube-system}
                type: kubernetes.io/dockerconfigjson
                data: {.dockerconfigjson: e30=}
                """);
        JsonNode config = cluster.get("v1", "ConfigMap", NAMESPACE, "calico-config");
        assertThat(config).isNotNull();
        cluster.patch("v1", "ConfigMap", NAMESPACE, "calico-config", "{\"data\":{\"veth_mtu\":\"1400\"}}");
        for (String workload : List.of("DaemonSet calico-node", "Deployment calico-kube-controllers")) {
            String[] parts = workload.split(" ", -1);
            JsonNode pod = cluster.get("apps/v1", parts[0], NAMESPACE, parts[1]).at("/spec/template/spec");
            for (String list : List.of("initContainers", "containers")) {
                if (pod.has(list)) {
                    cluster.patch(
                            "apps/v1",
                            parts[0],
                            NAMESPACE,
                            parts[1],
                            "{\"spec\":{\"template\":{\"spec\":{\"imagePullSecrets\":[{\"name\":\"pull\"}],\"" + list
                                    + "\":"
                                    + pod.path(list)
                                            .toString()
                                            .replace("docker.io/calico/", "registry.example.com/mirror/calico/")
                                            .replace("\"cpu\":\"250m\"", "\"cpu\":\"300m\"")
                                    + "}}}}");
                }
            }
        }
        cluster.patch("apps/v1", "DaemonSet", NAMESPACE, "calico-node", """
                {"metadata":{"annotations":{"calico-fleet.io/plan":"abc"}},
                 "spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":2}},
                 "template":{"spec":{"tolerations":[{"key":"gpu","operator":"Exists","effect":"NoSchedule"},
                 {"effect":"NoSchedule","operator":"Exists"},{"key":"CriticalAddonsOnly","operator":"Exists"},
                 {"effect":"NoExecute","operator":"Exists"}]}}}}""");
        awaitManifest(cluster);
    }

    private static void environment(
            SimulatedCluster cluster, String list, String container, String name, String value) {
        JsonNode containers = cluster.get("apps/v1", "DaemonSet", NAMESPACE, "calico-node")
                .at("/spec/template/spec/" + list)
                .deepCopy();
        containers.forEach(each -> {
            if (each.path("name").asText().equals(container)) {
                ((com.fasterxml.jackson.databind.node.ArrayNode) each.path("env"))
                        .addObject()
                        .put("name", name)
                        .put("value", value);
            }
        });
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                NAMESPACE,
                "calico-node",
                "{\"spec\":{\"template\":{\"spec\":{\"" + list + "\":" + containers + "}}}}");
        awaitManifest(cluster);
    }

    private static void awaitManifest(SimulatedCluster cluster) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode nodes = cluster.get("apps/v1", "DaemonSet", NAMESPACE, "calico-node");
            assertThat(nodes.at("/status/observedGeneration").asLong())
                    .isEqualTo(nodes.at("/metadata/generation").asLong());
            assertThat(nodes.at("/status/updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(nodes.at("/status/numberReady").asInt()).isEqualTo(3);
            assertThat(cluster.list("crd.projectcalico.org/v1", "IPPool", "")).isNotEmpty();
        });
    }

    private static String image(SimulatedCluster cluster, String kind, String namespace, String name) {
        return cluster.get("apps/v1", kind, namespace, name)
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    private StepProgress run(SimulatedCluster cluster, StepKind kind, OnConflict rule) {
        return executor(cluster, kind + "-" + rule, UnaryOperator.identity()).run(request(cluster, kind, rule));
    }

    private SimulatedFleet.Running executor(SimulatedCluster cluster, String run, UnaryOperator<ClusterApi> around) {
        return fleet.executor(
                cluster.id() + "-" + run + "-" + cluster.audit().size(), cluster, around, PATIENT_FOR_A_SECOND);
    }

    private StepRequested request(SimulatedCluster cluster, StepKind kind, OnConflict rule) {
        return SimulatedFleet.migration(
                cluster, InstallMethod.MANIFEST_KDD, kind, VERSION, rule, Migration.TO_OPERATOR, attempt);
    }

    private static Map<String, String> state(SimulatedCluster cluster, List<String> kinds) {
        Map<String, String> state = new TreeMap<>(OperatorClusters.state(cluster, kinds, object -> ""));
        state.keySet().removeIf(key -> key.contains("calico-fleet"));
        return state;
    }
}
