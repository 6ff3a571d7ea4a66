package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.model.felix.flow.FlowKey;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrafficPropertyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

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

    private static TrafficTally tally(Random random, int packets, TrafficLimits limits) {
        TrafficTally tally = new TrafficTally(limits);
        for (int i = 0; i < packets; i++) {
            tally.add("n" + random.nextInt(4), new LogLine.Flow(LogLines.packet(random), "", -1), START.plusSeconds(i));
        }
        return tally;
    }
}
