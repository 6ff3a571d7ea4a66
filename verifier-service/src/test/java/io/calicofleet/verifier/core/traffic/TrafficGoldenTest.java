package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.event.NodeCoverage;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.verifier.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One folder per case: traffic/CASE/lines.log is what the nodes log, a line each as "node line"; cluster.yaml, where there
 * is one, its network sets and failsafe ports as observed; flows.yaml is what is seen in it, policy.yaml what is suggested.
 */
class TrafficGoldenTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Map<String, List<String>> ADDRESSES = Map.of(
            "n1", List.of("10.0.0.1", "fd00::1"),
            "n2", List.of("10.0.0.2", "fd00::2"),
            "n3", List.of("10.0.0.3", "fd00::3"));

    private static final CalicoVersion VERSION = CalicoVersion.of(3, 22, 5);

    /** What is observed where a case does not say it: no sets, the failsafe ports of the version, the API server where it is as a rule. */
    private static final Cluster PLAIN = new Cluster(
            new NetworkSetsObservation(List.of(), List.of(), false),
            new FailsafeObservation(
                    FailsafeDefaults.of(VERSION, FlowDirection.INGRESS),
                    FailsafeDefaults.of(VERSION, FlowDirection.EGRESS),
                    false),
            new ApiServerObservation(List.of(6443), List.of()));

    /** What is observed of a cluster. */
    record Cluster(
            @Nullable NetworkSetsObservation networkSets,
            @Nullable FailsafeObservation failsafe,
            @Nullable ApiServerObservation apiServer) {}

    /** What is seen. */
    record Seen(List<NodeCoverage> coverage, List<FlowSummary> flows, List<String> notes) {}

    @TestFactory
    Stream<DynamicTest> traffic() throws Exception {
        return Golden.cases("traffic").stream()
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> run(folder)));
    }

    private static void run(Path folder) throws Exception {
        // Given
        KernelLogParser parser = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        long second = 0;
        for (String line : Files.readAllLines(folder.resolve("lines.log"))) {
            int blank = line.indexOf(' ');
            tally.add(line.substring(0, blank), parser.parse(line.substring(blank + 1)), START.plusSeconds(second++));
        }
        Path observed = folder.resolve("cluster.yaml");
        Cluster cluster =
                Files.exists(observed) ? Golden.YAML.readValue(Files.readString(observed), Cluster.class) : PLAIN;
        // When
        TrafficReview review = TrafficReviews.review(new TrafficReviews.Basis(
                tally,
                List.of("n1", "n2", "n3"),
                START,
                ADDRESSES,
                List.of("192.168.0.0/16", "fd00:10::/48"),
                cluster.networkSets(),
                cluster.failsafe(),
                cluster.apiServer(),
                VERSION,
                Golden.POLICIES));
        // Then
        Golden.compare(
                folder.resolve("flows.yaml"),
                Golden.YAML.writeValueAsString(new Seen(review.coverage(), review.flows(), review.notes())));
        Golden.compare(folder.resolve("policy.yaml"), review.suggestedPolicy());
    }
}
