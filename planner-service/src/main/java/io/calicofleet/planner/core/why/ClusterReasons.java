package io.calicofleet.planner.core.why;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a cluster that has begun is not done. */
final class ClusterReasons {

    /** How a summary goes on after the cluster's id. */
    private static final List<String> STARTS = List.of(" is held:", " failed:", ":", " ");

    private ClusterReasons() {}

    /** One that is held or failed. */
    static Reason stopped(ClusterStatus cluster) {
        HoldReason reason = cluster.holdReason() == null ? HoldReason.STEP_FAILED : cluster.holdReason();
        List<String> evidence = new ArrayList<>(cluster.objections());
        cluster.conflicts().forEach(conflict -> evidence.add(conflict.object() + " " + conflict.path()));
        for (GateResult gate : cluster.gates()) {
            if (gate.outcome() != Outcome.PASSED) {
                evidence.add(
                        said(cluster).contains(gate.reason())
                                ? "gate " + gate.gate() + " " + gate.outcome()
                                : "gate " + gate.gate() + ": " + gate.reason());
                evidence.addAll(gate.evidence());
            }
        }
        String sentence = said(cluster);
        return new Reason(
                reason.encode(),
                reason.sentence(),
                List.of(cluster.cluster()),
                1,
                sentence,
                stoppedAt(cluster),
                Rule.events(cluster),
                // What the sentence says is no evidence of it.
                evidence.stream()
                        .distinct()
                        .filter(line -> !sentence.contains(line.strip()))
                        .toList(),
                Decisions.isLocked(cluster)
                        ? "It is retried and goes on, or a restore takes all of it back: until then its datastore is locked and new"
                                + " pods wait."
                        : ends(reason),
                endedBy(reason),
                Decisions.of(cluster, reason));
    }

    /** One in a step. */
    static Reason running(CampaignStatus campaign, ClusterStatus cluster, Optional<Heartbeat> heartbeat, Instant now) {
        Instant silent = cluster.silentSince();
        if (silent != null) {
            String id = cluster.cluster().value();
            return Rule.SILENCE.of(
                    cluster,
                    silent,
                    said(cluster),
                    "Its executor comes back and tells how it went, or the cluster is skipped.",
                    EndedBy.OPERATOR,
                    List.of(
                            new NextCommand("see who serves it", "clusters"),
                            new NextCommand(
                                    "or leave it out",
                                    "skip " + cluster.campaign() + " --cluster " + id + Rule.BECAUSE)));
        }
        return unheard(cluster, heartbeat, now)
                .orElseGet(() -> waitsForOthers(campaign, cluster)
                        ? others(cluster, said(cluster))
                        : Rule.STEP.of(
                                cluster,
                                stepBegan(cluster),
                                said(cluster),
                                stepEnds(cluster),
                                EndedBy.ITSELF,
                                List.of()));
    }

    /** Its executor is silent: what its step said last may not be so any more. */
    private static Optional<Reason> unheard(ClusterStatus cluster, Optional<Heartbeat> heartbeat, Instant now) {
        return heartbeat
                .filter(heard -> heard.silent(now))
                .map(heard -> Rule.SILENCE.of(
                        cluster,
                        heard.heardAt(),
                        "Executor " + heard.executor() + ", which serves it, was last heard "
                                + heard.age(now).toMinutes() + " minutes ago; how far its step is, is from then.",
                        "The executor comes back: see whether its process runs and reaches Kafka.",
                        EndedBy.OPERATOR,
                        List.of(new NextCommand("see who serves it", "clusters"))));
    }

    /**
     * The same without what only this cluster is at, so that it is told of all that are there.
     *
     * @param apart whether what its step waits for is told all the same
     */
    static Reason inStep(
            CampaignStatus campaign, ClusterStatus cluster, boolean apart, Optional<Heartbeat> heartbeat, Instant now) {
        StepId step = cluster.step();
        return unheard(cluster, heartbeat, now)
                .orElseGet(() -> waitsForOthers(campaign, cluster)
                        ? others(cluster, "Others are to bring the release.")
                        : inStep(cluster, step, apart));
    }

    private static Reason inStep(ClusterStatus cluster, @Nullable StepId step, boolean apart) {
        return Rule.STEP.of(
                cluster,
                stepBegan(cluster),
                step == null
                        ? "In a step."
                        : inStep(
                                step,
                                said(cluster),
                                apart && !cluster.stepWaits().isEmpty()),
                stepEnds(cluster),
                EndedBy.ITSELF,
                List.of());
    }

    private static String inStep(StepId step, String said, boolean waits) {
        return waits ? said : "In step " + step.named() + ".";
    }

    private static boolean waitsForOthers(CampaignStatus campaign, ClusterStatus cluster) {
        StepRecord last = last(cluster);
        return campaign.spec().upgradeOrDefault().appliedByOthers()
                && last != null
                && last.step().kind().upgrades()
                && !last.state().equals("requested")
                && !last.state().equals("succeeded");
    }

    private static Reason others(ClusterStatus cluster, String said) {
        String id = cluster.cluster().value();
        return Rule.EXTERNAL.of(
                cluster,
                stepBegan(cluster),
                said,
                "Whoever keeps Calico's objects brings them as the release has them: by a commit, where they come from a repository.",
                EndedBy.PEOPLE,
                List.of(
                        new NextCommand("write what to bring", "plan " + cluster.campaign() + " --export DIRECTORY"),
                        new NextCommand(
                                "or leave it out", "skip " + cluster.campaign() + " --cluster " + id + Rule.BECAUSE)));
    }

    /** One that waits because it cannot be reached. */
    static Reason unreached(ClusterStatus cluster) {
        String id = cluster.cluster().value();
        return Rule.UNREACHABLE.of(
                cluster,
                cluster.updatedAt(),
                said(cluster),
                ends(HoldReason.UNREACHABLE),
                EndedBy.OPERATOR,
                List.of(
                        new NextCommand("see who serves it", "clusters"),
                        new NextCommand(
                                "or leave it out", "skip " + cluster.campaign() + " --cluster " + id + Rule.BECAUSE)));
    }

    /** Those there is no room for. */
    static Reason more(CampaignName campaign, List<ClusterId> clusters) {
        return new Reason(
                HoldReason.STEP_FAILED.encode(),
                "Each that is held or failed is settled by itself, or all are retried.",
                clusters,
                clusters.size(),
                clusters.size() + " more are held or failed.",
                null,
                List.of(),
                List.of(),
                "They are put right and retried, or left out.",
                EndedBy.PEOPLE,
                List.of(
                        new NextCommand("see each", "status " + campaign),
                        new NextCommand("put it right, then", "retry " + campaign + Rule.BECAUSE)));
    }

    private static String stepEnds(ClusterStatus cluster) {
        StepRecord last = last(cluster);
        if (last == null) {
            return "Its executor tells how it went.";
        }
        return switch (last.state()) {
            case "requested" -> "An executor that serves it takes the step up.";
            case "succeeded" -> "The verifier passes the gates of the step.";
            default -> "Its executor tells how it went.";
        };
    }

    private static String ends(HoldReason reason) {
        return switch (reason) {
            case PREFLIGHT_OBJECTIONS -> "What it names is put right and the cluster is retried, or it is left out.";
            case CUSTOMISATION_CONFLICTS -> "Somebody says for each field which side it takes.";
            case BASE_UNKNOWN ->
                "The file of the release that is installed is put where the executor has its releases and the cluster is"
                        + " retried; or somebody says for each field which side it takes.";
            case PLAN_CHANGED -> "Somebody looks at what would be written now, and approves that by its digest.";
            case TRAFFIC_REVIEW -> "Somebody looks at the traffic and approves the review by its digest.";
            case AUTO_HOST_ENDPOINT_POLICIES ->
                "The policies are changed and the cluster is retried, or somebody approves them as they are.";
            case STEP_FAILED, GATE_FAILED, ROLLED_BACK ->
                "What it names is put right and the cluster is retried, or it is left out.";
            case SECOND_UPGRADER ->
                "Whoever changes the version there stops, and the cluster is retried: it goes on from what is there then; or it"
                        + " is left out.";
            case UNREACHABLE -> "It can be reached, and is tried again; or it is left out.";
            case NOT_SEEN -> "Executor, verifier and API server are there again, and the cluster is retried.";
            case EXECUTOR_ENDED -> "It is found why the executor ended, and the cluster is retried.";
            case CLAIM_REFUSED -> "Fewer campaigns wait for the cluster, and it is retried.";
        };
    }

    private static EndedBy endedBy(HoldReason reason) {
        return switch (reason) {
            case CUSTOMISATION_CONFLICTS,
                    BASE_UNKNOWN,
                    TRAFFIC_REVIEW,
                    AUTO_HOST_ENDPOINT_POLICIES,
                    PLAN_CHANGED,
                    CLAIM_REFUSED -> EndedBy.PEOPLE;
            case PREFLIGHT_OBJECTIONS, SECOND_UPGRADER, STEP_FAILED, GATE_FAILED, ROLLED_BACK -> EndedBy.OWNER;
            case NOT_SEEN, UNREACHABLE, EXECUTOR_ENDED -> EndedBy.OPERATOR;
        };
    }

    /** What its status says, without its name in front: whoever tells it names it. */
    private static String said(ClusterStatus cluster) {
        String id = cluster.cluster().value();
        String summary = cluster.summary();
        if (cluster.holdReason() == HoldReason.PREFLIGHT_OBJECTIONS
                && cluster.objections().size() == 1) {
            return cluster.objections().getFirst();
        }
        for (String start : STARTS) {
            if (summary.startsWith(id + start)) {
                summary = summary.substring(id.length() + start.length()).strip();
                break;
            }
        }
        HoldReason reason = cluster.holdReason();
        return !summary.isEmpty() ? summary : reason == null ? cluster.phase().sentence() : reason.sentence();
    }

    private static @Nullable StepRecord last(ClusterStatus cluster) {
        return cluster.steps().isEmpty() ? null : cluster.steps().getLast();
    }

    private static @Nullable Instant stepBegan(ClusterStatus cluster) {
        StepRecord last = last(cluster);
        return last == null ? null : last.startedAt();
    }

    private static Instant stoppedAt(ClusterStatus cluster) {
        StepRecord last = last(cluster);
        Instant finished = last == null ? null : last.finishedAt();
        return finished == null ? cluster.updatedAt() : finished;
    }
}
