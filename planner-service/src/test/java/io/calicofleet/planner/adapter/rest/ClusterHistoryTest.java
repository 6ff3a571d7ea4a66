package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.rest.ClusterHistory.PastCampaign;
import io.calicofleet.planner.adapter.view.Held;
import io.calicofleet.planner.core.access.Grant;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.access.Scope;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterHistoryTest {

    private static final ClusterId EU = ClusterId.of("eu");

    private final Held view = new Held();

    @Test
    void what_began_last_comes_first_with_who_wanted_it_and_how_it_went() {
        drill("first", "ada", "succeeded", "2026-11-23T08:00:00Z");
        drill("second", "bob", "running", "2026-11-24T08:00:00Z");
        List<PastCampaign> history = ClusterHistory.of(view, EU);
        assertThat(history).extracting(past -> past.campaign().value()).containsExactly("second", "first");
        assertThat(history.getLast()).satisfies(past -> {
            assertThat(past.author()).isEqualTo("ada");
            assertThat(past.startedAt()).isEqualTo("2026-11-23T08:00:00Z");
            assertThat(past.finishedAt()).isEqualTo("2026-11-23T08:00:00Z");
            assertThat(past.summary()).isEqualTo("eu is succeeded");
            assertThat(past.steps()).hasSize(1);
        });
        assertThat(history.getFirst().finishedAt()).isNull();
    }

    @Test
    void other_clusters_and_plans_are_left_out() {
        drill("first", "ada", "succeeded", "2026-11-23T08:00:00Z");
        CampaignSpec plan =
                CampaignDefaults.plan(CampaignName.of("planned"), Drill.spec(Drill.document("d", 1, List.of("eu"))));
        publish(plan, "ada", "succeeded", Instant.parse("2026-11-24T08:00:00Z"));
        assertThat(ClusterHistory.of(view, EU)).hasSize(1);
        assertThat(ClusterHistory.of(view, ClusterId.of("us"))).isEmpty();
    }

    @Test
    void a_cluster_that_is_gone_has_a_history_while_a_campaign_has_it() {
        drill("first", "ada", "succeeded", "2026-11-23T08:00:00Z");
        assertThat(new ClustersResource(
                                view,
                                event -> {},
                                CatalogueFile.load(),
                                new IdempotencyKeys(() -> Instant.EPOCH),
                                () -> Instant.EPOCH,
                                new Callers(
                                        () -> Rights.of(
                                                Person.local("ada"),
                                                List.of(new Grant(Role.ADMIN, Set.of("ada"), Set.of(), Scope.ALL))),
                                        () -> () -> true))
                        .history("eu"))
                .hasSize(1);
    }

    private void drill(String name, String author, String phase, String at) {
        publish(Drill.spec(Drill.document(name, 1, List.of("eu"))), author, phase, Instant.parse(at));
    }

    private void publish(CampaignSpec spec, String author, String phase, Instant at) {
        String name = spec.name().value();
        ObjectNode campaign = EventJson.mapper().createObjectNode();
        campaign.set("spec", EventJson.mapper().valueToTree(spec));
        campaign.put("campaign", name).put("phase", "running").put("reason", "").put("author", author);
        campaign.put("clusters", 1).put("failures", 0).put("summary", "");
        campaign.put("createdAt", at.toString()).put("updatedAt", at.toString());
        view.accept(Topic.STATUS.topicName(), name, EventJson.write(campaign));
        ObjectNode cluster = EventJson.mapper().createObjectNode();
        cluster.put("campaign", name).put("cluster", "eu").put("wave", "all").put("phase", phase);
        cluster.put("done", 0).put("total", 0).put("unit", "").put("updatedAt", at.toString());
        cluster.put("summary", "eu is " + phase);
        cluster.putArray("steps")
                .addObject()
                .put("step", name + "/eu/drill/1")
                .put("state", "passed")
                .put("startedAt", at.toString())
                .put("message", "");
        view.accept(Topic.STATUS.topicName(), name + "/eu", EventJson.write(cluster));
    }
}
