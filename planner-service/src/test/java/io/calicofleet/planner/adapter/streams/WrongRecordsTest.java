package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.WrongRecords;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The planner holds against records that no service of ours sends: it goes on, keeps nothing of them, and its campaigns end. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongRecordsTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final List<Topic> TOPICS =
            List.of(Topic.CLUSTERS, Topic.COMMANDS, Topic.CLAIMS, Topic.CLAIM_ANSWERS, Topic.PROGRESS, Topic.VERDICTS);
    private static final int BURST = 6;
    private static final int RECORDS = 500;
    private static final int STEPS = 4;

    private final Samples samples = new Samples(Path.of(".."));
    private final PlannerCore core = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);

    @Test
    void nothing_stops_it_nothing_grows_and_its_campaigns_end() {
        Seeds.burst(BURST).forEach(this::run);
    }

    private void run(long seed) {
        WrongRecords wrong = new WrongRecords(samples, new Foreign(List.of("c1")), seed);
        List<String> faults = new ArrayList<>();
        CampaignPhase phase = null;
        try (PlannerDriver driver = new PlannerDriver(core::decide, new SimpleMeterRegistry(), START)) {
            say(driver, Drill.announced("c1"));
            flood(driver, wrong, faults, seed);
            var spec = Drill.spec(Drill.document("d", STEPS, List.of("c1")));
            say(driver, new CampaignCreated(spec.name(), spec, "ada created d"));
            for (int step = 1; step <= STEPS; step++) {
                flood(driver, wrong, faults, seed);
                say(driver, Drill.succeeded(Drill.step("d", "c1", step)));
                flood(driver, wrong, faults, seed);
                say(driver, Drill.passed(Drill.step("d", "c1", step)));
                driver.advance(Duration.ofSeconds(1));
            }
            for (TestRecord<byte[], byte[]> record : driver.records(Topic.STATUS)) {
                if (EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                        && parsed.event().data() instanceof CampaignStatus status
                        && status.campaign().equals(spec.name())) {
                    phase = status.phase();
                }
            }
            driver.records(Topic.DEAD_LETTERS);
            driver.advance(Duration.ofDays(2));

            assertThat(faults).as("seed %d", seed).isEmpty();
            assertThat(phase).as("seed %d", seed).isEqualTo(CampaignPhase.SUCCEEDED);
            assertThat(driver.size(PlannerTopology.HEADERS)).isLessThanOrEqualTo(Foreign.CAMPAIGNS + 1L);
            assertThat(driver.size(PlannerTopology.CLUSTERS)).isLessThanOrEqualTo(Foreign.CAMPAIGNS * 10L);
            // Who is still claimed has a campaign that goes on.
            assertThat(driver.size(PlannerTopology.CLAIMS)).isLessThanOrEqualTo(driver.size(PlannerTopology.CLUSTERS));
        }
    }

    private static void flood(PlannerDriver driver, WrongRecords wrong, List<String> faults, long seed) {
        for (int i = 0; i < RECORDS; i++) {
            Topic topic = TOPICS.get(i % TOPICS.size());
            ProducerRecord<byte[], byte[]> record = wrong.next(topic);
            try {
                driver.pipe(record);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", on " + topic, e);
            }
        }
        faults.addAll(driver.records(Topic.DEAD_LETTERS).stream()
                .map(letter -> PlannerDriver.header(letter, "dead_letter_reason"))
                .filter(reason -> reason.startsWith("bug in the planner"))
                .collect(Collectors.toSet()));
        for (Topic topic : List.of(Topic.STEPS, Topic.CLAIMS, Topic.CLAIM_ANSWERS)) {
            driver.records(topic);
        }
    }

    private static void say(PlannerDriver driver, FleetEvent data) {
        driver.pipe(Event.of("test", "/test", START, "ada", null, data));
    }
}
