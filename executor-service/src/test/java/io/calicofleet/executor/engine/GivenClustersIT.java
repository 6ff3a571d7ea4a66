package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.port.ResourceRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clusters whose kubeconfigs are in the directory CALICO_FLEET_IT_KUBECONFIGS names, each on the route of what is
 * installed there: to v3.22.5, back, there again and on to v3.28.5, with what people changed. The releases come from the
 * directory CALICO_FLEET_IT_RELEASES names, from ../shared/calico-manifests, or are our own: the first that has both the
 * release that runs and one to go to. What a cluster cannot do is left out and said; where it can do nothing, its test is
 * skipped.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GivenClustersIT {

    private static final String KUBECONFIGS = "CALICO_FLEET_IT_KUBECONFIGS";
    private static final String RELEASES = "CALICO_FLEET_IT_RELEASES";
    private static final List<CalicoVersion> TARGETS =
            List.of(CalicoVersion.parse("v3.22.5"), CalicoVersion.parse("v3.28.5"));
    private static final String MARK = "calico-fleet.example.com/owner";
    /** Whose step rolls Typha or the operator out before it goes on. */
    private static final Set<InstallMethod> WAITS_FOR_PODS =
            EnumSet.of(InstallMethod.MANIFEST_KDD_TYPHA, InstallMethod.MANIFEST_POLICY_ONLY, InstallMethod.OPERATOR);

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** The path of an image; its container. */
    private static final Pattern IMAGE = Pattern.compile("\\[([^\\]]+)]\\.image$");

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> goes_its_route_to_each_release_and_back_with_what_people_changed(TestReporter reporter)
            throws IOException {
        String given = System.getenv(KUBECONFIGS);
        assumeTrue(given != null, "skipped: " + KUBECONFIGS + " names no directory of kubeconfigs");
        try (Stream<Path> files = Files.list(Path.of(requireNonNull(given)))) {
            List<Path> kubeconfigs = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("clusters.yaml"))
                    .sorted()
                    .toList();
            assertThat(kubeconfigs).as("kubeconfigs in " + given).isNotEmpty();
            return kubeconfigs.stream()
                    .map(file ->
                            DynamicTest.dynamicTest(file.getFileName().toString(), () -> goesItsRoute(file, reporter)));
        }
    }

    /** How far it is between two releases, and by what. */
    private record Hop(String campaign, ClusterFacts facts, CalicoVersion from, CalicoVersion to, StepKind upgrade) {

        StepParameters parameters() {
            return StepParameters.ofUpgrade(facts.installMethod(), from, to, OnConflict.KEEP_MINE);
        }
    }

    private void goesItsRoute(Path kubeconfig, TestReporter reporter) throws IOException {
        try (GivenCluster cluster = new GivenCluster(kubeconfig)) {
            ClusterFacts found =
                    cluster.inspect(releases(SimulatedFleet.OWN_RELEASES), campaign("look"), TARGETS.getFirst());
            CalicoVersion version = found.calicoVersion();
            Optional<StepKind> upgrade = upgrade(found.installMethod());
            assumeTrue(
                    version != null && upgrade.isPresent(),
                    () -> "skipped: " + found.installMethod() + " of " + version + " has no route; "
                            + found.installSignals());
            Optional<Path> directory = directory(found.installMethod(), requireNonNull(version));
            assumeTrue(
                    directory.isPresent(),
                    () -> "skipped: nowhere are " + file(found.installMethod()) + " of both " + version
                            + " and a release to go to");
            boolean pods = cluster.runsPods(workload(found));
            reporter.publishEntry(
                    kubeconfig.getFileName().toString(),
                    found.installMethod() + " of " + version + " on " + found.kubernetesVersion() + ", "
                            + (pods ? "where pods run" : "where no pod runs, so nothing rolls out") + ", releases of "
                            + directory.get());
            Releases releases = releases(directory.get());
            cluster.annotate(workload(found), MARK, "network");
            CalicoVersion from = version;
            List<String> left = new ArrayList<>();
            List<CalicoVersion> reached = new ArrayList<>();
            for (CalicoVersion to : TARGETS) {
                Optional<String> obstacle = obstacle(cluster, releases, directory.get(), found, from, to, pods);
                if (obstacle.isPresent()) {
                    left.add(to + ": " + obstacle.get());
                    continue;
                }
                Hop there = upgrade(cluster, releases, from, to, upgrade.get(), pods);
                if (reached.isEmpty() && pods) {
                    goBack(cluster, releases, there, pods);
                    Hop unused = upgrade(cluster, releases, from, to, upgrade.get(), pods);
                }
                reached.add(to);
                from = to;
            }
            reporter.publishEntry(kubeconfig.getFileName().toString(), "reached " + reached + ", left out " + left);
            assumeThat(reached).as("skipped: " + left).isNotEmpty();
        }
    }

    /** A campaign with all its steps; nothing of what people changed is lost by it. */
    private static Hop upgrade(
            GivenCluster cluster,
            Releases releases,
            CalicoVersion from,
            CalicoVersion to,
            StepKind upgrade,
            boolean pods) {
        String campaign = campaign("to-" + to.toString().replace('.', '-'));
        ClusterFacts before = cluster.inspect(releases, campaign, to);
        assertThat(before.calicoVersion()).isEqualTo(from);
        assertThat(before.missingPermissions()).isEmpty();
        Hop hop = new Hop(campaign, before, from, to, upgrade);
        Map<String, JsonNode> settings = cluster.settings(before);
        boolean protect =
                from.isBefore(3, 14) && before.hostEndpoints().stream().anyMatch(HostEndpointFact::needsProtection);
        for (StepKind kind : List.of(
                StepKind.BACKUP,
                StepKind.PROTECT_HOST_ENDPOINTS,
                StepKind.PREPARE,
                upgrade,
                StepKind.REPLACE_CALICOCTL,
                StepKind.RELEASE_HOST_ENDPOINTS)) {
            boolean due = switch (kind) {
                case PROTECT_HOST_ENDPOINTS, RELEASE_HOST_ENDPOINTS -> protect;
                case PREPARE -> upgrade == StepKind.UPGRADE;
                case REPLACE_CALICOCTL -> !before.calicoctl().isEmpty();
                default -> true;
            };
            if (due) {
                cluster.succeeded(
                        releases,
                        campaign,
                        kind,
                        1,
                        hop.parameters()
                                .withSuggestedPolicy(
                                        kind == StepKind.RELEASE_HOST_ENDPOINTS, SimulatedFleet.SUGGESTED_POLICY));
                if (kind == upgrade && pods) {
                    awaitRolledOut(cluster, hop, to);
                }
            }
        }
        assertThat(cluster.succeeded(releases, campaign, upgrade, 2, hop.parameters())
                        .changes())
                .as("done once, there is nothing left to do")
                .isEmpty();
        ClusterFacts after = cluster.inspect(releases, campaign("after"), to);
        assertThat(after.installMethod()).isEqualTo(before.installMethod());
        assertThat(lost(before, after)).as("what people changed").isEmpty();
        assertThat(moved(before, cluster.observe(campaign, upgrade, hop.parameters())))
                .isEmpty();
        assertThat(cluster.annotation(workload(before), MARK)).isEqualTo("network");
        assertThat(cluster.settings(after)).containsAllEntriesOf(settings);
        if (pods) {
            assertThat(after.calicoVersion()).isEqualTo(to);
            assertThat(requireNonNull(after.baseline()).nodeAddresses())
                    .isEqualTo(requireNonNull(before.baseline()).nodeAddresses());
            assertThat(after.baseline().ipPools()).isEqualTo(before.baseline().ipPools());
        }
        return hop;
    }

    private static void goBack(GivenCluster cluster, Releases releases, Hop hop, boolean pods) {
        cluster.succeeded(releases, campaign("undo"), StepKind.RESTORE, 1, StepParameters.NONE);
        if (pods) {
            awaitRolledOut(cluster, hop, hop.from());
        }
        ClusterFacts back = cluster.inspect(releases, campaign("back"), hop.to());
        assertThat(back.calicoVersion()).isEqualTo(hop.from());
        assertThat(back.customisations())
                .containsExactlyInAnyOrderElementsOf(hop.facts().customisations());
        assertThat(back.hostEndpoints()).isEqualTo(hop.facts().hostEndpoints());
    }

    private static void awaitRolledOut(GivenCluster cluster, Hop hop, CalicoVersion version) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> GivenCluster.assertRolledOut(
                        cluster.observe(hop.campaign(), hop.upgrade(), hop.parameters()), version));
    }

    /** Why it cannot go there from here; empty where it can. */
    private static Optional<String> obstacle(
            GivenCluster cluster,
            Releases releases,
            Path directory,
            ClusterFacts found,
            CalicoVersion from,
            CalicoVersion to,
            boolean pods) {
        if (!pods && WAITS_FOR_PODS.contains(found.installMethod())) {
            return Optional.of("no pod runs here, and its step waits for some");
        }
        if (from.compareTo(to) >= 0) {
            return Optional.of("it runs " + from);
        }
        if (!to.isBefore(3, 28) && from.isBefore(3, 15)) {
            return Optional.of("its upgrade page takes v3.15 and later, not " + from);
        }
        if (!Files.exists(directory.resolve(to.toString()).resolve(file(found.installMethod())))) {
            return Optional.of("there is no " + file(found.installMethod()) + " of it in " + directory);
        }
        List<String> unserved = cluster.inspect(releases, campaign("look"), to).unservedKinds();
        return unserved.isEmpty() ? Optional.empty() : Optional.of("this API server does not serve " + unserved);
    }

    /** What was changed and is not any more. */
    private static List<Customisation> lost(ClusterFacts before, ClusterFacts after) {
        return before.customisations().stream()
                .filter(change -> !change.path().endsWith("].image"))
                .filter(change -> !after.customisations().contains(change))
                .toList();
    }

    /** The images of a registry of people's own that are not from there any more; their tags are the upgrade's business. */
    private static List<String> moved(ClusterFacts before, ClusterObservation seen) {
        List<String> moved = new ArrayList<>();
        for (Customisation change : before.customisations()) {
            Matcher image = IMAGE.matcher(change.path());
            if (image.find()) {
                seen.workloads().stream()
                        .filter(workload -> workload.object().equals(change.object()))
                        .flatMap(workload -> workload.templateImages().stream())
                        .filter(now -> now.container().equals(image.group(1)))
                        .filter(now -> !repository(now.image()).equals(repository(change.value())))
                        .forEach(now -> moved.add(change + " is " + now.image()));
            }
        }
        return moved;
    }

    private static String repository(String image) {
        String name = image.replace("\"", "");
        int colon = name.lastIndexOf(':');
        return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    }

    /** The workload that people mark: of a manifest the nodes, else the operator. */
    private static ResourceRef workload(ClusterFacts found) {
        String daemonSet = switch (found.installMethod()) {
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA, MANIFEST_KDD_NATIVE, MANIFEST_POLICY_ONLY, MANIFEST_ETCD ->
                "calico-node";
            case MANIFEST_CANAL -> "canal";
            case MANIFEST_CANAL_ETCD -> "canal-node";
            case OPERATOR, HELM, DISTRIBUTION, NONE -> "";
        };
        return daemonSet.isEmpty()
                ? new ResourceRef("apps/v1", "Deployment", "tigera-operator", "tigera-operator")
                : new ResourceRef("apps/v1", "DaemonSet", "kube-system", daemonSet);
    }

    private static Optional<StepKind> upgrade(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD,
                    MANIFEST_KDD_TYPHA,
                    MANIFEST_KDD_NATIVE,
                    MANIFEST_POLICY_ONLY,
                    MANIFEST_CANAL,
                    MANIFEST_ETCD,
                    MANIFEST_CANAL_ETCD -> Optional.of(StepKind.UPGRADE);
            case OPERATOR -> Optional.of(StepKind.UPGRADE_OPERATOR);
            case HELM -> Optional.of(StepKind.UPGRADE_HELM_RELEASE);
            case DISTRIBUTION, NONE -> Optional.empty();
        };
    }

    private static String file(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD -> "calico.yaml";
            case MANIFEST_KDD_TYPHA -> "calico-typha.yaml";
            case MANIFEST_KDD_NATIVE -> "calico-v3-crds.yaml";
            case MANIFEST_POLICY_ONLY -> "calico-policy-only.yaml";
            case MANIFEST_CANAL -> "canal.yaml";
            case MANIFEST_ETCD -> "calico-etcd.yaml";
            case MANIFEST_CANAL_ETCD -> "canal-etcd.yaml";
            case OPERATOR -> "tigera-operator.yaml";
            case HELM -> "tigera-operator/Chart.yaml";
            case DISTRIBUTION, NONE -> "";
        };
    }

    /** The first directory that has what runs and something to go to. */
    private static Optional<Path> directory(InstallMethod method, CalicoVersion from) {
        return Stream.of(
                        Optional.ofNullable(System.getenv(RELEASES)).map(Path::of),
                        Optional.of(SimulatedFleet.REAL_RELEASES),
                        Optional.of(SimulatedFleet.OWN_RELEASES))
                .flatMap(Optional::stream)
                .filter(base -> Files.exists(base.resolve(from.toString()).resolve(file(method))))
                .filter(base -> TARGETS.stream()
                        .anyMatch(to -> from.compareTo(to) < 0
                                && Files.exists(base.resolve(to.toString()).resolve(file(method)))))
                .findFirst();
    }

    private Releases releases(Path base) {
        return Releases.of(base.toString(), directory.resolve("cache-" + Objects.hashCode(base.toAbsolutePath())));
    }

    private static String campaign(String what) {
        return "it-" + what + "-" + Long.toString(System.nanoTime(), 36);
    }
}
