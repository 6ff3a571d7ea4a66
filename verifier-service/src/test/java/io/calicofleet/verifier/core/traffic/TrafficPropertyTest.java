package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.Golden;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrafficPropertyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final Map<String, List<String>> ADDRESSES =
            Map.of("n1", List.of("10.0.0.1", "fd00::1"), "n2", List.of("10.0.0.2"));
    private static final Network NETWORK = new Network(ADDRESSES, List.of("10.0.128.0/17"));

    @RepeatedTest(30)
    void the_suggestion_allows_every_recorded_flow_that_needs_a_rule(RepetitionInfo run) {
        // Given
        Random random = new Random(run.getCurrentRepetition());
        TrafficTally tally = tally(random, 3000, TrafficLimits.DEFAULT);
        // When
        PolicySuggestion suggestion = PolicySuggestion.of(tally.flows().keySet(), NETWORK, TARGET);
        // Then
        assertThat(suggestion.uncovered()).isEmpty();
        tally.flows().keySet().stream()
                .filter(flow -> FlowUse.of(flow, TARGET) == FlowUse.RULE)
                .forEach(flow ->
                        assertThat(suggestion.allows(flow)).as(flow.toString()).isTrue());
    }

    @RepeatedTest(10)
    void the_policy_as_it_is_written_allows_the_same_packets_as_the_rules(RepetitionInfo run) throws Exception {
        // Given
        Random random = new Random(run.getCurrentRepetition());
        List<Packet> packets = new ArrayList<>();
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        for (int i = 0; i < 500; i++) {
            Packet packet = LogLines.packet(random);
            packets.add(packet);
            tally.add("n1", new LogLine.Flow(packet, "", -1), START);
        }
        // When
        TrafficReview review = TrafficReviews.review(
                new TrafficReviews.Basis(tally, List.of("n1"), START, ADDRESSES, List.of("10.0.128.0/17"), TARGET));
        WrittenPolicy written = new WrittenPolicy(Golden.YAML.readTree(review.suggestedPolicy()));
        // Then
        for (Packet packet : packets) {
            FlowKey flow = new FlowKey(
                    packet.direction(),
                    packet.protocol(),
                    packet.port(),
                    packet.peer().network(128));
            if (FlowUse.of(flow, TARGET) == FlowUse.RULE) {
                assertThat(written.allows(packet)).as(packet.toString()).isTrue();
            }
        }
    }

    @RepeatedTest(10)
    void memory_is_bounded_and_what_is_not_kept_apart_is_counted(RepetitionInfo run) {
        // Given
        Random random = new Random(run.getCurrentRepetition());
        TrafficLimits limits = new TrafficLimits(50, 5, 3, 2);
        // When
        TrafficTally tally = tally(random, 5000, limits);
        // Then
        assertThat(tally.size()).isLessThanOrEqualTo(50);
        assertThat(tally.nodes()).hasSizeLessThanOrEqualTo(2);
        long packets =
                tally.flows().values().stream().mapToLong(FlowCount::packets).sum();
        assertThat(packets + tally.overflow().packets()).isEqualTo(5000);
        long lines = tally.nodes().values().stream().mapToLong(NodeHeard::lines).sum();
        assertThat(lines + tally.overflow().lines()).isEqualTo(5000);
    }

    @RepeatedTest(10)
    void a_tally_restored_from_its_entries_goes_on_as_the_one_it_was(RepetitionInfo run) {
        // Given
        Random random = new Random(run.getCurrentRepetition());
        TrafficLimits limits = new TrafficLimits(200, 5, 3, 3);
        TrafficTally original = tally(random, 2000, limits);
        TrafficTally restored = new TrafficTally(limits);
        original.nodes().forEach(restored::restore);
        original.flows().forEach((key, count) -> restored.restore(FlowKey.parse(key.encode()), count));
        restored.restore(original.overflow());
        // When
        for (int i = 0; i < 500; i++) {
            LogLine line = new LogLine.Flow(LogLines.packet(random), "", -1);
            original.add("n" + i % 4, line, START);
            restored.add("n" + i % 4, line, START);
        }
        // Then
        assertThat(restored.flows()).isEqualTo(original.flows());
        assertThat(restored.nodes()).isEqualTo(original.nodes());
        assertThat(restored.overflow()).isEqualTo(original.overflow());
    }

    @Test
    void failsafe_ports_are_those_of_the_version() {
        FlowDirection in = FlowDirection.INGRESS;
        assertThat(FailsafePorts.contains(CalicoVersion.of(3, 13, 4), in, "tcp", 6443))
                .isFalse();
        assertThat(FailsafePorts.contains(CalicoVersion.of(3, 14, 0), in, "tcp", 6443))
                .isTrue();
        assertThat(FailsafePorts.contains(CalicoVersion.of(3, 14, 2), in, "tcp", 5473))
                .isFalse();
        assertThat(FailsafePorts.contains(TARGET, in, "tcp", 5473)).isTrue();
        assertThat(FailsafePorts.contains(TARGET, in, "tcp", 10250)).isFalse();
        assertThat(FailsafePorts.contains(TARGET, FlowDirection.EGRESS, "tcp", 22))
                .isFalse();
        assertThat(FailsafePorts.contains(null, in, "tcp", 22)).isTrue();
    }

    private static TrafficTally tally(Random random, int packets, TrafficLimits limits) {
        TrafficTally tally = new TrafficTally(limits);
        for (int i = 0; i < packets; i++) {
            tally.add("n" + random.nextInt(4), new LogLine.Flow(LogLines.packet(random), "", -1), START.plusSeconds(i));
        }
        return tally;
    }
}
