package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.Topic;
import io.calicofleet.event.WaveName;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.view.Held;
import io.calicofleet.planner.core.access.Grant;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.access.Scope;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A campaign is planned, and applied as it was planned. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlannedCampaignsTest {

    private static final Caller ALICE = new Caller(
            Rights.of(Person.local("alice"), List.of(new Grant(Role.ADMIN, Set.of("alice"), Set.of(), Scope.ALL))),
            null);

    private final List<CampaignCommand> sent = new ArrayList<>();
    private final Held view = new Held();
    private final CampaignCommandService service = new CampaignCommandService(
            view,
            view,
            command -> sent.add((CampaignCommand) command.data()),
            CatalogueFile.load(),
            () -> Instant.EPOCH);

    @BeforeEach
    void serve() {
        for (String id : List.of("a", "b")) {
            view.accept(Topic.CLUSTERS.topicName(), id, EventJson.write(Drill.announced(id)));
        }
    }

    @Test
    void a_plan_is_a_campaign_of_its_own_that_waits_for_nothing() {
        // When
        Accepted accepted = service.plan(document("up", "v3.22.5", true), ALICE);
        // Then
        CampaignSpec spec = ((CampaignCreated) sent.getFirst()).spec();
        assertThat(accepted.campaign())
                .startsWith("plan-up-19700101000000-")
                .isEqualTo(spec.name().value());
        assertThat(spec.procedure()).isEqualTo(Procedure.PLAN);
        assertThat(spec.waves()).allMatch(wave -> !wave.approval());
        assertThat(((CampaignCreated) sent.getFirst()).acceptedPlans()).isEmpty();
    }

    @Test
    void only_an_upgrade_has_a_plan() {
        assertThatThrownBy(() -> service.plan(Drill.document("d", 1, List.of("a")), ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> {
                    assertThat(refused.document().status()).isEqualTo(422);
                    assertThat(refused.document().problems().getFirst().field()).isEqualTo("procedure");
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void a_campaign_is_applied_by_the_name_and_by_the_digest_of_its_plan() {
        // Given
        String name = planned("0123456789abcdef", null);
        String digest = PlanDocument.of(view.campaigns().getFirst(), view.clusters(CampaignName.of(name)))
                .digest();
        assertThat(digest).matches("[0-9a-f]{16}");
        for (String reference : List.of(name, digest)) {
            sent.clear();
            // When
            service.create(document("up", "v3.22.5", true), reference, ALICE);
            // Then
            assertThat(((CampaignCreated) sent.getFirst()).acceptedPlans())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("a", "0123456789abcdef", "b", "none"));
        }
    }

    @Test
    void another_upgrade_than_was_planned_and_a_plan_that_is_not_made_yet_are_refused() {
        // Given
        String name = planned("0123456789abcdef", null);
        // Then
        assertRefused(document("up", "v3.23.5", true), name, "is of another upgrade");
        assertRefused(document("up", "v3.22.5", true), "plan-nope", "no plan 'plan-nope'");
        // Given
        String unfinished = planned(null, ClusterPhase.RUNNING);
        // Then
        assertRefused(document("up", "v3.22.5", true), unfinished, "is still being made");
    }

    @Test
    void a_campaign_that_is_there_keeps_to_no_other_plan_than_it_has() {
        // Given a campaign that keeps to none
        String name = planned("0123456789abcdef", null);
        service.create(document("up", "v3.22.5", true), false, ALICE);
        publish(((CampaignCreated) sent.getLast()).spec());
        publish(cluster(CampaignName.of("up"), "a", ClusterPhase.PENDING, null));
        // Then
        assertThat(service.create(document("up", "v3.22.5", true), false, ALICE).unchanged())
                .isTrue();
        assertRefused(document("up", "v3.22.5", true), name, "keeps to another plan, or to none");
    }

    @Test
    void another_document_of_a_campaign_that_runs_is_a_revision_and_answered_with_what_would_change() {
        // Given
        service.create(document("up", "v3.22.5", true), false, ALICE);
        publish(((CampaignCreated) sent.getLast()).spec());
        publish(cluster(CampaignName.of("up"), "a", ClusterPhase.PENDING, null));
        publish(cluster(CampaignName.of("up"), "b", ClusterPhase.PENDING, null));
        // When
        Accepted accepted = service.create(document("up", "v3.22.5", false), false, ALICE);
        // Then
        assertThat(sent.getLast()).isInstanceOf(CampaignRevised.class);
        assertThat(accepted.revision().digest()).matches("[0-9a-f]{16}");
        assertThat(accepted.revision().changes()).isNotEmpty();
        assertThat(accepted.revision().asks()).startsWith("The revision waits for an approval");
        // When
        sent.clear();
        // Then
        assertThatThrownBy(() -> service.create(document("up", "v3.21.5", true), false, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> {
                    assertThat(refused.document().status()).isEqualTo(422);
                    assertThat(refused.document().problems().getFirst().message())
                            .startsWith("'target' stays v3.22.5: some clusters are at the target already");
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void an_approval_of_a_revision_that_would_do_something_else_by_now_is_refused_with_what_that_is() {
        // Given
        service.create(document("up", "v3.22.5", true), false, ALICE);
        CampaignSpec spec = ((CampaignCreated) sent.getLast()).spec();
        publish(spec);
        publish(cluster(CampaignName.of("up"), "a", ClusterPhase.PENDING, null));
        Accepted.Proposed proposed =
                service.create(document("up", "v3.22.5", false), true, ALICE).revision();
        publish(spec, (CampaignRevised) sent.getLast(), proposed.digest());
        sent.clear();
        Map<String, Object> approval = Map.of("reason", "agreed", "digest", proposed.digest());
        // When cluster b, which it would take in, is in another wave by now: it takes part already
        publish(cluster(CampaignName.of("up"), "b", ClusterPhase.PENDING, null));
        // Then
        assertThatThrownBy(() -> service.act(Action.APPROVE, "up", approval, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> {
                    assertThat(refused.document().status()).isEqualTo(409);
                    assertThat(refused.document().detail())
                            .startsWith("The revision would change something else by now");
                    assertThat(refused.document().problems())
                            .extracting(Problem::message)
                            .isNotEmpty()
                            .noneMatch(line -> line.contains("cluster b"));
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void when_people_approve_or_how_many_go_at_once_is_no_part_of_a_plan() {
        String name = planned("0123456789abcdef", null);
        service.create(document("up", "v3.22.5", false), name, ALICE);
        assertThat(((CampaignCreated) sent.getLast()).acceptedPlans()).containsKey("a");
    }

    @Test
    void a_cluster_whose_datastore_is_locked_is_not_skipped_until_another_campaign_has_restored_it() {
        // Given
        service.create(document("off", "v3.22.5", true), false, ALICE);
        publish(((CampaignCreated) sent.getLast()).spec());
        CampaignName campaign = CampaignName.of("off");
        StepId move = new StepId(campaign, ClusterId.of("a"), StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, 1);
        StepRecord stopped = new StepRecord(
                move,
                "failed",
                Instant.EPOCH.minusSeconds(60),
                Instant.EPOCH,
                DatastoreLock.SAID + ", and new pods wait.");
        publish(cluster(campaign, "a", ClusterPhase.FAILED, null, List.of(stopped)));
        Map<String, Object> skip = Map.of("cluster", "a", "reason", "later");
        sent.clear();
        // Then
        assertThatThrownBy(() -> service.act(Action.SKIP, "off", skip, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> {
                    assertThat(refused.document().status()).isEqualTo(409);
                    assertThat(refused.document().detail()).startsWith("The datastore of cluster a is locked");
                });
        assertThat(sent).isEmpty();
        // When
        CampaignSpec restore = CampaignDefaults.restore(CampaignName.of("restore-a"), ClusterId.of("a"));
        publish(restore);
        publish(cluster(restore.name(), "a", ClusterPhase.SUCCEEDED, null));
        // Then
        assertThat(service.act(Action.SKIP, "off", skip, ALICE).event()).isNotEmpty();
    }

    private void assertRefused(Object document, String plan, String said) {
        sent.clear();
        assertThatThrownBy(() -> service.create(document, plan, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> assertThat(refused.document().detail()).contains(said));
        assertThat(sent).isEmpty();
    }

    /** Has a plan made of cluster a, while b would be refused; its name. */
    private String planned(@Nullable String digest, @Nullable ClusterPhase phase) {
        sent.clear();
        service.plan(document("up", "v3.22.5", true), ALICE);
        CampaignSpec spec = ((CampaignCreated) sent.getFirst()).spec();
        publish(spec);
        ClusterPlan plan = digest == null ? null : new ClusterPlan(digest, List.of(), 3, List.of(), 3, Instant.EPOCH);
        publish(cluster(spec.name(), "a", phase == null ? ClusterPhase.SUCCEEDED : phase, plan));
        publish(cluster(spec.name(), "b", ClusterPhase.FAILED, null));
        return spec.name().value();
    }

    private void publish(ClusterStatus status) {
        view.accept(Topic.STATUS.topicName(), status.campaign() + "/" + status.cluster(), EventJson.write(status));
    }

    private void publish(CampaignSpec spec) {
        publish(spec, null, "");
    }

    private void publish(CampaignSpec spec, @Nullable CampaignRevised proposed, String digest) {
        ObjectNode status = EventJson.mapper().createObjectNode();
        status.set("spec", EventJson.mapper().valueToTree(spec));
        status.put("campaign", spec.name().value()).put("phase", "running").put("reason", "");
        status.put("clusters", 2).put("failures", 0).put("summary", "");
        status.put("createdAt", "1970-01-01T00:00:00Z").put("updatedAt", "1970-01-01T00:00:00Z");
        if (proposed != null) {
            ObjectNode revision = status.putObject("revision");
            revision.put("digest", digest).put("proposedAt", "1970-01-01T00:00:00Z");
            revision.put("asks", "").put("takesIn", proposed.takesIn());
            revision.set("spec", EventJson.mapper().valueToTree(proposed.spec()));
        }
        view.accept(Topic.STATUS.topicName(), spec.name().value(), EventJson.write(status));
    }

    private static Map<String, Object> document(String name, String target, boolean approval) {
        Map<String, Object> document = new HashMap<>();
        document.put("apiVersion", "calico-fleet/v1");
        document.put("kind", "Campaign");
        document.put("name", name);
        document.put("target", target);
        document.put("clusters", Map.of("all", true));
        document.put("maxConcurrent", approval ? 1 : 2);
        document.put("waves", List.of(Map.of("name", "rest", "approval", approval)));
        return document;
    }

    private static ClusterStatus cluster(
            CampaignName campaign, String id, ClusterPhase phase, @Nullable ClusterPlan plan) {
        return cluster(campaign, id, phase, plan, List.of());
    }

    private static ClusterStatus cluster(
            CampaignName campaign, String id, ClusterPhase phase, @Nullable ClusterPlan plan, List<StepRecord> steps) {
        return new ClusterStatus(
                campaign,
                ClusterId.of(id),
                WaveName.of("rest"),
                Map.of(),
                phase,
                phase == ClusterPhase.FAILED ? HoldReason.PREFLIGHT_OBJECTIONS : null,
                List.of(),
                null,
                0,
                0,
                "",
                steps,
                List.of(),
                List.of(),
                List.of(),
                null,
                plan,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                Instant.EPOCH,
                "");
    }
}
