package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.StreamItem;
import io.calicofleet.cli.demo.ReviewApprover;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.view.CampaignView;
import io.calicofleet.cli.view.CampaignWatch;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One upgrade of a simulated cluster by the services themselves, and what is to be told of it. */
final class Rehearsal {

    private final LocalSystem system;
    private final SimulatedCluster cluster;
    private final FleetClient client;
    private final Consumer<String> tell;
    private final InstantSource clock = InstantSource.system();
    private final Set<String> notes = new LinkedHashSet<>();
    private String told = "";

    /**
     * A rehearsal.
     *
     * @param system the services, which are ready
     * @param cluster the cluster, on which everything is up
     * @param tell takes what happens, a line each
     */
    Rehearsal(LocalSystem system, SimulatedCluster cluster, Consumer<String> tell) {
        this.system = system;
        this.cluster = cluster;
        this.client = system.client();
        this.tell = tell;
    }

    /** Upgrades it; ends when it is upgraded, or waits for a person, or failed. */
    RehearsalReport run(String subject, RehearsalCampaign campaign, List<String> known, List<String> limits)
            throws InterruptedException {
        Instant start = clock.instant();
        Map<String, JsonNode> before = cluster.objects();
        client.post("/campaigns", campaign.document());
        system.await(
                FleetService.PLANNER.id(),
                "has not taken up the campaign",
                () -> client.get("/campaigns").findValuesAsText("campaign").contains(RehearsalCampaign.NAME));
        ReviewApprover approver = new ReviewApprover(client, RehearsalCampaign.NAME, "the rehearsal", this::reviewed);
        Snapshot last = new CampaignWatch(client, RehearsalCampaign.NAME, tell)
                .follow(
                        snapshot -> {
                            follow(snapshot);
                            approver.approve(snapshot);
                        },
                        approver::mayGoOn);
        ClusterStatus status = last.clusters().getFirst();
        Map<String, JsonNode> after = cluster.objects();
        Heard heard = hear();
        notes.addAll(known);
        notes.addAll(status.notes());
        notes.addAll(heard.notes);
        return new RehearsalReport(
                subject,
                cluster.kubernetes(),
                cluster.list("v1", "Node", "").size(),
                status,
                heard.facts,
                heard.verdicts,
                ObjectChanges.of(written(), before, after),
                Restarts.between(before, after),
                List.copyOf(notes),
                campaign.adjusted(),
                limits,
                Duration.between(start, clock.instant()));
    }

    private void reviewed(String line) {
        tell.accept(line);
        notes.add(
                "The traffic of the host endpoints was reviewed by the rehearsal, and the policy suggested from it applied. Traffic is"
                        + " simulated: on your cluster a person reviews what is really seen, for as long as the campaign says.");
    }

    private void follow(Snapshot snapshot) {
        for (ClusterStatus status : snapshot.clusters()) {
            String line =
                    status.step() == null ? "" : CampaignView.step(status.step()) + " " + CampaignView.progress(status);
            if (!line.isBlank() && !line.equals(told)) {
                told = line;
                tell.accept("  " + line.strip());
            }
        }
    }

    /** The objects that were written over the API, which only calico-fleet does here: controllers write past it. */
    private Set<String> written() {
        Set<String> written = new LinkedHashSet<>();
        for (AuditEntry entry : cluster.audit()) {
            if (entry.succeeded() && !entry.dryRun()) {
                written.add(entry.object());
            }
        }
        return written;
    }

    /** What was said on the topics. */
    private static final class Heard {
        private @Nullable ClusterFacts facts;
        private final Map<StepId, List<GateResult>> verdicts = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();
    }

    private Heard hear() throws InterruptedException {
        Heard heard = new Heard();
        EventStream.soFar(client, "campaign=" + RehearsalCampaign.NAME, message -> take(message, heard));
        return heard;
    }

    private static void take(StreamItem.Message message, Heard heard) {
        JsonNode data = message.data().path("data");
        switch (message.type()) {
            case "step.succeeded" -> {
                StepSucceeded event = FleetClient.convert(data, StepSucceeded.class);
                if (event.facts() != null) {
                    heard.facts = event.facts();
                    heard.notes.addAll(event.facts().notes());
                }
                heard.notes.addAll(event.notes());
            }
            case "step.judged" -> {
                StepJudged event = FleetClient.convert(data, StepJudged.class);
                heard.verdicts.put(event.step(), event.gates());
            }
            default -> {
                // the status says the rest
            }
        }
    }
}
