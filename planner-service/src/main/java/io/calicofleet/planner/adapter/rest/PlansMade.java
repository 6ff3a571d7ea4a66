package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.Procedure;
import io.calicofleet.planner.core.why.PlanChanges;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.PlanReader;
import io.calicofleet.planner.port.TopicUnavailableException;
import java.util.List;
import java.util.Optional;

/**
 * The plans that were made, and in what they differ.
 *
 * @param view knows of which clusters there are some
 * @param plans reads them
 */
record PlansMade(FleetView view, PlanReader plans) {

    /**
     * The newest plan of a cluster.
     *
     * @throws ProblemException where there is none, or none can be read now
     */
    PlanMade newest(CampaignStatus status, ClusterStatus cluster) {
        ClusterPlan known = cluster.plan();
        try {
            return (known == null
                            ? plans.newest(status.campaign(), cluster.cluster(), status.createdAt())
                            : plans.made(status.campaign(), cluster.cluster(), known))
                    .orElseThrow(() -> ProblemDocument.unknown(
                            "plan of cluster", cluster.cluster().value(), ""));
        } catch (TopicUnavailableException e) {
            throw ProblemDocument.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** In what a plan differs from the one of that digest, a line each; empty where it is that one. */
    List<String> changes(ClusterStatus cluster, String digest, PlanMade now) {
        if (digest.equals(now.plan().digest())) {
            return List.of();
        }
        List<String> changes = made(cluster.cluster(), digest)
                .map(was -> PlanChanges.between(was, now))
                .orElse(List.of(
                        digest.equals(PlanDocument.NONE)
                                ? "it had no plan to accept: it joined since, or could not be planned"
                                : "the plan " + digest + " is not kept any more"));
        return changes.isEmpty() ? List.of("it is asked with other settings or of another release") : changes;
    }

    private Optional<PlanMade> made(ClusterId cluster, String digest) {
        return view.campaigns().stream()
                .filter(plan -> plan.spec().procedure() == Procedure.PLAN)
                .flatMap(plan -> view
                        .cluster(plan.campaign(), cluster)
                        .filter(found ->
                                found.plan() != null && found.plan().digest().equals(digest))
                        .map(found -> newest(plan, found))
                        .stream())
                .findFirst();
    }
}
