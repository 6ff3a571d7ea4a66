package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.outcome.Outcomes;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.TopicUnavailableException;
import io.calicofleet.planner.port.journal.Changed;
import io.calicofleet.runtime.Signing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what a campaign did to a cluster, as an in-toto statement (v1) in a DSSE envelope that this planner signs, where it signs anything. The same
 * decisions and key give the same bytes.
 *
 * @param core who decides once more
 * @param decisions where decisions come from
 * @param signing who signs
 */
record Statements(PlannerCore core, DecisionReader decisions, Signing signing) {

    /** An in-toto statement; the names are those of its specification. */
    private record Statement(String _type, List<Subject> subject, String predicateType, ClusterOutcome predicate) {

        static Statement of(ClusterOutcome outcome) {
            return new Statement(
                    ClusterOutcome.STATEMENT_TYPE,
                    List.of(new Subject(
                            outcome.cluster().value(),
                            Map.of("sha256", ClusterOutcome.digest(outcome.cluster(), outcome.uid())))),
                    ClusterOutcome.PREDICATE_TYPE,
                    outcome);
        }
    }

    private record Subject(String name, Map<String, String> digest) {}

    /** A replay of a campaign, by its beginning. */
    Replay replay() {
        return new Replay(core, decision -> Changed.of(decision).checksum());
    }

    /** The envelope, as JSON. */
    byte[] envelope(ClusterOutcome outcome) {
        return signing.envelope(EventJson.write(Statement.of(outcome)));
    }

    /**
     * That of one cluster.
     *
     * @throws ProblemException where the campaign is not finished with it, or how it began is not known any more
     */
    byte[] of(CampaignStatus campaign, ClusterStatus cluster) {
        ClusterId id = cluster.cluster();
        Outcomes outcomes = new Outcomes(id::equals);
        Replay replay = replay();
        String unreadable;
        try {
            unreadable = decisions.read(
                    campaign.campaign(),
                    campaign.createdAt(),
                    recorded -> replay.decide(recorded).ifPresent(decision -> outcomes.take(recorded, decision)));
        } catch (TopicUnavailableException e) {
            throw ProblemDocument.unavailable(String.valueOf(e.getMessage()));
        }
        if (replay.first().isEmpty()) {
            throw ProblemDocument.conflict(
                    "There is no statement of cluster " + id + ": how campaign " + campaign.campaign()
                            + " began is not written down, or not kept any more.",
                    List.of());
        }
        return outcomes.of(campaign, cluster, replay, text(unreadable))
                .map(this::envelope)
                .orElseThrow(() -> ProblemDocument.conflict(
                        "There is no statement of cluster " + id + ", which is " + cluster.phase() + " in campaign "
                                + campaign.campaign()
                                + ": there is one once something was done to it and it is succeeded, failed, skipped or"
                                + " aborted.",
                        List.of()));
    }

    private static String text(@Nullable String sentence) {
        return sentence == null ? "" : sentence;
    }
}
