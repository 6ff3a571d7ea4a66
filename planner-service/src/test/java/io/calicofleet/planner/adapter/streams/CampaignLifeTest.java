package io.calicofleet.planner.adapter.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.view.Held;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.PlannerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** How campaigns leave: deleted, by age, set aside; and what is left of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignLifeTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final PlannerCore CORE = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private PlannerDriver driver = new PlannerDriver(CORE::decide, meters, START);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void a_campaign_that_is_over_is_deleted_and_leaves_tombstones_and_its_name() {
        serve("c1", "c2");
        run("d", "c1", "c2");
        driver.records(Topic.STATUS);

        delete("d");

        assertThat(driver.records(Topic.STATUS))
                .allSatisfy(record -> assertThat(record.value()).isNull())
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("d/c1", "d/c2", "d");
        assertThat(stored()).isZero();
        assertThat(driver.size(PlannerTopology.NAMES)).isEqualTo(1);
    }

    @Test
    void what_comes_late_for_a_deleted_campaign_changes_nothing() {
        serve("c1");
        run("d", "c1");
        delete("d");
        driver.records(Topic.STATUS);

        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        delete("d");

        assertThat(driver.records(Topic.STATUS)).isEmpty();
        assertThat(driver.records(Topic.DEAD_LETTERS)).isEmpty();
        assertThat(stored()).isZero();
    }

    @Test
    void one_that_is_not_over_is_not_deleted_and_says_what_to_do() {
        serve("c1");
        create("d", "c1");

        delete("d");

        assertThat(last("d").reason())
                .isEqualTo("Refused: The campaign is running, not over: abort it first, and delete it when"
                        + " it is aborted.");
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void the_name_of_a_deleted_campaign_is_not_used_again_since_the_clusters_remember_its_steps() {
        serve("c1");
        run("d", "c1");
        delete("d");
        driver.records(Topic.STEPS);

        create("d", "c1");

        assertThat(driver.published(Topic.STEPS)).isEmpty();
        CampaignStatus refused = last("d");
        assertThat(refused.phase()).isEqualTo(CampaignPhase.FAILED);
        assertThat(refused.reason()).contains("A campaign d was deleted at 2026-11-23T10:00:00Z.", "choose another");
    }

    @Test
    void the_name_of_a_refused_campaign_is_free_again_when_it_is_deleted() {
        create("d", "not-served");
        delete("d");
        serve("c1");

        create("d", "c1");

        assertThat(last("d").phase()).isEqualTo(CampaignPhase.RUNNING);
    }

    @Test
    void a_campaign_that_is_over_is_deleted_when_it_was_kept_for_long_enough_and_one_that_goes_on_never() {
        driver.close();
        driver = new PlannerDriver(CORE::decide, meters, START, Duration.ofDays(90));
        serve("c1", "c2", "c3");
        run("done", "c1");
        create("going", "c2");
        create("aborted", "c3");
        say(new CampaignAborted(CampaignName.of("aborted"), "", "aborted"));
        say(new CampaignAborted(CampaignName.of("aborted"), "", "aborted"));

        driver.advance(Duration.ofDays(89));
        assertThat(driver.size(PlannerTopology.HEADERS)).isEqualTo(3);
        driver.advance(Duration.ofDays(2));

        assertThat(driver.size(PlannerTopology.HEADERS)).isEqualTo(1);
        assertThat(driver.size(PlannerTopology.CLUSTERS)).isEqualTo(1);
        assertThat(driver.records(Topic.STATUS).stream()
                        .filter(record -> record.value() == null)
                        .map(record -> new String(record.key(), UTF_8)))
                .containsExactlyInAnyOrder("aborted/c3", "aborted", "done/c1", "done");
        assertThat(meters.counter("calico.fleet.planner.campaigns.deleted").count())
                .isEqualTo(2);
    }

    @Test
    void ten_thousand_campaigns_come_and_go_and_nothing_is_left_but_their_names() {
        Held view = new Held();
        serve("c1", "c2");
        driver.records(Topic.CLUSTERS);
        for (int i = 0; i < 10_000; i++) {
            String name = "c" + i;
            run(name, i % 2 == 0 ? "c1" : "c2");
            delete(name);
            if (i % 100 == 99) {
                for (TestRecord<byte[], byte[]> record : driver.records(Topic.STATUS)) {
                    view.accept(Topic.STATUS.topicName(), new String(record.key(), UTF_8), record.value());
                }
                assertThat(view.size()).as("entries of the view").isZero();
                assertThat(stored()).as("entries of the stores").isZero();
                assertThat(driver.size(PlannerTopology.CLAIMS)).as("claims").isEqualTo(2);
                driver.records(Topic.STEPS);
                driver.records(Topic.DECISIONS);
                driver.records(Topic.CLAIMS);
                driver.records(Topic.CLAIM_ANSWERS);
            }
        }
        assertThat(driver.size(PlannerTopology.NAMES)).isEqualTo(10_000);
    }

    @Test
    void a_fault_met_when_time_passes_sets_that_campaign_aside_once_told_and_others_go_on() {
        AtomicBoolean bug = new AtomicBoolean(true);
        driver.close();
        driver = new PlannerDriver(
                (state, input) -> {
                    if (bug.get()
                            && input instanceof PlannerInput.Tick
                            && state != null
                            && state.name().value().equals("bad")) {
                        throw new IllegalStateException("a bug");
                    }
                    return CORE.decide(state, input);
                },
                meters,
                START);
        serve("c1", "c2");
        create("bad", "c1");
        create("good", "c2");
        driver.records(Topic.STATUS);

        driver.advance(Duration.ofSeconds(10));

        assertThat(statuses("bad"))
                .singleElement()
                .satisfies(status -> assertThat(status.reason())
                        .startsWith("Set aside: ")
                        .contains("IllegalStateException: a bug", "can be paused, resumed and aborted"));
        assertThat(meters.counter("calico.fleet.planner.campaigns.set.aside").count())
                .isEqualTo(1);
        say(Drill.succeeded(Drill.step("good", "c2", 1)));
        say(Drill.passed(Drill.step("good", "c2", 1)));
        assertThat(last("good").phase()).isEqualTo(CampaignPhase.SUCCEEDED);

        bug.set(false);
        say(Drill.succeeded(Drill.step("bad", "c1", 1)));
        say(Drill.passed(Drill.step("bad", "c1", 1)));
        assertThat(last("bad")).satisfies(status -> {
            assertThat(status.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
            assertThat(status.reason()).isEmpty();
        });
    }

    @Test
    void what_fits_into_no_record_is_a_dead_letter_with_its_size_and_changes_nothing() {
        serve("c1");
        create("d", "c1");
        StepId step = Drill.step("d", "c1", 1);
        driver.records(Topic.STATUS);

        FieldConflict large = new FieldConflict("o", "p", "x".repeat(4_100_000), "y".repeat(60_000), "");
        say(new StepHeld(step, HoldReason.CUSTOMISATION_CONFLICTS, List.of(large), "it is held"));

        assertThat(driver.records(Topic.DEAD_LETTERS))
                .singleElement()
                .satisfies(letter -> assertThat(PlannerDriver.header(letter, "dead_letter_reason"))
                        .contains("would have", "bytes, and a record takes 4128768"));
        assertThat(last("d").reason()).startsWith("What step.held said has no place: ");
        say(Drill.succeeded(step));
        say(Drill.passed(step));
        assertThat(last("d").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    /** How many entries there are of campaigns. */
    private long stored() {
        return driver.size(PlannerTopology.HEADERS) + driver.size(PlannerTopology.CLUSTERS);
    }

    /** A campaign of one step on each cluster, from its beginning to its end. */
    private void run(String name, String... clusters) {
        create(name, clusters);
        for (String cluster : clusters) {
            say(Drill.succeeded(Drill.step(name, cluster, 1)));
            say(Drill.passed(Drill.step(name, cluster, 1)));
        }
    }

    private void create(String name, String... clusters) {
        var spec = Drill.spec(Drill.document(name, 1, List.of(clusters)));
        say(new CampaignCreated(spec.name(), spec, "ada created " + name));
    }

    private void delete(String name) {
        say(new CampaignDeleted(CampaignName.of(name), "", "ada deleted " + name));
    }

    private void serve(String... clusters) {
        for (String cluster : clusters) {
            say(Drill.announced(cluster));
        }
    }

    private void say(FleetEvent data) {
        driver.pipe(Event.of("test", "/test", START, "ada", null, data));
    }

    private CampaignStatus last(String campaign) {
        return statuses(campaign).getLast();
    }

    /** What was said of a campaign since the last call. */
    private List<CampaignStatus> statuses(String campaign) {
        List<CampaignStatus> said = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : driver.records(Topic.STATUS)) {
            if (EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                    && parsed.event().data() instanceof CampaignStatus status
                    && status.campaign().value().equals(campaign)) {
                said.add(status);
            }
        }
        return said;
    }
}
