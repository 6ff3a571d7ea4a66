package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.event.Event;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.journal.Changed;
import io.calicofleet.planner.port.journal.Journal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a planner decided on is on its topic, and enough to decide the same once more. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DecisionsTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final PlannerCore CORE = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PlannerDriver driver = new PlannerDriver(CORE::decide, meters, START);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void what_is_decided_once_more_is_what_the_planner_has_stored() throws IOException {
        serve("c1", "c2", "c3");
        create("d", "c1", "c2", "c3");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        driver.advance(Duration.ofSeconds(5));
        say(new CampaignPaused(CampaignName.of("d"), "a look", null, "paused"));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        driver.advance(Duration.ofSeconds(5));
        say(new CampaignResumed(CampaignName.of("d"), "", "resumed"));

        Replay replay = replay("d");

        assertThat(replay.differs()).isEmpty();
        Map<String, byte[]> headers = driver.changelog(PlannerTopology.HEADERS);
        assertThat(EventJson.write(replay.state().header())).isEqualTo(headers.get("d"));
        driver.changelog(PlannerTopology.CLUSTERS)
                .forEach((key, json) -> assertThat(EventJson.write(replay.state().clusters().entrySet().stream()
                                .filter(entry -> key.equals("d/" + entry.getKey()))
                                .findFirst()
                                .orElseThrow()
                                .getValue()))
                        .isEqualTo(json));
    }

    @Test
    void what_changes_nothing_is_not_written_down_and_a_deleted_campaign_ends_in_nothing() throws IOException {
        serve("c1");
        create("d", "c1");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        driver.advance(Duration.ofSeconds(5));
        int before = driver.records(Topic.DECISIONS).size();

        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        driver.advance(Duration.ofSeconds(5));

        assertThat(before).isPositive();
        assertThat(driver.records(Topic.DECISIONS)).isEmpty();
        say(new CampaignDeleted(CampaignName.of("d"), "", "deleted"));
        assertThat(driver.published(Topic.DECISIONS))
                .singleElement()
                .satisfies(event -> assertThat(((DecisionMade) event.data()).summary())
                        .isEqualTo("campaign.deleted by ada: deleted"));
    }

    @Test
    void what_is_long_is_spread_over_records_and_read_as_one() throws IOException {
        serve("c1");
        create("d", "c1");
        FieldConflict large = new FieldConflict("o", "p", "\u0001".repeat(300_000), "ü".repeat(500_000), "");
        say(new StepHeld(Drill.step("d", "c1", 1), HoldReason.CUSTOMISATION_CONFLICTS, List.of(large), "it is held"));

        List<DecisionMade> written = written("d");

        assertThat(written.stream().filter(made -> made.parts() > 1)).hasSizeGreaterThan(3);
        Replay replay = replayed(written);
        assertThat(replay.differs()).isEmpty();
        assertThat(replay.state().clusters().values())
                .singleElement()
                .satisfies(cluster -> assertThat(cluster.findings().conflicts()).containsExactly(large));
    }

    @Test
    void what_another_release_decided_otherwise_is_told_from_when_on() throws IOException {
        serve("c1");
        create("d", "c1");
        say(new CampaignPaused(CampaignName.of("d"), "", null, "paused"));
        List<DecisionMade> written = new ArrayList<>(written("d"));
        DecisionMade last = written.removeLast();
        written.add(new DecisionMade(
                last.campaign(), last.at(), last.part(), last.parts(), last.learned(), "00000000", last.summary()));

        Replay replay = replayed(written);

        assertThat(replay.differs().map(Recorded::summary)).contains("campaign.paused by ada: paused");
    }

    private Replay replay(String campaign) throws IOException {
        return replayed(written(campaign));
    }

    private static Replay replayed(List<DecisionMade> written) throws IOException {
        Replay replay = new Replay(CORE, decision -> Changed.of(decision).checksum());
        Journal journal = new Journal();
        for (DecisionMade made : written) {
            journal.read(written.indexOf(made), made).ifPresent(replay::decide);
        }
        return replay;
    }

    private List<DecisionMade> written(String campaign) {
        return driver.published(Topic.DECISIONS).stream()
                .map(event -> (DecisionMade) event.data())
                .filter(made -> made.campaign().value().equals(campaign))
                .toList();
    }

    private void create(String name, String... clusters) {
        var spec = Drill.spec(Drill.document(name, 2, List.of(clusters)));
        say(new CampaignCreated(spec.name(), spec, "ada created " + name));
    }

    private void serve(String... clusters) {
        for (String cluster : clusters) {
            say(Drill.announced(cluster));
        }
    }

    private void say(FleetEvent data) {
        driver.pipe(Event.of("test", "/test", START, "ada", null, data));
    }
}
