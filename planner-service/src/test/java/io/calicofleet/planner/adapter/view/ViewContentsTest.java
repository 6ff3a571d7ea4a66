package io.calicofleet.planner.adapter.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.core.why.Heartbeat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ViewContentsTest {

    @Test
    void what_is_empty_in_the_status_of_a_cluster_is_left_out_of_what_lists_hand_on() throws IOException {
        // Given
        String json =
                "{\"campaign\":\"c\",\"cluster\":\"a\",\"phase\":\"running\",\"labels\":{},\"steps\":[{\"x\":[]},1],"
                        + "\"gates\":[],\"plan\":{\"a\":{}},\"done\":0,\"summary\":\"\"}";
        // When
        contents.accept(Topic.STATUS.topicName(), "c/a", json.getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
        // Then
        byte[] kept = contents.clusterDocuments(CampaignName.of("c"))
                .get(ClusterId.of("a"))
                .json();
        assertThat(new String(kept, StandardCharsets.UTF_8))
                .isEqualTo("{\"campaign\":\"c\",\"cluster\":\"a\",\"phase\":\"running\",\"steps\":[{\"x\":[]},1],"
                        + "\"plan\":{\"a\":{}},\"done\":0,\"summary\":\"\"}");
    }

    private static final String STATUS = Topic.STATUS.topicName();

    private static final Instant AT = Instant.parse("2026-11-28T10:00:00Z");

    private final ViewContents contents = new ViewContents();

    @Test
    void a_cluster_is_engaged_while_it_is_active_in_a_campaign_that_has_not_ended() throws Exception {
        campaign("running", CampaignPhase.RUNNING);
        campaign("over", CampaignPhase.SUCCEEDED);
        cluster("running/a", "held");
        cluster("running/b", "failed");
        cluster("running/c", "succeeded");
        cluster("over/d", "pending");

        assertThat(contents.engagements()).isEqualTo(Map.of(ClusterId.of("a"), CampaignName.of("running")));
    }

    @Test
    void a_cluster_that_waits_in_several_campaigns_is_engaged_in_the_one_that_acts() throws Exception {
        for (String name : new String[] {"a", "b", "c"}) {
            campaign(name, CampaignPhase.RUNNING);
            cluster(name + "/x", name.equals("b") ? "running" : "pending");
        }

        assertThat(contents.engagements()).isEqualTo(Map.of(ClusterId.of("x"), CampaignName.of("b")));
    }

    @Test
    void the_phase_is_that_of_the_cluster_not_one_deeper_in_the_document() throws Exception {
        campaign("c", CampaignPhase.RUNNING);
        contents.accept(
                STATUS, "c/a", "{\"steps\":[{\"phase\":\"running\"}],\"phase\":\"skipped\"}".getBytes(UTF_8), AT);

        assertThat(contents.engagements()).isEmpty();
    }

    @Test
    void what_is_no_status_of_a_cluster_is_not_handed_on() throws Exception {
        campaign("c", CampaignPhase.RUNNING);
        cluster("c/a", "running");

        for (String odd :
                List.of("", "null", "[]", "{", "{\"phase\":", "{} {}", "{\"phase\":\"running\"}x", "\u0000")) {
            assertThatThrownBy(() -> contents.accept(STATUS, "c/a", odd.getBytes(UTF_8), AT))
                    .as(odd)
                    .isInstanceOf(IOException.class);
        }
        contents.accept(STATUS, "c/b", "{\"phase\":{\"a\":1}}".getBytes(UTF_8), AT);

        assertThat(contents.engagements()).isEqualTo(Map.of(ClusterId.of("a"), CampaignName.of("c")));
        assertThat(contents.cluster(CampaignName.of("c"), ClusterId.of("b"))).isEmpty();
    }

    @Test
    void a_tombstone_forgets_what_its_key_held() throws Exception {
        campaign("c", CampaignPhase.RUNNING);
        cluster("c/a", "running");
        contents.accept(Topic.CLUSTERS.topicName(), "a", EventJson.write(Drill.announced("a")), AT);

        contents.accept(STATUS, "c", null, AT);
        contents.accept(STATUS, "c/a", null, AT);
        contents.accept(Topic.CLUSTERS.topicName(), "a", null, AT);

        assertThat(contents.campaigns()).isEmpty();
        assertThat(contents.clusterDocuments(CampaignName.of("c"))).isEmpty();
        assertThat(contents.fleet()).isEmpty();
    }

    @Test
    void what_cannot_be_read_replaces_nothing() throws Exception {
        campaign("c", CampaignPhase.RUNNING);

        assertThatThrownBy(() -> contents.accept(STATUS, "c", "?".getBytes(UTF_8), AT))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> contents.accept(STATUS, "No Name", "{}".getBytes(UTF_8), AT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(contents.campaign(CampaignName.of("c"))).isPresent();
    }

    private void campaign(String name, CampaignPhase phase) throws IOException {
        CampaignStatus status = new CampaignStatus(
                CampaignName.of(name),
                Drill.spec(Drill.document(name, 1, List.of("a"))),
                phase,
                "",
                List.of(),
                1,
                Map.of(),
                0,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                "");
        contents.accept(STATUS, name, EventJson.write(status), AT);
    }

    @Test
    void an_executor_was_heard_when_its_newest_announcement_was_published() throws IOException {
        contents.accept(Topic.CLUSTERS.topicName(), "a", EventJson.write(Drill.announced("a")), AT);
        contents.accept(Topic.CLUSTERS.topicName(), "b", EventJson.write(Drill.announced("b")), AT.plusSeconds(60));

        Heartbeat heartbeat = contents.heartbeats().values().iterator().next();

        assertThat(contents.heartbeats()).hasSize(1);
        assertThat(heartbeat.clusters()).isEqualTo(2);
        assertThat(heartbeat.heardAt()).isEqualTo(AT.plusSeconds(60));
        assertThat(heartbeat.silent(AT.plusSeconds(240))).isFalse();
        assertThat(heartbeat.silent(AT.plusSeconds(241))).isTrue();
        assertThat(heartbeat.age(AT)).isZero();
        contents.accept(Topic.CLUSTERS.topicName(), "a", null, AT);
        contents.accept(Topic.CLUSTERS.topicName(), "b", null, AT);
        assertThat(contents.heartbeats()).isEmpty();
    }

    private void cluster(String key, String phase) throws IOException {
        contents.accept(STATUS, key, ("{\"phase\":\"" + phase + "\"}").getBytes(UTF_8), AT);
    }
}
