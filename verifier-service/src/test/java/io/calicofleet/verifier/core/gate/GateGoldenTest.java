package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.Golden;
import io.calicofleet.verifier.core.Verification;
import io.calicofleet.verifier.core.VerifierCore;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * One folder per case: gates/GATE/CASE/observations.yaml is what is asked for and seen, verdict.yaml what the gate makes
 * of it. The cluster is seen all the while, from the first observation after the step has acted.
 */
class GateGoldenTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    /** What a case gives. Times are durations since the step was asked for. */
    record Given(
            List<GateRequirement> gates,
            @Nullable CalicoVersion target,
            @Nullable List<Seen> checks,
            @Nullable List<Heard> traffic,
            Duration judgedAfter) {}

    record Seen(Duration after, boolean acted, @Nullable Integer sequence, ClusterObservation observation) {}

    record Heard(Duration after, String node, String log) {}

    /** What comes of it. */
    record Expected(
            String verdict,
            @Nullable String reason,
            @Nullable List<String> missing,
            @Nullable Duration nextLookAfter,
            List<String> evidence,
            @Nullable TrafficReview review) {}

    @TestFactory
    Stream<DynamicTest> gates() throws Exception {
        Stream<DynamicTest> tests = Stream.empty();
        for (Path gate : Golden.cases("gates")) {
            GateKind kind = GateKind.valueOf(gate.getFileName().toString());
            for (Path folder : Golden.cases("gates/" + kind.name())) {
                tests = Stream.concat(
                        tests,
                        Stream.of(
                                DynamicTest.dynamicTest(kind + ": " + folder.getFileName(), () -> run(kind, folder))));
            }
        }
        return tests;
    }

    @Test
    void everyGateHasCases() throws Exception {
        assertThat(Golden.cases("gates").stream()
                        .map(path -> path.getFileName().toString())
                        .collect(Collectors.toSet()))
                .isEqualTo(Arrays.stream(GateKind.values()).map(Enum::name).collect(Collectors.toSet()));
    }

    private static void run(GateKind kind, Path folder) throws Exception {
        // Given
        Given given = Golden.YAML.readValue(Files.readString(folder.resolve("observations.yaml")), Given.class);
        GateRequirement requirement = given.gates().stream()
                .filter(gate -> gate.kind() == kind)
                .findFirst()
                .orElseThrow();
        Verification verification = new Verification(
                StepId.parse("calico-3-22/c01/upgrade/1"),
                START,
                given.gates(),
                given.target(),
                null,
                null,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
        long sequence = 0;
        Duration before = null;
        Duration acted = null;
        for (Seen seen : given.checks() == null ? List.<Seen>of() : given.checks()) {
            sequence = seen.sequence() == null ? sequence + 1 : seen.sequence();
            Check check = new Check(
                    "run", sequence, seen.acted(), seen.observation(), START.plus(seen.after()), Duration.ofDays(1));
            Duration since = before == null ? null : seen.after().minus(before);
            verification = VerifierCore.see(verification, check, since).orElse(verification);
            before = seen.after();
            acted = acted == null && seen.acted() ? seen.after() : acted;
        }
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        KernelLogParser parser = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
        for (Heard heard : given.traffic() == null ? List.<Heard>of() : given.traffic()) {
            tally.add(heard.node(), parser.parse(heard.log()), START.plus(heard.after()));
        }
        // When
        GateVerdict verdict = Gates.of(kind)
                .judge(
                        requirement,
                        new Evidence(START, given.target(), verification.history(), tally, Golden.POLICIES),
                        acted == null
                                ? given.judgedAfter()
                                : given.judgedAfter().minus(acted));
        // Then
        Golden.compare(folder.resolve("verdict.yaml"), Golden.YAML.writeValueAsString(expected(verdict)));
    }

    private static Expected expected(GateVerdict verdict) {
        return switch (verdict) {
            case GateVerdict.Passed passed ->
                new Expected("passed", passed.reason(), null, null, passed.evidence(), passed.review());
            case GateVerdict.Failed failed ->
                new Expected("failed", failed.reason(), null, null, failed.evidence(), null);
            case GateVerdict.NeedsApproval needs ->
                new Expected("needs-approval", needs.reason(), null, null, needs.evidence(), needs.review());
            case GateVerdict.NotYet notYet ->
                new Expected("not-yet", null, notYet.missing(), notYet.nextLook(), notYet.evidence(), null);
        };
    }
}
