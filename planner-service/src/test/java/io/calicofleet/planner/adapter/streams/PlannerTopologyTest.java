package io.calicofleet.planner.adapter.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.PlannerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlannerTopologyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final TraceContext TRACE =
            new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);
    private static final PlannerCore CORE = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private PlannerDriver driver = driver(CORE::decide);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void a_created_campaign_asks_for_the_first_steps_and_carries_time_actor_and_trace_on() {
        serve("c1", "c2");

        create("d", 2, "c1", "c2");

        List<Event<? extends FleetEvent>> steps = driver.published(Topic.STEPS);
        assertThat(steps)
                .extracting(event -> event.attributes().id())
                .containsExactly(
                        EventIds.requested(Drill.step("d", "c1", 1)), EventIds.requested(Drill.step("d", "c2", 1)));
        assertThat(steps).allSatisfy(event -> {
            assertThat(event.attributes().time()).isEqualTo(START);
            assertThat(event.attributes().actor()).isEqualTo("ada");
            assertThat(event.attributes().trace()).isEqualTo(TRACE);
        });
    }

    @Test
    void the_clock_of_an_executor_does_not_count() {
        serve("c1");
        create("d", 2, "c1");
        driver.published(Topic.STEPS);

        say(Drill.succeeded(Drill.step("d", "c1", 1)), START.plus(Duration.ofHours(1)));
        say(Drill.passed(Drill.step("d", "c1", 1)), START.minus(Duration.ofHours(1)));

        assertThat(driver.published(Topic.STEPS))
                .singleElement()
                .satisfies(event -> assertThat(event.attributes().time()).isEqualTo(START));
    }

    @Test
    void the_next_step_follows_success_and_verdict_and_the_last_one_ends_the_campaign() {
        serve("c1");
        create("d", 2, "c1");
        driver.published(Topic.STEPS);

        say(Drill.accepted(Drill.step("d", "c1", 1)));
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        assertThat(requested()).isEmpty();
        say(Drill.passed(Drill.step("d", "c1", 1)));
        assertThat(requested()).containsExactly("d/c1/drill/2");
        say(Drill.passed(Drill.step("d", "c1", 2)));
        say(Drill.succeeded(Drill.step("d", "c1", 2)));

        assertThat(requested()).isEmpty();
        assertThat(lastStatus("d").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void duplicates_change_nothing() {
        serve("c1");
        create("d", 2, "c1");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        driver.published(Topic.STEPS);
        driver.published(Topic.STATUS);

        create("d", 2, "c1");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));

        assertThat(driver.published(Topic.STEPS)).isEmpty();
        assertThat(driver.published(Topic.STATUS)).isEmpty();
    }

    @Test
    void time_passes_by_ticks_so_a_soak_ends_and_statuses_that_waited_are_published() {
        serve("c1", "c2");
        var document = new HashMap<>(Drill.document("d", 1, List.of("c1", "c2")));
        document.put(
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c1")), "soak", "PT1M"),
                        Map.of("name", "rest")));
        create(document);
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        assertThat(requested()).containsExactly("d/c1/drill/1");

        driver.setAhead(Duration.ofHours(5));
        driver.advance(Duration.ofSeconds(59));
        assertThat(requested()).isEmpty();
        driver.advance(Duration.ofSeconds(2));

        assertThat(requested()).containsExactly("d/c2/drill/1");
        assertThat(lastStatus("d").phase()).isEqualTo(CampaignPhase.RUNNING);
    }

    @Test
    void a_record_nobody_can_read_goes_to_the_dead_letters_and_the_stream_goes_on() {
        serve("c1");
        driver.pipe(Topic.PROGRESS, "d", "not json".getBytes(UTF_8), new RecordHeaders());

        create("d", 1, "c1");

        List<TestRecord<byte[], byte[]>> letters = driver.records(Topic.DEAD_LETTERS);
        assertThat(letters).hasSize(1);
        assertThat(letters.getFirst().value()).isEqualTo("not json".getBytes(UTF_8));
        assertThat(PlannerDriver.header(letters.getFirst(), "dead_letter_reason"))
                .contains("ce_specversion");
        assertThat(PlannerDriver.header(letters.getFirst(), "dead_letter_topic"))
                .isEqualTo(Topic.PROGRESS.topicName());
        assertThat(requested()).containsExactly("d/c1/drill/1");
    }

    @Test
    void an_event_with_the_key_of_another_campaign_goes_to_the_dead_letters() {
        ProducerRecord<String, byte[]> record = EventCodec.record(event(Drill.succeeded(Drill.step("d", "c1", 1))));

        driver.pipe(Topic.PROGRESS, "other", record.value(), record.headers());

        assertThat(driver.records(Topic.DEAD_LETTERS))
                .singleElement()
                .satisfies(letter -> assertThat(PlannerDriver.header(letter, "dead_letter_reason"))
                        .contains("'other'"));
    }

    @Test
    void a_label_without_a_value_does_not_keep_campaigns_from_being_created() {
        var announced = event(Drill.announced("c1"));
        byte[] odd = new String(EventCodec.record(announced).value(), UTF_8)
                .replace("\"env\":\"test\"", "\"env\":null")
                .getBytes(UTF_8);

        driver.pipe(Topic.CLUSTERS, "c1", odd, EventCodec.record(announced).headers());
        create("d", 1, "c1");

        assertThat(requested()).containsExactly("d/c1/drill/1");
    }

    @Test
    void a_claim_that_is_free_for_a_day_is_forgotten() {
        serve("c1");
        create("d", 1, "c1");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        assertThat(driver.size(PlannerTopology.CLAIMS)).isEqualTo(1);

        driver.advance(Duration.ofHours(23));
        assertThat(driver.size(PlannerTopology.CLAIMS)).isEqualTo(1);
        driver.advance(Duration.ofHours(3));

        assertThat(driver.size(PlannerTopology.CLAIMS)).isZero();
    }

    @Test
    void a_claim_that_a_campaign_has_is_kept_however_long() {
        serve("c1");
        create("d", 1, "c1");

        driver.advance(Duration.ofDays(90));

        assertThat(driver.size(PlannerTopology.CLAIMS)).isEqualTo(1);
    }

    @Test
    void a_claim_whose_answer_would_be_too_large_is_a_dead_letter_and_changes_nothing() {
        serve("c1");
        create("d", 1, "c1");
        long epoch = driver.published(Topic.CLAIM_ANSWERS).stream()
                .map(Event::data)
                .filter(ClaimGranted.class::isInstance)
                .mapToLong(granted -> ((ClaimGranted) granted).epoch())
                .findFirst()
                .orElseThrow();

        String reason = "x".repeat(Topic.MAX_RECORD_BYTES / 2);
        say(new ClaimRequested(CampaignName.of("b"), ClusterId.of("c1"), 1, epoch, reason, "b asks"));
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));

        assertThat(driver.records(Topic.DEAD_LETTERS)).hasSize(1);
        assertThat(lastStatus("d").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void an_input_the_core_fails_on_is_a_dead_letter_and_the_next_one_is_decided() {
        driver.close();
        AtomicBoolean bug = new AtomicBoolean(true);
        driver = driver((state, input) -> {
            if (input instanceof PlannerInput.ProgressReceived && bug.getAndSet(false)) {
                throw new IllegalStateException("a bug");
            }
            return CORE.decide(state, input);
        });
        serve("c1");
        create("d", 1, "c1");

        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        say(Drill.succeeded(Drill.step("d", "c1", 1)));

        assertThat(driver.records(Topic.DEAD_LETTERS))
                .singleElement()
                .satisfies(letter -> assertThat(PlannerDriver.header(letter, "dead_letter_reason"))
                        .contains("a bug"));
        assertThat(meters.counter("calico.fleet.planner.inputs", "type", "none", "result", "bug")
                        .count())
                .isEqualTo(1);
        assertThat(lastStatus("d").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void what_the_changelogs_hold_is_all_it_takes_to_go_on_elsewhere() {
        serve("c1", "c2");
        create("d", 3, "c1", "c2");
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        say(Drill.succeeded(Drill.step("d", "c1", 2)));
        Map<String, byte[]> headers = driver.changelog(PlannerTopology.HEADERS);
        Map<String, byte[]> clusters = driver.changelog(PlannerTopology.CLUSTERS);
        Map<String, byte[]> claims = driver.changelog(PlannerTopology.CLAIMS);
        driver.close();

        driver = driver(CORE::decide);
        driver.restore(headers, clusters, claims);
        say(Drill.passed(Drill.step("d", "c1", 2)));

        assertThat(requested()).containsExactly("d/c1/drill/3");
        driver.advance(Duration.ofSeconds(1));
        assertThat(lastStatus("d").clusters()).isEqualTo(2);
    }

    @Test
    void who_waits_for_a_cluster_is_known_after_a_restart_and_gets_it() {
        serve("c1");
        create("first", 1, "c1");
        create("second", 1, "c1");
        assertThat(requested()).containsExactly("first/c1/drill/1");
        assertThat(driver.published(Topic.CLAIM_ANSWERS))
                .extracting(event -> event.data().type())
                .containsExactly(EventType.CLAIM_GRANTED, EventType.CLAIM_QUEUED);
        Map<String, byte[]> headers = driver.changelog(PlannerTopology.HEADERS);
        Map<String, byte[]> clusters = driver.changelog(PlannerTopology.CLUSTERS);
        Map<String, byte[]> claims = driver.changelog(PlannerTopology.CLAIMS);
        driver.close();

        driver = driver(CORE::decide);
        driver.restore(headers, clusters, claims);
        say(Drill.succeeded(Drill.step("first", "c1", 1)));
        say(Drill.passed(Drill.step("first", "c1", 1)));

        assertThat(requested()).containsExactly("second/c1/drill/1");
    }

    @Test
    void a_call_with_the_key_of_another_cluster_goes_to_the_dead_letters() {
        ProducerRecord<String, byte[]> record =
                EventCodec.record(event(new ClaimReleased(CampaignName.of("d"), ClusterId.of("c1"), 1, "")));

        driver.pipe(Topic.CLAIMS, "c2", record.value(), record.headers());

        assertThat(driver.records(Topic.DEAD_LETTERS))
                .singleElement()
                .satisfies(letter -> assertThat(PlannerDriver.header(letter, "dead_letter_reason"))
                        .contains("'c2'"));
    }

    @Test
    void a_stop_holds_for_campaigns_that_run_and_for_those_created_meanwhile_until_it_is_ended() {
        serve("c1", "c2");
        create(Map.of(
                "apiVersion", "calico-fleet/v1",
                "kind", "Campaign",
                "name", "d",
                "procedure", "drill",
                "maxConcurrent", 1,
                "clusters", Map.of("names", List.of("c1", "c2"))));
        assertThat(requested()).containsExactly("d/c1/drill/1");
        Stop stop = new Stop("bob", "a bad release", START);

        say(FleetStop.of(stop, START));
        say(Drill.succeeded(Drill.step("d", "c1", 1)));
        say(Drill.passed(Drill.step("d", "c1", 1)));
        create("e", 1, "c1");
        driver.advance(Duration.ofSeconds(1));

        assertThat(requested()).isEmpty();
        List<Event<? extends FleetEvent>> said = driver.published(Topic.STATUS);
        assertThat(List.of("d", "e")).allSatisfy(campaign -> {
            CampaignStatus status = last(said, campaign);
            assertThat(status.stop()).isEqualTo(stop);
            assertThat(status.phase()).isEqualTo(CampaignPhase.STOPPED);
        });
        say(new FleetStop(null, START, "goes on"));
        driver.advance(Duration.ofSeconds(1));
        assertThat(requested()).containsExactlyInAnyOrder("d/c2/drill/1", "e/c1/drill/1");
    }

    @Test
    void the_same_failure_in_several_campaigns_stops_all_of_them_and_a_resume_is_not_undone_by_what_failed_before() {
        serve("c1", "c2", "c3", "c4", "c5", "c6");
        create(failing("one", "c1", "c2"));
        create(failing("two", "c3", "c4"));
        create(failing("other", "c5", "c6"));
        assertThat(requested()).hasSize(3);
        FailureSeen first = fail(Drill.step("one", "c1", 1), "c1 has no image a.example/calico/node:v3.22.5");
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.published(Topic.FLEET)).isEmpty();

        FailureSeen second = fail(Drill.step("two", "c3", 1), "c3 has no image b.example/calico/node:v3.22.5");

        assertThat(second.signature()).isEqualTo(first.signature());
        FleetStop said = (FleetStop) driver.published(Topic.FLEET).getLast().data();
        assertThat(said.stop().failure().clusters()).containsExactly(ClusterId.of("c1"), ClusterId.of("c3"));
        assertThat(said.summary())
                .startsWith(
                        "Everything is stopped by calico-fleet itself: The same failure on 2 of 2 clusters that have"
                                + " begun: drill failed (unexpected-state): CLUSTER has no image calico/node:v3.22.5.");
        say(said);
        driver.advance(Duration.ofSeconds(1));
        List<Event<? extends FleetEvent>> statuses = driver.published(Topic.STATUS);
        assertThat(List.of("one", "two", "other"))
                .allSatisfy(name -> assertThat(last(statuses, name).stop()).isEqualTo(said.stop()));
        assertThat(last(statuses, "one").phase()).isEqualTo(CampaignPhase.STOPPED);
        say(new FleetStop(null, second.at().plusMillis(1), "goes on"));
        say(first);
        say(second);
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.published(Topic.FLEET)).isEmpty();
        assertThat(requested()).containsExactlyInAnyOrder("one/c2/drill/1", "two/c4/drill/1");
    }

    private static Map<String, Object> failing(String name, String... clusters) {
        return Map.of(
                "apiVersion",
                "calico-fleet/v1",
                "kind",
                "Campaign",
                "name",
                name,
                "procedure",
                "drill",
                "maxConcurrent",
                1,
                "failureBudget",
                Map.of("maxFailures", 2, "sameFailure", Map.of("clusters", 2)),
                "clusters",
                Map.of("names", List.of(clusters)));
    }

    /** Has a step fail, and hands what the planner says of it to where failures are counted. */
    private FailureSeen fail(StepId step, String message) {
        say(new StepFailed(step, FailureReason.UNEXPECTED_STATE, message, List.of(), ""));
        return (FailureSeen) driver.published(Topic.FAILURES).getLast().data();
    }

    @Test
    void where_it_cannot_be_read_whether_everything_is_stopped_nothing_starts() {
        serve("c1");
        driver.pipe(Topic.FLEET, FleetStop.KEY, "not json".getBytes(UTF_8), new RecordHeaders());

        create("d", 1, "c1");

        assertThat(requested()).isEmpty();
        assertThat(lastStatus("d").reason()).contains("its record cannot be read");
    }

    private PlannerDriver driver(Decider core) {
        return new PlannerDriver(core, meters, START);
    }

    private List<String> requested() {
        return driver.published(Topic.STEPS).stream()
                .map(event -> ((StepRequested) event.data()).step().encode())
                .toList();
    }

    private CampaignStatus lastStatus(String campaign) {
        return last(driver.published(Topic.STATUS), campaign);
    }

    private static CampaignStatus last(List<Event<? extends FleetEvent>> said, String campaign) {
        return said.stream()
                .map(Event::data)
                .filter(CampaignStatus.class::isInstance)
                .map(CampaignStatus.class::cast)
                .filter(status -> status.campaign().value().equals(campaign))
                .reduce((before, after) -> after)
                .orElseThrow();
    }

    private void serve(String... clusters) {
        for (String cluster : clusters) {
            driver.pipe(event(Drill.announced(cluster)));
        }
    }

    private void create(String name, int steps, String... clusters) {
        create(Drill.document(name, steps, List.of(clusters)));
    }

    private void create(Map<String, Object> document) {
        var spec = Drill.spec(document);
        say(new CampaignCreated(spec.name(), spec, "ada created " + spec.name()));
    }

    private void say(FleetEvent data) {
        say(data, START);
    }

    private void say(FleetEvent data, Instant at) {
        driver.pipe(Event.of("test", "/test", at, "ada", TRACE, data));
    }

    private static Event<FleetEvent> event(FleetEvent data) {
        return Event.of("test", "/test", START, null, null, data);
    }
}
