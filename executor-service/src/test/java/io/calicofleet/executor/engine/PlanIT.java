package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FieldChange;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedAction;
import io.calicofleet.event.PlannedWrite;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plan says is what is then done: the same objects, field by field; and the plan itself writes nothing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void what_is_planned_for_a_manifest_is_what_is_done(ManifestRoute route) {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick())) {
            SimulatedCluster cluster = fleet.cluster(
                    route.template(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, route.file)));
            route.change(cluster);
            awaitNodes(cluster, OLD);
            assertPlannedIsDone(
                    fleet,
                    cluster,
                    StepParameters.ofUpgrade(route.method, OLD, NEW, OnConflict.KEEP_MINE),
                    StepKind.BACKUP,
                    StepKind.PREPARE,
                    StepKind.UPGRADE);
        }
    }

    @Test
    void what_is_planned_for_host_endpoints_and_calicoctl_is_what_is_done() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            SimulatedCluster cluster = fleet.calico("c01");
            PlanMade plan = assertPlannedIsDone(
                    fleet,
                    cluster,
                    StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.KEEP_MINE),
                    StepKind.BACKUP,
                    StepKind.PROTECT_HOST_ENDPOINTS,
                    StepKind.UPGRADE,
                    StepKind.REPLACE_CALICOCTL,
                    StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
                    StepKind.RELEASE_HOST_ENDPOINTS);
            assertThat(plan.writes())
                    .extracting(write -> write.step() + " " + write.action() + " " + write.object())
                    .contains(
                            "protect-host-endpoints create GlobalNetworkPolicy allow-all-upgrade",
                            "protect-host-endpoints update HostEndpoint c01-node-1-all",
                            "upgrade update DaemonSet kube-system/calico-node",
                            "replace-calicoctl recreate Pod kube-system/calicoctl");
            assertThat(plan.plan().restarts()).contains("DaemonSet kube-system/calico-node: 3 pods, 1 at a time");
            assertThat(plan.plan().nodes()).isEqualTo(3);
            assertThat(plan.plan().steps().getLast().writes())
                    .as("known after the review")
                    .isNull();
        }
    }

    @Test
    void what_is_planned_for_an_operator_is_what_is_done() {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick())) {
            SimulatedCluster cluster = OperatorClusters.install(fleet, "o");
            PlanMade plan = assertPlannedIsDone(
                    fleet,
                    cluster,
                    StepParameters.ofUpgrade(
                            InstallMethod.OPERATOR,
                            OperatorClusters.SOURCE,
                            CalicoVersion.parse("v3.28.5"),
                            OnConflict.KEEP_MINE),
                    StepKind.BACKUP,
                    StepKind.UPGRADE_OPERATOR);
            assertThat(plan.plan().restarts())
                    .contains(
                            "DaemonSet calico-system/calico-node: 3 pods, 2 at a time, and what else of Calico the operator"
                                    + " keeps, by it");
        }
    }

    @Test
    void what_is_planned_for_a_mesh_is_what_is_done() {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick())) {
            SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("mesh")
                    .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml"))
                    .withManifest(ApplicationLayerPolicyIT.mesh()));
            await().untilAsserted(() -> assertThat(cluster.list("v1", "Pod", "shop").stream()
                            .filter(pod -> pod.at("/status/phase").asText().equals("Running")))
                    .hasSize(6));
            PlanMade plan = assertPlannedIsDone(
                    fleet,
                    cluster,
                    StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.KEEP_MINE),
                    StepKind.BACKUP,
                    StepKind.UPGRADE,
                    StepKind.UPGRADE_APPLICATION_LAYER_POLICY);
            assertThat(plan.plan().restarts())
                    .contains("Deployment shop/cart: 1 pod", "DaemonSet shop/edge: 3 pods, 1 at a time");
        }
    }

    @Test
    void a_plan_that_was_accepted_is_carried_out_only_while_it_is_the_same() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            // Given
            SimulatedCluster cluster = fleet.calico("c01");
            StepParameters asked = StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.KEEP_MINE);
            List<StepToPlan> steps = steps(asked, StepKind.BACKUP, StepKind.UPGRADE);
            String accepted =
                    plan(fleet, cluster, asked.withPlanned(steps)).plan().digest();
            // When
            PlanMade again = plan(
                    fleet,
                    cluster,
                    asked.withPlanned(steps).withAcceptedPlan(accepted).withEpoch(7, 0));
            // Then
            assertThat(again.plan().digest()).as("nothing has changed").isEqualTo(accepted);
            // When
            cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                    {"metadata": {"annotations": {"example.com/owner": "network"}}}""");
            StepProgress held =
                    run(fleet, cluster, StepKind.PLAN, asked.withPlanned(steps).withAcceptedPlan(accepted));
            // Then
            assertThat(held).isInstanceOfSatisfying(StepHeld.class, step -> {
                assertThat(step.reason()).isEqualTo(HoldReason.PLAN_CHANGED);
                assertThat(step.details().getFirst()).contains(accepted);
            });
        }
    }

    @Test
    void where_the_upgrade_would_be_held_the_plan_says_so_in_its_words() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            // Given
            SimulatedCluster cluster = fleet.calico("c01");
            JsonNode init = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                    .at("/spec/template/spec/initContainers")
                    .deepCopy();
            init.forEach(container -> {
                if (container.path("name").asText().equals("install-cni")) {
                    ((ObjectNode) container).putArray("command").add("/mine.sh");
                }
            });
            cluster.patch(
                    "apps/v1",
                    "DaemonSet",
                    "kube-system",
                    "calico-node",
                    "{\"spec\":{\"template\":{\"spec\":{\"initContainers\":" + init + "}}}}");
            StepParameters asked = StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.HOLD);
            // When
            StepProgress planned = run(
                    fleet, cluster, StepKind.PLAN, asked.withPlanned(steps(asked, StepKind.BACKUP, StepKind.UPGRADE)));
            StepProgress done = run(fleet, cluster, StepKind.UPGRADE, asked);
            // Then
            assertThat(planned).isInstanceOf(StepHeld.class);
            assertThat(((StepHeld) planned).conflicts()).isEqualTo(((StepHeld) done).conflicts());
            assertThat(((StepHeld) planned).reason()).isEqualTo(((StepHeld) done).reason());
        }
    }

    /** Plans, sees that nothing was written, does it, and compares. */
    static PlanMade assertPlannedIsDone(
            SimulatedFleet fleet, SimulatedCluster cluster, StepParameters asked, StepKind... kinds) {
        // When it is planned
        cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: before-the-plan-"
                + cluster.audit().size() + "}}");
        long version = cluster.list("v1", "ConfigMap", "default").stream()
                .mapToLong(found -> found.at("/metadata/resourceVersion").asLong())
                .max()
                .orElseThrow();
        int audited = cluster.audit().size();
        PlanMade plan = plan(fleet, cluster, asked.withPlanned(steps(asked, kinds)));
        // Then nothing is written
        assertThat(written(cluster, audited, version))
                .as("a plan writes nothing")
                .isEmpty();
        // When it is done
        Map<String, Optional<ObjectNode>> before = new LinkedHashMap<>();
        ClusterApi api = fleet.api(cluster);
        plan.writes().forEach(write -> ref(api, write).ifPresent(ref -> before.put(write.object(), api.find(ref))));
        for (StepKind kind : kinds) {
            if (kind != StepKind.RELEASE_HOST_ENDPOINTS && kind != StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC) {
                assertThat(run(fleet, cluster, kind, asked)).isInstanceOf(StepSucceeded.class);
            }
        }
        // Then it is what was planned
        assertThat(written(cluster, audited, version))
                .isEqualTo(plan.writes().stream()
                        .map(write -> write.object().replaceFirst("^.*[ /]", ""))
                        .collect(Collectors.toCollection(TreeSet::new)));
        plan.writes()
                .forEach(write -> ref(api, write)
                        .filter(ref -> write.action() == PlannedAction.UPDATE)
                        .ifPresent(ref -> {
                            var changes = Differences.changes(
                                    before.get(write.object()).orElseThrow(),
                                    api.find(ref).orElseThrow());
                            if (write.step() == StepKind.UPGRADE_APPLICATION_LAYER_POLICY && changes.size() == 1) {
                                return; // when it was restarted
                            }
                            assertThat(changes)
                                    .as(write.object())
                                    .startsWith(write.fields().toArray(FieldChange[]::new));
                            if (!ref.apiVersion()
                                    .startsWith("operator.tigera.io")) { // the operator adds what is new to it
                                assertThat(changes)
                                        .as(write.object())
                                        .hasSize(write.fields().size() + write.more());
                            }
                        }));
        assertThat(before).isNotEmpty();
        return plan;
    }

    /** Where an object of a plan is in Kubernetes; empty for Calico's own, which have other names there. */
    private static Optional<ResourceRef> ref(ClusterApi api, PlannedWrite write) {
        String[] parts = write.object().split(" ", 2);
        int slash = parts[1].indexOf('/');
        return api.servedKinds().stream()
                .filter(kind -> kind.endsWith(" " + parts[0]) && !kind.contains("projectcalico.org"))
                .sorted()
                .map(kind -> new ResourceRef(
                        kind.substring(0, kind.indexOf(' ')),
                        parts[0],
                        slash < 0 ? "" : parts[1].substring(0, slash),
                        parts[1].substring(slash + 1)))
                .filter(ref ->
                        write.action() != PlannedAction.UPDATE || api.find(ref).isPresent())
                .findFirst();
    }

    /** The names of what was written since, but for what the executor keeps for itself. */
    static Set<String> written(SimulatedCluster cluster, int since, long version) {
        return cluster.audit().stream()
                .skip(since)
                .filter(entry -> !entry.dryRun() && entry.code() < 300)
                .filter(entry -> !entry.resource().contains("accessreviews"))
                .filter(entry -> !isOwn(entry))
                // Helm sends patches that change nothing.
                .filter(entry -> entry.resourceVersion().isEmpty() || Long.parseLong(entry.resourceVersion()) > version)
                .map(entry -> entry.name().replaceFirst("^default\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOwn(AuditEntry entry) {
        return entry.namespace().equals("kube-system") && entry.name().startsWith("calico-fleet");
    }

    static List<StepToPlan> steps(StepParameters asked, StepKind... kinds) {
        List<StepToPlan> steps = new ArrayList<>();
        for (StepKind kind : kinds) {
            steps.add(new StepToPlan(kind, List.of(GateKind.PODS), asked));
        }
        return steps;
    }

    static PlanMade plan(SimulatedFleet fleet, SimulatedCluster cluster, StepParameters parameters) {
        SimulatedFleet.Running executor = fleet.executor("plan", cluster);
        StepProgress outcome = executor.run(request(cluster, StepKind.PLAN, parameters));
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        PlanMade made = executor.outbox.events().stream()
                .filter(PlanMade.class::isInstance)
                .map(PlanMade.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(((StepSucceeded) outcome).plan()).isEqualTo(made.plan());
        return made;
    }

    private static StepProgress run(
            SimulatedFleet fleet, SimulatedCluster cluster, StepKind kind, StepParameters parameters) {
        return fleet.executor("run", cluster).run(request(cluster, kind, parameters));
    }

    static StepRequested request(SimulatedCluster cluster, StepKind kind, StepParameters parameters) {
        return new StepRequested(
                new StepId(
                        CampaignName.of(
                                "to-" + String.valueOf(parameters.target()).replace('.', '-')),
                        ClusterId.of(cluster.id()),
                        kind,
                        1),
                List.of(),
                parameters,
                "please");
    }

    static void awaitNodes(SimulatedCluster cluster, CalicoVersion version) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(requireNonNull(cluster.nodeVersions()).values())
                                .hasSize(3)
                                .containsOnly(version.toString()));
    }
}
