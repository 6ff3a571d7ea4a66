package io.calicofleet.verifier.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerifierCoreTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.24.6");
    private static final CalicoVersion IMAGES = CalicoVersion.parse("v3.24.5");

    @Test
    void what_is_waited_for_is_the_version_that_the_images_of_the_target_name() {
        assertThat(opened(TARGET, IMAGES).target()).isEqualTo(IMAGES);
        assertThat(opened(TARGET, null).target()).isEqualTo(TARGET);
        assertThat(opened(null, null).target()).isNull();
    }

    @Test
    void a_fork_whose_images_name_an_older_release_passes_by_that_release_and_by_no_other() {
        assertThat(outcome(opened(TARGET, IMAGES), IMAGES)).isEqualTo(Outcome.PASSED);
        assertThat(outcome(opened(TARGET, IMAGES), TARGET)).isNull();
        assertThat(outcome(opened(TARGET, null), TARGET)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void a_step_that_needs_an_approval_has_its_review_and_every_gate_in_its_verdict() {
        GateRequirement traffic = new GateRequirement(
                GateKind.HOST_ENDPOINT_TRAFFIC, Duration.ofMinutes(10), null, TrafficMode.REQUIRED, null, null);
        GateRequirement protection = GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, Duration.ofMinutes(5));
        TrafficTally tally = heard();
        for (List<GateRequirement> gates : List.of(List.of(traffic, protection), List.of(protection, traffic))) {
            Verification seen = see(open(gates, StepParameters.NONE), 1, Observations.protectedNodes(List.of("n1")));

            assertThat(VerifierCore.judge(seen, tally, START.plusSeconds(2)))
                    .isInstanceOfSatisfying(Judgement.Decided.class, decided -> {
                        assertThat(decided.verdict().judged().outcome()).isEqualTo(Outcome.NEEDS_APPROVAL);
                        assertThat(decided.verdict().judged().review()).isNotNull();
                        assertThat(decided.verdict().judged().gates())
                                .extracting(GateResult::gate)
                                .containsExactlyElementsOf(gates.stream()
                                        .map(GateRequirement::kind)
                                        .toList());
                    });
        }
    }

    @Test
    void the_observation_ends_at_its_duration_and_not_a_nanosecond_before() {
        GateRequirement traffic = new GateRequirement(
                GateKind.HOST_ENDPOINT_TRAFFIC,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                TrafficMode.REQUIRED,
                null,
                null);
        for (long before : new long[] {1, 0}) {
            ClusterObservation observation = Observations.protectedNodes(List.of("n1"));
            Duration minute = Duration.ofMinutes(1);
            Duration seenFor = minute.minusNanos(before);
            Instant end = START.plus(seenFor);
            Verification seen = VerifierCore.see(
                            open(List.of(traffic), StepParameters.NONE),
                            new Check("run", 1, true, observation, START, minute),
                            minute)
                    .orElseThrow();
            seen = VerifierCore.see(seen, new Check("run", 2, true, observation, end, minute), seenFor)
                    .orElseThrow();

            assertThat(VerifierCore.judge(seen, heard(), end))
                    .isInstanceOf(before == 0 ? Judgement.Decided.class : Judgement.Open.class);
        }
    }

    @Test
    void packets_beyond_what_is_kept_apart_are_counted_in_the_evidence_and_where_there_are_none_nothing_is_said() {
        assertThat(traffic(4)).noneMatch(line -> line.contains("beyond what is kept apart"));
        assertThat(traffic(3)).contains("1 packet beyond what is kept apart");
        assertThat(traffic(2)).contains("2 packets beyond what is kept apart");
    }

    /** The evidence of a review of packets from four networks, of which {@code flows} are kept apart. */
    private static List<String> traffic(int flows) {
        GateRequirement gate = new GateRequirement(
                GateKind.HOST_ENDPOINT_TRAFFIC, Duration.ofMinutes(10), null, TrafficMode.REQUIRED, null, null);
        TrafficTally tally = heard(new TrafficLimits(flows, 64, 64, 5000));
        KernelLogParser parser = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
        for (int i = 1; i <= 4; i++) {
            tally.add(
                    "n1",
                    parser.parse("calico-packet: IN=eth0 OUT= SRC=192.0." + i
                            + ".7 DST=10.0.0.1 PROTO=TCP SPT=40000 DPT=8443"),
                    START.plusSeconds(1));
        }
        Verification seen =
                see(open(List.of(gate), StepParameters.NONE), 1, Observations.protectedNodes(List.of("n1")));
        Judgement.Decided decided = (Judgement.Decided) VerifierCore.judge(seen, tally, START.plusSeconds(2));
        return decided.verdict().judged().gates().getFirst().evidence();
    }

    private static TrafficTally heard() {
        return heard(TrafficLimits.DEFAULT);
    }

    private static TrafficTally heard(TrafficLimits limits) {
        TrafficTally tally = new TrafficTally(limits);
        KernelLogParser parser = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
        tally.add("n1", parser.parse("any line of its kernel"), START.plusSeconds(1));
        return tally;
    }

    private static @Nullable Outcome outcome(Verification verification, CalicoVersion runs) {
        Verification seen = verification;
        for (int i = 1; i <= 3; i++) {
            seen = see(seen, i, Observations.settled(runs));
        }
        return VerifierCore.judge(seen, TrafficTally.NOTHING_HEARD, START.plusSeconds(4))
                        instanceof Judgement.Decided decided
                ? decided.verdict().judged().outcome()
                : null;
    }

    private static Verification see(Verification verification, int sequence, ClusterObservation observation) {
        return VerifierCore.see(
                        verification,
                        new Check(
                                "run", sequence, true, observation, START.plusSeconds(sequence), Duration.ofSeconds(1)),
                        Duration.ofSeconds(1))
                .orElseThrow();
    }

    private static Verification opened(@Nullable CalicoVersion target, @Nullable CalicoVersion images) {
        return open(
                List.of(
                        GateRequirement.of(GateKind.PODS, Duration.ofMinutes(5)),
                        GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5))),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, null, target, null)
                        .withTargetImages(images));
    }

    private static Verification open(List<GateRequirement> gates, StepParameters parameters) {
        return VerifierCore.open(
                new StepRequested(StepId.parse("calico-3-24/c01/upgrade/1"), gates, parameters, "upgrade"),
                null,
                START);
    }
}
