package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rights people give an executor, as {@code deploy/kubernetes} has them: each route is run from end to end by an
 * account that has these and no more, against an API server that reads roles as Kubernetes does. The releases they go to
 * change each object they have, and people take some away before a restore, so that each right has its use.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(1)
class RightsIT {

    private static final Path RIGHTS = Path.of("../deploy/kubernetes");

    /** Where these may not be read, a note says so (docs/operations/permissions.md). */
    private static final Set<Access> HELPFUL =
            Set.of(new Access("list", "", "configmaps", "", ""), new Access("list", "", "services", "", ""));

    /** What no route here makes use of, and why people give it all the same. */
    private static final Map<String, String> STAYS = Map.ofEntries(
            Map.entry(
                    "helm.yaml: (create|delete) \\*.operator.tigera.io",
                    "charts from v3.30 on have resources of their own, Goldmane and Whisker"),
            Map.entry("helm.yaml: .* configmaps in tigera-operator", "values of a chart make them"),
            Map.entry("helm.yaml: patch secrets in tigera-operator", "a chart's pull secret is one"),
            Map.entry(
                    "helm.yaml: patch (namespaces|serviceaccounts|rolebindings|clusterrolebindings).*",
                    "Helm patches what a chart changed of them"),
            Map.entry("helm.yaml: delete podsecuritypolicies.policy", "charts from v3.25 on have none any more"),
            Map.entry("istio.yaml: .* statefulsets.apps", "the simulator runs no pods of them"),
            Map.entry(
                    "operator.yaml: (get|create|update) (installations|apiservers|imagesets).operator.tigera.io",
                    "a restore puts back the settings that somebody changed or deleted"),
            Map.entry(
                    "operator.yaml: (delete customresourcedefinitions|list managementclusterconnections).*",
                    "the way back from v3.30 or later to an operator of before"),
            Map.entry("to-operator.yaml: delete .*", "MigrateToOperatorIT takes a migration back with no other rights"),
            Map.entry(
                    "to-operator.yaml: update secrets in tigera-operator",
                    "a pull secret that is there from before, and is another one now"),
            Map.entry("permissions.yaml: update (jobs|pods).*", "a release may change no more than their labels"),
            Map.entry(
                    "permissions.yaml: update validatingadmissionpolic.*", "a release after the one that brought them"),
            Map.entry(
                    "permissions.yaml: watch (jobs.batch in kube-system|customresourcedefinitions.*)",
                    "a Job that does not go at once, a definition that is not served at once, is waited for"));

    private static final Set<Access> USED = new TreeSet<>();
    private static final Set<RightsRoute> RUN = EnumSet.noneOf(RightsRoute.class);

    @TempDir
    private static Path made;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeAll
    static void makeReleases() throws IOException {
        HelmFleet.copy(SimulatedFleet.OWN_RELEASES, made);
        NativeReleases.write(made);
        Set<String> targets = new TreeSet<>();
        for (RightsRoute route : RightsRoute.values()) {
            targets.add(route.to().toString());
        }
        for (String target : targets) {
            labelled(made.resolve(target));
        }
    }

    @BeforeEach
    void start() throws IOException {
        Path releases = directory.resolve("releases");
        HelmFleet.copy(made, releases);
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Order(1)
    @ParameterizedTest
    @EnumSource
    void every_route_gets_by_with_the_rights_of_its_files_and_the_inspection_asks_for_each(RightsRoute route) {
        // Given
        SimulatedCluster cluster = route.install(fleet);
        Account account = account(cluster, route, route.rights());
        fleet.actAs(cluster, account);
        // When
        StepProgress inspection = run(cluster, route, StepKind.INSPECT);
        assertThat(inspection).isInstanceOf(StepSucceeded.class);
        ClusterFacts facts = ((StepSucceeded) inspection).facts();
        Set<Access> inspected = account.used();
        for (StepKind step : route.steps()) {
            if (step == StepKind.RESTORE) {
                route.spoil(cluster);
            }
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
        USED.addAll(account.used());
        if (!account.asked().isEmpty()) {
            USED.add(new Access("create", "authorization.k8s.io", "selfsubjectaccessreviews", "", ""));
        }
        RUN.add(route);
        assertThat(facts.missingPermissions()).isEmpty();
        assertThat(account.denied())
                .as("but what the inspection can do without")
                .allMatch(HELPFUL::contains);
        assertThat(unasked).isEmpty();
    }

    /** A release that changes each of its objects. */
    private static void labelled(Path release) throws IOException {
        try (Stream<Path> files = Files.list(release)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                StringBuilder all = new StringBuilder();
                for (JsonNode document : Json.yamlDocuments(Files.readString(file))) {
                    if (document.path("metadata").isObject()) {
                        Json.child(Json.child((ObjectNode) document, "metadata"), "labels")
                                .put(
                                        "example.com/release",
                                        release.getFileName().toString());
                    }
                    all.append("---\n").append(Json.yaml(document));
                }
                Files.writeString(file, all);
            }
        }
    }

    @Order(2)
    @Test
    void every_right_in_these_files_is_used_by_some_route_or_stays_for_a_reason() {
        assumeTrue(RUN.size() == RightsRoute.values().length, "skipped: not all routes were run");
        DocumentedRights rights = DocumentedRights.of(RIGHTS);
        assertThat(rights.unused(USED))
                .as("used by no route")
                .allMatch(right -> STAYS.keySet().stream().anyMatch(reason -> right.matches(".*" + reason)));
        assertThat(STAYS.keySet())
                .as("reasons for rights that are there")
                .allMatch(reason -> rights.unused(Set.of()).stream().anyMatch(right -> right.matches(".*" + reason)));
    }

    @Order(3)
    @ParameterizedTest
    @EnumSource(names = {"HELM", "OPERATOR"})
    void without_the_files_of_its_route_the_inspection_names_what_is_missing_and_writes_nothing(RightsRoute route) {
        // Given
        SimulatedCluster cluster = route.install(fleet);
        Account account = account(cluster, route, route.rights().subList(0, 1));
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
    private static Account account(SimulatedCluster cluster, RightsRoute route, List<String> files) {
        for (String file : files) {
            try {
                cluster.apply(route.applied(file, Files.readString(RIGHTS.resolve(file))));
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
