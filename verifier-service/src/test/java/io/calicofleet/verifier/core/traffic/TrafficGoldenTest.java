package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.NodeCoverage;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One folder per case: traffic/CASE/lines.log is what the nodes log, a line each as "node line"; flows.yaml is what is seen
 * in it, policy.yaml what is suggested.
 */
class TrafficGoldenTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Map<String, List<String>> ADDRESSES = Map.of(
            "n1", List.of("10.0.0.1", "fd00::1"),
            "n2", List.of("10.0.0.2", "fd00::2"),
            "n3", List.of("10.0.0.3", "fd00::3"));

    /** What is seen. */
    record Seen(List<NodeCoverage> coverage, List<FlowSummary> flows, List<String> notes) {}

    @TestFactory
    Stream<DynamicTest> traffic() throws Exception {
        return Golden.cases("traffic").stream()
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> run(folder)));
    }

    private static void run(Path folder) throws Exception {
        // Given
        KernelLogParser parser = new KernelLogParser(KernelLogParser.DEFAULT_PREFIX);
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        long second = 0;
        for (String line : Files.readAllLines(folder.resolve("lines.log"))) {
            int blank = line.indexOf(' ');
            tally.add(line.substring(0, blank), parser.parse(line.substring(blank + 1)), START.plusSeconds(second++));
        }
        // When
        TrafficReview review = TrafficReviews.review(new TrafficReviews.Basis(
                tally,
                List.of("n1", "n2", "n3"),
                START,
                ADDRESSES,
                List.of("192.168.0.0/16", "fd00:10::/48"),
                CalicoVersion.of(3, 22, 5)));
        // Then
        Golden.compare(
                folder.resolve("flows.yaml"),
                Golden.YAML.writeValueAsString(new Seen(review.coverage(), review.flows(), review.notes())));
        Golden.compare(folder.resolve("policy.yaml"), review.suggestedPolicy());
    }
}
