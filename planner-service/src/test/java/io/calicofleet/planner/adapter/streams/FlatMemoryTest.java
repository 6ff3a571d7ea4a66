package io.calicofleet.planner.adapter.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.view.Held;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.Fleet.Facts;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Campaigns come and go, and the memory of the planner's topology and of its view does not grow; {@code
 * -Dcalicofleet.campaigns=10000} for more of them. What is left of each is its name.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FlatMemoryTest {

    private static final PlannerCore CORE = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);
    private static final List<String> CLUSTERS = List.of("c01", "c02", "c03");
    private static final int CAMPAIGNS = Integer.getInteger("calicofleet.campaigns", 400);
    /** A name, and when it was deleted: that the clusters remember its steps is not forgotten. */
    private static final long PER_NAME = 500;

    private static final long NOISE = 3L * 1024 * 1024;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PlannerDriver driver = new PlannerDriver(CORE::decide, meters, Instant.parse("2026-11-23T10:00:00Z"));
    private final Held view = new Held();
    private int sequence;
    private int campaigns;

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void ten_thousand_campaigns_come_and_go_in_flat_memory() {
        CLUSTERS.forEach(cluster -> {
            say(Drill.announced(cluster));
            view.accept(Topic.CLUSTERS.topicName(), cluster, EventJson.write(Drill.announced(cluster)));
        });
        int warm = CAMPAIGNS / 4;
        for (int i = 0; i < warm; i++) {
            comesAndGoes("k" + i);
        }
        campaigns = 0;
        drain();
        long before = heap();
        for (int i = warm; i < CAMPAIGNS; i++) {
            comesAndGoes("k" + i);
        }
        campaigns = 0;
        drain();
        long after = heap();
        System.out.println("heap after " + warm + " campaigns " + before / 1024 + " KiB, after " + CAMPAIGNS + " "
                + after / 1024 + " KiB");
        assertThat(driver.size(PlannerTopology.HEADERS)).isZero();
        assertThat(driver.size(PlannerTopology.CLUSTERS)).isZero();
        assertThat(driver.size(PlannerTopology.CLAIMS)).isEqualTo(CLUSTERS.size());
        assertThat(driver.size(PlannerTopology.NAMES))
                .as("and how long the planner has worked")
                .isEqualTo(CAMPAIGNS + 1);
        assertThat(view.size()).as("what the view holds").isEqualTo(CLUSTERS.size());
        assertThat(after - before).as("bytes more").isLessThan(NOISE + PER_NAME * (CAMPAIGNS - warm));
    }

    /** Drills and upgrades; some are aborted in the middle of a step. */
    private void comesAndGoes(String name) {
        CampaignName campaign = CampaignName.of(name);
        var spec = campaigns++ % 10 > 0
                ? Drill.spec(Drill.document(name, 1, CLUSTERS))
                : Fleet.campaign("name", name, "clusters", Map.of("names", CLUSTERS));
        say(new CampaignCreated(campaign, spec, "ada created " + name));
        boolean aborted = name.endsWith("7");
        while (answer(aborted)) {
            driver.advance(Duration.ofMillis(200));
        }
        if (aborted) {
            say(new CampaignAborted(campaign, "enough", ""));
            say(new CampaignAborted(campaign, "enough", ""));
        }
        driver.advance(Duration.ofMillis(400));
        drain();
        say(new CampaignDeleted(campaign, "", ""));
        drain();
    }

    /** Answers what is asked for; whether anything was. */
    private boolean answer(boolean leavesOne) {
        boolean any = false;
        for (Event<? extends FleetEvent> event : driver.published(Topic.STEPS)) {
            StepRequested request = (StepRequested) event.data();
            StepId step = request.step();
            if (leavesOne && step.cluster().equals(ClusterId.of("c03")) && step.kind() != StepKind.INSPECT) {
                continue;
            }
            any = true;
            say(Drill.accepted(step));
            say(
                    step.kind() == StepKind.INSPECT
                            ? new StepSucceeded(step, new Facts().build(), List.of(), List.of("x".repeat(500)), "")
                            : Drill.succeeded(step));
            if (!request.gates().isEmpty()) {
                say(Drill.passed(step));
            }
        }
        drain();
        return any;
    }

    private void drain() {
        driver.records(Topic.STATUS)
                .forEach(record ->
                        view.accept(Topic.STATUS.topicName(), new String(record.key(), UTF_8), record.value()));
        for (Topic topic :
                List.of(Topic.CLAIMS, Topic.CLAIM_ANSWERS, Topic.DECISIONS, Topic.FAILURES, Topic.DEAD_LETTERS)) {
            driver.records(topic);
        }
        if (campaigns % 20 > 0) {
            return;
        }
        for (String store : List.of(
                PlannerTopology.HEADERS, PlannerTopology.CLUSTERS, PlannerTopology.CLAIMS, PlannerTopology.NAMES)) {
            driver.changelog(store);
        }
    }

    private void say(FleetEvent event) {
        driver.pipe(Event.of("e" + sequence++, "/test", Instant.EPOCH, "ada", null, event));
    }

    private static long heap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
