package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GatesTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    @ParameterizedTest
    @EnumSource
    void every_kind_has_a_gate_of_its_own(GateKind kind) {
        assertThat(Gates.of(kind).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource
    void without_any_observation_a_gate_waits_and_names_what_is_missing_at_its_deadline(GateKind kind) {
        // Given
        GateRequirement requirement = GateRequirement.of(kind, Duration.ofMinutes(5));
        Evidence nothing = new Evidence(
                START,
                io.calicofleet.event.CalicoVersion.of(3, 22, 5),
                ObservationHistory.NONE,
                TrafficTally.NOTHING_HEARD,
                PolicyReader.NONE);
        // When
        GateVerdict before = Gates.of(kind).judge(requirement, nothing, Duration.ofSeconds(299));
        GateVerdict after = Gates.of(kind).judge(requirement, nothing, Duration.ofMinutes(5));
        // Then
        assertThat(before).isInstanceOfSatisfying(GateVerdict.NotYet.class, notYet -> {
            assertThat(notYet.missing())
                    .containsExactly("any observation of the cluster: the executor sent none for this step");
            assertThat(notYet.nextLook()).isEqualTo(kind == GateKind.VERSION ? null : Duration.ofMinutes(5));
        });
        if (kind == GateKind.VERSION) {
            // Its time runs only while the pods are settled.
            assertThat(after).isInstanceOf(GateVerdict.NotYet.class);
            return;
        }
        assertThat(after).isInstanceOfSatisfying(GateVerdict.Failed.class, failed -> {
            assertThat(failed.reason()).startsWith("Missing at the deadline: any observation of the cluster");
            assertThat(failed.evidence()).last().asString().contains("the deadline, PT5M, was used up");
        });
    }
}
