package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.Golden;
import java.nio.file.Path;
import java.time.Duration;
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
        GateVerdict verdict = GateCase.of(kind, folder).verdict();
        Golden.compare(folder.resolve("verdict.yaml"), Golden.YAML.writeValueAsString(expected(verdict)));
    }

    private static Expected expected(GateVerdict verdict) {
        return switch (verdict) {
            case GateVerdict.Passed passed ->
                new Expected("passed", passed.reason(), null, null, passed.evidence(), passed.review());
            case GateVerdict.Contested by -> new Expected("contested", by.reason(), null, null, by.evidence(), null);
            case GateVerdict.Failed failed ->
                new Expected("failed", failed.reason(), null, null, failed.evidence(), null);
            case GateVerdict.NeedsApproval needs ->
                new Expected("needs-approval", needs.reason(), null, null, needs.evidence(), needs.review());
            case GateVerdict.NotYet notYet ->
                new Expected("not-yet", null, notYet.missing(), notYet.nextLook(), notYet.evidence(), null);
        };
    }
}
