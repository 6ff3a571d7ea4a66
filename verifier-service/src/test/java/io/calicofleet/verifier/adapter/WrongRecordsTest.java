package io.calicofleet.verifier.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.Topic;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.WrongRecords;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.verification.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The verifier holds against records that no service of ours sends: it goes on, keeps nothing of them, and judges as before. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongRecordsTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final List<Topic> TOPICS = List.of(Topic.STEPS, Topic.CHECKS, Topic.TRAFFIC);
    private static final int BURST = 6;
    private static final int RECORDS = 1000;

    private final Samples samples = new Samples(Path.of(".."));

    @Test
    void nothing_stops_it_nothing_grows_and_steps_are_judged() {
        Seeds.burst(BURST).forEach(this::run);
    }

    private void run(long seed) {
        WrongRecords wrong = new WrongRecords(samples, new Foreign(List.of("c01")), seed);
        List<String> faults = new ArrayList<>();
        try (TopologyFixture fixture = new TopologyFixture()) {
            for (int step = 1; step <= 3; step++) {
                String id = "mine/c01/upgrade/" + step;
                fixture.requestGranted(id, 5, GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15)));
                flood(fixture, wrong, faults, seed);
                fixture.check(id, "run", step, true, Observations.settled(TARGET));
            }
            flood(fixture, wrong, faults, seed);

            assertThat(faults).as("seed %d", seed).isEmpty();
            assertThat(mine(fixture))
                    .as("seed %d", seed)
                    .containsOnly(Outcome.PASSED)
                    .hasSizeGreaterThanOrEqualTo(3);
            fixture.advance(Verification.LONGEST.plusDays(1));
            fixture.advance(TopologyFixture.FORGET_AFTER.plusDays(1));
            assertThat(fixture.storedVerifications()).as("seed %d", seed).isEmpty();
            assertThat(fixture.storedTraffic()).as("seed %d", seed).isEmpty();
        }
    }

    private static List<Outcome> mine(TopologyFixture fixture) {
        return fixture.verdicts().stream()
                .map(TestRecord::value)
                .filter(verdict -> verdict.step().campaign().value().equals("mine"))
                .map(StepJudged::outcome)
                .toList();
    }

    private static void flood(TopologyFixture fixture, WrongRecords wrong, List<String> faults, long seed) {
        for (int i = 0; i < RECORDS; i++) {
            Topic topic = TOPICS.get(i % TOPICS.size());
            ProducerRecord<byte[], byte[]> record = wrong.next(topic);
            try {
                fixture.pipe(record);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", on " + topic, e);
            }
        }
        fixture.advance(Duration.ofSeconds(10));
        fixture.deadLetters().stream()
                .map(letter -> fixture.header(letter, "dead_letter_reason"))
                .filter(reason -> reason.startsWith("a bug of ours"))
                .forEach(faults::add);
    }
}
