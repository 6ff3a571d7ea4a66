package io.calicofleet.verifier.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.verifier.Golden;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whose time runs when: each gate's while it is what is missing. A check every ten seconds. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GateTimesTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final CalicoVersion BEFORE = CalicoVersion.of(3, 20, 6);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Path OPERATED = Path.of(
            "src/test/resources/gates/VERSION/with-an-operator-its-time-does-not-run-before-the-operator-has-acted",
            "observations.yaml");

    private int checks;

    @Test
    void an_operator_that_is_degraded_after_a_moment_of_being_well_fails_its_own_gate_with_its_own_words()
            throws IOException {
        ClusterObservation well = operated("");
        ClusterObservation degraded = operated("Error: pull secret not found");

        StepJudged verdict = play(
                check -> check == 0 ? well : degraded,
                gate(GateKind.PODS, 15),
                GateRequirement.ofOperator(Duration.ofMinutes(20), null),
                gate(GateKind.VERSION, 5));

        assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
        GateResult last = verdict.gates().getLast();
        assertThat(last.gate()).isEqualTo(GateKind.OPERATOR);
        assertThat(last.reason()).contains("calico: available, degraded (Error: pull secret not found)");
        assertThat(last.evidence()).contains("also missing: version: ClusterInformation at v3.22.5, it names v3.20.6");
        assertThat(minutes()).isEqualTo(20);
    }

    @Test
    void the_version_has_its_time_while_the_pods_are_settled_and_no_more() {
        ClusterObservation settled = Observations.withPods(BEFORE, TARGET, 3);
        ClusterObservation rolling = Observations.withPods(BEFORE, TARGET, 2);

        // Four minutes settled, ten that are not, then settled again
        StepJudged verdict = play(
                check -> check < 24 || check >= 84 ? settled : rolling,
                gate(GateKind.PODS, 15),
                gate(GateKind.VERSION, 5));

        assertThat(verdict.gates().getLast().gate()).isEqualTo(GateKind.VERSION);
        assertThat(minutes()).isEqualTo(15);
    }

    @Test
    void pods_that_stood_settled_for_a_while_have_as_long_again() {
        ClusterObservation settled = Observations.withPods(BEFORE, TARGET, 3);
        ClusterObservation rolling = Observations.withPods(BEFORE, TARGET, 2);

        StepJudged verdict = play(
                check -> check >= 60 && check < 66 ? settled : rolling,
                gate(GateKind.PODS, 15),
                gate(GateKind.VERSION, 60));

        assertThat(verdict.gates().getLast().gate()).isEqualTo(GateKind.PODS);
        assertThat(minutes()).isEqualTo(11 + 15);
    }

    @Test
    void pods_that_are_settled_for_moments_only_fail_all_the_same() {
        ClusterObservation settled = Observations.withPods(BEFORE, TARGET, 3);
        ClusterObservation rolling = Observations.withPods(BEFORE, TARGET, 2);

        StepJudged verdict =
                play(check -> check % 2 == 0 ? settled : rolling, gate(GateKind.PODS, 15), gate(GateKind.VERSION, 60));

        assertThat(verdict.gates().getLast().gate()).isEqualTo(GateKind.PODS);
        assertThat(minutes()).isEqualTo(15);
    }

    private int minutes() {
        return (checks - 1) * 10 / 60;
    }

    private StepJudged play(IntFunction<ClusterObservation> seen, GateRequirement... gates) {
        Verification verification = new Verification(
                StepId.parse("c/c01/upgrade-operator/1"),
                START,
                List.of(gates),
                TARGET,
                null,
                0,
                0,
                Verification.LONGEST,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
        @Nullable Duration since = null;
        for (checks = 1; checks < 1000; checks++) {
            Check check = new Check(
                    "run", checks, true, seen.apply(checks - 1), START.plus(EVERY.multipliedBy(checks)), EVERY);
            verification = VerifierCore.see(verification, check, since).orElseThrow();
            since = EVERY;
            if (VerifierCore.judge(verification, TrafficTally.NOTHING_HEARD, START)
                    instanceof Judgement.Decided decided) {
                return decided.verdict().judged();
            }
        }
        throw new AssertionError("no verdict");
    }

    private static GateRequirement gate(GateKind kind, int minutes) {
        return GateRequirement.of(kind, Duration.ofMinutes(minutes));
    }

    /** A cluster whose operator has brought the target to the nodes and not to the datastore. */
    private static ClusterObservation operated(String trouble) throws IOException {
        String text = Files.readString(OPERATED).replace("node:v3.20.6", "node:v3.22.5");
        JsonNode observation = Golden.YAML.readTree(text).at("/checks/0/observation");
        ObjectNode calico = (ObjectNode) observation.at("/operator/components/1");
        calico.put("degraded", !trouble.isEmpty()).put("message", trouble);
        return Golden.YAML.treeToValue(observation, ClusterObservation.class);
    }
}
