package io.calicofleet.cli.view;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.TrafficReview;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What waits for a person, each with the commands to run next. */
public final class NextActions {

    private static final int SHOWN = 5;

    private final CommandLines commands;

    /**
     * For one command line.
     *
     * @param commands writes commands as they are to be typed here
     */
    public NextActions(CommandLines commands) {
        this.commands = commands;
    }

    /** The lines; none where nothing waits. An approval of a review asks for its digest, which only the review shows. */
    public List<String> of(Snapshot snapshot) {
        return of(snapshot, false);
    }

    /** The same right below the review, so that an approval is of what was shown. */
    public List<String> afterReview(Snapshot snapshot) {
        return of(snapshot, true);
    }

    private List<String> of(Snapshot snapshot, boolean shown) {
        List<String> lines = new ArrayList<>();
        String name = snapshot.campaign().campaign().value();
        int left = 0;
        for (ClusterStatus cluster : snapshot.clusters()) {
            boolean stopped = cluster.phase() == ClusterPhase.HELD || cluster.phase() == ClusterPhase.FAILED;
            if (!stopped && cluster.waitsFor() == null) {
                continue;
            }
            if (lines.size() >= SHOWN * 3) {
                left++;
                continue;
            }
            forCluster(name, cluster, shown, lines);
        }
        if (left > 0) {
            lines.add("and " + left + " more clusters: " + commands.of("status " + name));
        }
        switch (snapshot.campaign().phase()) {
            case AWAITING_APPROVAL -> {
                lines.add("the next wave waits for an approval:");
                lines.add("  " + commands.of("approve " + name + " --reason \"...\""));
            }
            case PAUSED -> {
                lines.add("the campaign is paused:");
                lines.add("  " + commands.of("resume " + name));
            }
            case HELD -> {
                // What waits per cluster is named above; the rest is for the campaign as a whole.
                if (snapshot.count(ClusterPhase.FAILED) == 0 && snapshot.count(ClusterPhase.HELD) == 0) {
                    lines.add("the campaign is held: " + snapshot.campaign().reason());
                    lines.add("  " + commands.of("approve " + name + " --reason \"...\""));
                }
            }
            case RUNNING, SOAKING, ABORTING, SUCCEEDED, FAILED, ABORTED -> {}
        }
        return lines;
    }

    private void forCluster(String name, ClusterStatus cluster, boolean shown, List<String> lines) {
        String id = cluster.cluster().value();
        String where = name + " --cluster " + id;
        HoldReason reason = cluster.holdReason();
        boolean review = cluster.phase() == ClusterPhase.HELD && reason != null && reason.approvable();
        String why = why(cluster);
        lines.add(why.startsWith(id + " ") || why.startsWith(id + ":") ? why : id + ": " + why);
        if (cluster.waitsFor() != null) {
            lines.add("  see who has it:      " + commands.of("status " + cluster.waitsFor() + " --cluster " + id));
            lines.add("  or take it at once:  " + commands.of("take-over " + where + " --reason \"...\""));
            return;
        }
        if (review) {
            lines.add("  look:  " + commands.of("review " + where));
            lines.add("  then:  " + commands.of("approve " + where + " --reason \"...\"" + decision(cluster, shown)));
            if (cluster.conflicts().size() > 1) {
                lines.add("  or each by itself:  "
                        + commands.of("approve " + where + " --reason \"...\" --answer "
                                + cluster.conflicts().getFirst().question() + "=... --answer "
                                + cluster.conflicts().get(1).question() + "=..."));
            }
        } else {
            lines.add("  put it right, then:  " + commands.of("retry " + where));
            lines.add("  or leave it out:     " + commands.of("skip " + where));
            if (isBetweenReleases(cluster)) {
                lines.add("  or go back:          " + commands.of("restore --cluster " + id + " --reason \"...\""));
            }
        }
    }

    /** What an approval has to say beside its reason. */
    private static String decision(ClusterStatus cluster, boolean shown) {
        return switch (cluster.holdReason()) {
            case TRAFFIC_REVIEW -> digest(cluster, shown) + policy(cluster);
            case CUSTOMISATION_CONFLICTS, BASE_UNKNOWN -> sides(cluster.conflicts());
            case null, default -> "";
        };
    }

    /** To keep all that can be kept. */
    private static String sides(List<FieldConflict> conflicts) {
        List<FieldConflict> lost = conflicts.stream()
                .filter(conflict -> !conflict.takes(OnConflict.KEEP_MINE))
                .toList();
        if (!lost.isEmpty() && lost.size() == conflicts.size()) {
            return " --conflicts " + OnConflict.TAKE_NEW;
        }
        return " --conflicts " + OnConflict.KEEP_MINE
                + lost.stream()
                        .map(conflict -> " --answer " + conflict.question() + "=" + OnConflict.TAKE_NEW)
                        .collect(Collectors.joining());
    }

    private static String digest(ClusterStatus cluster, boolean shown) {
        TrafficReview review = cluster.review();
        return " --digest " + (shown && review != null && review.digest() != null ? review.digest() : "SHOWN-THERE");
    }

    /** What the guard refuses is to be changed first. */
    private static String policy(ClusterStatus cluster) {
        if (replacesHostEndpoints(cluster)) {
            return "";
        }
        PolicyCheck guard = cluster.review() == null ? null : cluster.review().guard();
        return guard == null || guard.refusals().isEmpty() ? " --apply-suggested-policy" : " --policy EDITED.yaml";
    }

    /** Whether automatic host endpoints come next, which the suggested policy does not select. */
    private static boolean replacesHostEndpoints(ClusterStatus cluster) {
        return cluster.remaining().contains(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS.encode());
    }

    /** Whether it failed after its upgrade had begun, and nothing was put back. */
    private static boolean isBetweenReleases(ClusterStatus cluster) {
        return cluster.phase() == ClusterPhase.FAILED
                && cluster.holdReason() != HoldReason.ROLLED_BACK
                && cluster.steps().stream()
                        .map(StepRecord::step)
                        .map(StepId::kind)
                        .anyMatch(StepKind::upgrades);
    }

    /** Why a cluster waits or failed, in a sentence. */
    public static String why(ClusterStatus cluster) {
        if (!cluster.objections().isEmpty() && cluster.holdReason() == HoldReason.PREFLIGHT_OBJECTIONS) {
            return String.join(" ", cluster.objections());
        }
        String summary = cluster.summary();
        HoldReason reason = cluster.holdReason();
        return !summary.isEmpty() ? summary : reason == null ? cluster.phase().sentence() : reason.sentence();
    }

    /** Whether anything in the campaign waits for a person. */
    public static boolean waits(Snapshot snapshot) {
        return snapshot.count(ClusterPhase.HELD) > 0
                || snapshot.campaign().phase() == CampaignPhase.AWAITING_APPROVAL
                || snapshot.campaign().phase() == CampaignPhase.HELD;
    }
}
