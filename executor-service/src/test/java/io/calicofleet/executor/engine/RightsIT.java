package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rights people give an executor, as {@code deploy/kubernetes} has them: each route is run from end to end by an
 * account that has these and no more, against an API server that reads roles as Kubernetes does.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RightsIT {

    private static final Path RIGHTS = Path.of("../deploy/kubernetes");

    /** Where these may not be read, a note says so (docs/operations/permissions.md). */
    private static final Set<Access> HELPFUL =
            Set.of(new Access("list", "", "configmaps", "", ""), new Access("list", "", "services", "", ""));

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() throws IOException {
        Path releases = directory.resolve("releases");
        HelmFleet.copy(SimulatedFleet.OWN_RELEASES, releases);
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void every_route_gets_by_with_the_rights_of_its_files_and_the_inspection_asks_for_each(RightsRoute route) {
        // Given
        SimulatedCluster cluster = route.install(fleet);
        Account account = account(cluster, route.rights());
        fleet.actAs(cluster, account);
        // When
        StepProgress inspection = run(cluster, route, StepKind.INSPECT);
        assertThat(inspection).isInstanceOf(StepSucceeded.class);
        ClusterFacts facts = ((StepSucceeded) inspection).facts();
        Set<Access> inspected = account.used();
        for (StepKind step : route.steps()) {
            assertThat(run(cluster, route, step)).as(step.toString()).isInstanceOf(StepSucceeded.class);
            fleet.executor("observe-" + step, cluster).observe(request(cluster, route, step, route.gates()));
        }
        // Then
        Set<String> unasked = new TreeSet<>();
        for (Access access : account.used()) {
            if (!inspected.contains(access) && account.asked().stream().noneMatch(asked -> covers(asked, access))) {
                unasked.add(access.toString());
            }
        }
        assertThat(facts.missingPermissions()).isEmpty();
        assertThat(account.denied())
                .as("but what the inspection can do without")
                .allMatch(HELPFUL::contains);
        assertThat(unasked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "OPERATOR"})
    void without_the_files_of_its_route_the_inspection_names_what_is_missing_and_writes_nothing(RightsRoute route) {
        // Given
        SimulatedCluster cluster = route.install(fleet);
        Account account = account(cluster, route.rights().subList(0, 1));
        fleet.actAs(cluster, account);
        // When
        StepProgress inspection = run(cluster, route, StepKind.INSPECT);
        // Then
        assertThat(inspection)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        succeeded -> assertThat(succeeded.facts().missingPermissions())
                                .contains(
                                        "update deployments.apps in tigera-operator",
                                        "update installations.operator.tigera.io",
                                        "escalate clusterroles.rbac.authorization.k8s.io tigera-operator",
                                        "bind clusterroles.rbac.authorization.k8s.io tigera-operator"));
        assertThat(account.used()).noneMatch(Access::writes);
    }

    private static boolean covers(Access asked, Access used) {
        return asked.verb().equals(used.verb())
                && asked.group().equals(used.group())
                && asked.resource().equals(used.resource())
                && (asked.namespace().isEmpty() || asked.namespace().equals(used.namespace()))
                && (asked.name().isEmpty() || asked.name().equals(used.name()));
    }

    /** An account with the rights of these files, applied as people do. */
    private static Account account(SimulatedCluster cluster, List<String> files) {
        for (String file : files) {
            try {
                cluster.apply(Files.readString(RIGHTS.resolve(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return cluster.account("kube-system", "calico-fleet-executor");
    }

    private StepProgress run(SimulatedCluster cluster, RightsRoute route, StepKind step) {
        return fleet.executor(step.toString(), cluster).run(request(cluster, route, step, List.of()));
    }

    private StepRequested request(SimulatedCluster cluster, RightsRoute route, StepKind step, List<GateKind> gates) {
        StepParameters parameters =
                StepParameters.ofUpgrade(route.method(), route.from(), route.to(), OnConflict.KEEP_MINE);
        return new StepRequested(
                new StepId(
                        CampaignName.of(step == StepKind.RESTORE ? "undo" : "c1"), ClusterId.of(cluster.id()), step, 1),
                gates.stream()
                        .map(gate -> GateRequirement.of(gate, Duration.ofMinutes(5)))
                        .toList(),
                route.parameters(parameters, directory),
                "please");
    }
}
