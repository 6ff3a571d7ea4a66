package io.calicofleet.cli.demo;

import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.TrafficReview;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Approves the traffic reviews in a person's place, and says so: in a real campaign a person looks at them. */
public final class ReviewApprover {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final FleetClient client;
    private final String campaign;
    private final String who;
    private final Consumer<String> tell;
    private final Set<Shown> approved = new HashSet<>();
    private final InstantSource clock = InstantSource.system();
    private Instant lastApproval = Instant.EPOCH;

    /** One review of one cluster; later traffic makes another of it. */
    private record Shown(ClusterId cluster, String digest) {

        static Shown of(ClusterStatus status) {
            TrafficReview review = status.review();
            String digest = review == null ? null : review.digest();
            return new Shown(status.cluster(), digest == null ? "" : digest);
        }
    }

    ReviewApprover(FleetClient client, String campaign, Consumer<String> tell) {
        this(client, campaign, "the demo", tell);
    }

    /**
     * One that says who approves.
     *
     * @param who such as {@code the demo}
     * @param tell takes what it does, a line each
     */
    public ReviewApprover(FleetClient client, String campaign, String who, Consumer<String> tell) {
        this.client = client;
        this.campaign = campaign;
        this.who = who;
        this.tell = tell;
    }

    /** Approves what waits in {@code snapshot} and was not approved before. */
    public void approve(Snapshot snapshot) {
        for (ClusterStatus cluster : waiting(snapshot)) {
            if (approved.add(Shown.of(cluster))) {
                lastApproval = clock.instant();
                approve(cluster);
            }
        }
    }

    /** Whether what waits was approved a moment ago, so that it goes on by itself. */
    public boolean mayGoOn(Snapshot snapshot) {
        List<ClusterStatus> waiting = waiting(snapshot);
        return !waiting.isEmpty()
                && waiting.stream().allMatch(cluster -> approved.contains(Shown.of(cluster)))
                && clock.instant().isBefore(lastApproval.plus(PATIENCE));
    }

    private void approve(ClusterStatus cluster) {
        TrafficReview review = cluster.review();
        if (review == null || review.digest() == null) {
            return;
        }
        String seen = " (" + review.flows().size() + " kinds of traffic, "
                + review.coverage().size() + " nodes heard)";
        try {
            client.act(
                    campaign,
                    "approve",
                    FleetClient.body()
                            .put("cluster", cluster.cluster().value())
                            .put("reason", "approved by " + who + " in a person's place")
                            .put("digest", review.digest())
                            .put("applySuggestedPolicy", true));
            tell.accept(who + " approves the traffic review of " + cluster.cluster() + seen
                    + ": the suggested policy replaces the temporary one");
        } catch (RequestRefusedException e) {
            // It may have gone on since the snapshot; if not, it is tried again.
            approved.remove(Shown.of(cluster));
        }
    }

    private static List<ClusterStatus> waiting(Snapshot snapshot) {
        return snapshot.clusters().stream()
                .filter(cluster ->
                        cluster.phase() == ClusterPhase.HELD && cluster.holdReason() == HoldReason.TRAFFIC_REVIEW)
                .toList();
    }
}
