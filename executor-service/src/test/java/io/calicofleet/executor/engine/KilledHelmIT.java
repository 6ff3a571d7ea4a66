package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.JavaProcess;
import io.calicofleet.executor.adapter.helm.HelmChildren;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The upgrade of a Helm release and its way back, killed around each write: those of the executor, and those of the real
 * Helm, whose process is killed while the API server has its request, or loses its executor then. Each time a fresh
 * executor goes on.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class KilledHelmIT extends HelmFleet {

    private static final int MOST = 200;

    @Test
    void a_helm_that_is_killed_around_each_write_of_an_upgrade_ends_as_without() {
        // Given
        SimulatedCluster calm = installed("calm", VALUES);
        SimulatedCluster killed = installed("killed", VALUES);
        StepKind step = StepKind.UPGRADE_HELM_RELEASE;
        // When
        succeeded(fleet.executor("calm", calm).run(request(calm, step, V3_22, 1)));
        Set<String> kills = runWithHelmKilled(killed, step, V3_22, write -> true);
        // Then
        assertThat(kills)
                .contains(
                        "before create secrets in default",
                        "after create secrets in default",
                        "after patch deployments.apps tigera-operator in tigera-operator",
                        "after update secrets sh.helm.release.v1.calico.v1 in default",
                        "after update secrets sh.helm.release.v1.calico.v2 in default");
        endsAlike(calm, killed, V3_22);
    }

    @Test
    void a_helm_that_is_killed_in_a_move_and_on_the_way_back_ends_as_without() {
        // Given
        SimulatedCluster calm = installed("calm", VALUES);
        SimulatedCluster killed = installed("killed", VALUES);
        succeeded(backup(calm, V3_26));
        succeeded(backup(killed, V3_26));
        for (StepKind step : List.of(StepKind.UPGRADE_HELM_RELEASE, StepKind.RESTORE)) {
            // When
            succeeded(fleet.executor("calm-" + step, calm).run(request(calm, step, V3_26, 1)));
            Set<String> kills = runWithHelmKilled(
                    killed,
                    step,
                    V3_26,
                    write -> step != StepKind.RESTORE || write.resource().equals("secrets"));
            // Then
            assertThat(kills).hasSizeGreaterThan(3);
            endsAlike(calm, killed, step == StepKind.RESTORE ? V3_20 : V3_26);
        }
    }

    @Test
    void an_executor_that_is_killed_around_each_kind_of_write_ends_as_without_and_writes_nothing_twice() {
        // Given
        SimulatedCluster calm = installed("calm", VALUES);
        SimulatedCluster killed = installed("killed", VALUES);
        for (StepKind step : List.of(StepKind.BACKUP, StepKind.UPGRADE_HELM_RELEASE, StepKind.RESTORE)) {
            // When
            succeeded(fleet.executor("calm-" + step, calm).run(request(calm, step, V3_26, 1)));
            Set<String> kills = runWithExecutorKilled(killed, request(killed, step, V3_26, 1));
            // Then
            if (step == StepKind.UPGRADE_HELM_RELEASE) {
                assertThat(kills)
                        .as("definitions, what is handed over, what is remembered, what is forgotten")
                        .contains(
                                "CustomResourceDefinition",
                                "Installation",
                                "ClusterRole",
                                "Deployment",
                                "Secret kube-system/calico-fleet-helm-c",
                                "Secret default/sh.helm.release.v.calico.v");
            }
            endsAlike(calm, killed, step == StepKind.UPGRADE_HELM_RELEASE ? V3_26 : V3_20);
            assertThat(writes(killed)).as("the writes up to " + step).isEqualTo(writes(calm));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create secrets", "update secrets"})
    void a_helm_whose_executor_is_killed_ends_by_itself_and_another_goes_on(String at) throws Exception {
        // Given
        SimulatedCluster killed = installed("killed", VALUES);
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Process executor = JavaProcess.start(
                temporary,
                HelmExecutorMain.class,
                Files.writeString(directory.resolve("killed.yaml"), killed.kubeconfig())
                        .toString(),
                releases.toString(),
                directory.resolve("cache-of-process").toString(),
                V3_20.toString(),
                V3_22.toString());
        AtomicInteger orphans = new AtomicInteger();
        killed.watchWrites((write, carriedOut, userAgent) -> {
            boolean now = userAgent.startsWith("Helm/")
                    && carriedOut
                    && write.toString().startsWith(at);
            if (now) {
                List<ProcessHandle> helms = HelmChildren.of(executor.toHandle());
                executor.destroyForcibly().onExit().join();
                helms.forEach(helm -> {
                    ProcessHandle unused =
                            helm.onExit().orTimeout(1, TimeUnit.MINUTES).join();
                });
                orphans.addAndGet(helms.size());
            }
            return now;
        });
        // When
        assertThat(executor.waitFor()).isEqualTo(137);
        // Then
        await().untilAsserted(
                        () -> assertThat(orphans).as("ended by themselves").hasValue(1));
        assertThat(history(killed, "default").newest().orElseThrow().pending()).isTrue();
        killed.watchWrites((write, carriedOut, userAgent) -> false);
        // When
        succeeded(fleet.executor("next", killed).run(request(killed, StepKind.UPGRADE_HELM_RELEASE, V3_22, 1)));
        // Then
        awaitCalico(killed, V3_22);
        assertThat(history(killed, "default").revisions())
                .extracting(HelmRelease::status)
                .containsExactly("superseded", "deployed");
        assertThat(history(killed, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
    }

    /**
     * Kills Helm before the first of these writes, and after each that it was not killed at before, which is before the
     * next. Returns where it was killed.
     */
    private Set<String> runWithHelmKilled(
            SimulatedCluster cluster, StepKind step, CalicoVersion target, Predicate<Access> at) {
        Set<String> kills = new ConcurrentSkipListSet<>();
        cluster.watchWrites((write, carriedOut, userAgent) -> {
            boolean now = userAgent.startsWith("Helm/")
                    && (carriedOut || kills.isEmpty())
                    && at.test(write)
                    && kills.add((carriedOut ? "after " : "before ") + write);
            if (now) {
                HelmChildren.of(directory).forEach(helm -> {
                    helm.destroyForcibly();
                    ProcessHandle unused = helm.onExit().join();
                });
            }
            return now;
        });
        for (int attempt = 1; attempt <= MOST; attempt++) {
            int before = kills.size();
            StepProgress outcome =
                    fleet.executor("killed-" + step + attempt, cluster).run(request(cluster, step, target, attempt));
            if (outcome instanceof StepSucceeded) {
                cluster.watchWrites((write, carriedOut, userAgent) -> false);
                return kills;
            }
            assertThat(kills).as(outcome.toString()).hasSizeGreaterThan(before);
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            StepFailed.class,
                            failed -> assertThat(failed.message()).contains("ended with 137 and no result"));
        }
        throw new AssertionError("it never ends: " + kills);
    }

    /** Fresh executors, each killed before or after the first write of a kind none was killed at; the kinds. */
    private Set<String> runWithExecutorKilled(SimulatedCluster cluster, StepRequested request) {
        Set<String> kinds = new TreeSet<>();
        for (int kills = 0; kills < MOST; kills++) {
            boolean before = kills % 2 == 0;
            Predicate<ObjectNode> let = object -> before ? kinds.contains(kind(object)) : !kinds.add(kind(object));
            SimulatedFleet.Running executor = fleet.executor(
                    "killed-" + request.step().kind() + "-" + kills, cluster, api -> new Killer(api, before, let));
            try {
                assertThat(executor.run(request)).isInstanceOf(StepSucceeded.class);
                return kinds;
            } catch (Killer.Killed expected) {
                assertThat(HelmChildren.of(directory)).isEmpty();
            }
        }
        throw new AssertionError("it never ends");
    }

    /** Of Secrets those that are kept for different purposes are of different kinds. */
    private static String kind(ObjectNode object) {
        String kind = object.path("kind").asText();
        return kind.equals("Secret")
                ? kind + " " + object.at("/metadata/namespace").asText() + "/"
                        + object.at("/metadata/name").asText().replaceAll("[0-9]+", "")
                : kind;
    }

    private static void endsAlike(SimulatedCluster calm, SimulatedCluster killed, CalicoVersion version) {
        for (SimulatedCluster cluster : List.of(calm, killed)) {
            awaitCalico(cluster, version);
        }
        assertThat(state(killed)).isEqualTo(state(calm));
        assertThat(releases(killed)).isEqualTo(releases(calm));
        List<HelmRelease> deployed = new ArrayList<>();
        for (String namespace : List.of("default", "tigera-operator")) {
            for (HelmRelease revision : history(killed, namespace).revisions()) {
                assertThat(revision.pending()).as(revision.toString()).isFalse();
                if (revision.status().equals(HelmRelease.DEPLOYED)) {
                    deployed.add(revision);
                }
            }
        }
        assertThat(deployed).singleElement().satisfies(revision -> {
            assertThat(revision.chartVersion()).isEqualTo(version.toString());
            assertThat(revision.values()).isEqualTo(json(VALUES));
            assertThat(owner(operator(killed))).isEqualTo(revision.namespace());
        });
    }

    private StepRequested request(SimulatedCluster cluster, StepKind step, CalicoVersion target, int ordinal) {
        CampaignName campaign = CampaignName.of(step == StepKind.RESTORE ? "undo" : "c1");
        return new StepRequested(
                new StepId(campaign, ClusterId.of(cluster.id()), step, ordinal),
                List.of(),
                StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, target, OnConflict.HOLD)
                        .withChart(target.equals(V3_26) ? chartOf(V3_26, "v1.30.11") : null),
                "please");
    }

    /** Revision by revision what Helm would tell of it. */
    private static Map<String, String> releases(SimulatedCluster cluster) {
        Map<String, String> releases = new TreeMap<>();
        for (String namespace : List.of("default", "tigera-operator")) {
            for (HelmRelease revision : history(cluster, namespace).revisions()) {
                releases.put(
                        revision.toString(),
                        revision.status() + " " + revision.chart() + " " + revision.chartVersion() + " "
                                + revision.values() + "\n" + revision.manifest());
            }
        }
        return releases;
    }

    private static Map<String, String> state(SimulatedCluster cluster) {
        List<String> kinds = new ArrayList<>(OperatorClusters.KINDS);
        kinds.add("operator.tigera.io/v1 APIServer");
        return OperatorClusters.state(cluster, kinds, object -> {
            JsonNode annotations = object.at("/metadata/annotations");
            if (annotations instanceof ObjectNode all) {
                all = all.deepCopy();
                // A plan is one cluster's.
                all.remove(List.of(
                        "deployment.kubernetes.io/revision",
                        "deprecated.daemonset.template.generation",
                        PlanMark.PLAN));
                annotations = all;
            }
            return " annotations " + annotations;
        });
    }

    /** The writes that came over HTTP, those an executor keeps for itself left out. */
    private static Map<String, Integer> writes(SimulatedCluster cluster) {
        Map<String, Integer> writes = new TreeMap<>();
        cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .filter(entry -> !entry.namespace().equals("kube-system"))
                .map(entry -> entry.verb() + " " + entry.resource() + "/" + entry.name())
                .forEach(write -> writes.merge(write, 1, Integer::sum));
        return writes;
    }
}
