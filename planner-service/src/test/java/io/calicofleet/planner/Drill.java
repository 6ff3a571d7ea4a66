package io.calicofleet.planner;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A campaign of empty steps, and what executors and verifiers say of it. */
public final class Drill {

    private Drill() {}

    /** The document of a drill on the clusters. */
    public static Map<String, Object> document(String name, int steps, List<String> clusters) {
        return Map.of(
                "apiVersion",
                "calico-fleet/v1",
                "kind",
                "Campaign",
                "name",
                name,
                "procedure",
                "drill",
                "clusters",
                Map.of("names", clusters),
                "maxConcurrent",
                "100%",
                "drill",
                Map.of("steps", steps));
    }

    /** The same, read. */
    public static CampaignSpec spec(Map<String, Object> document) {
        return switch (CampaignSpecReader.read(document)) {
            case Reading.Read<CampaignSpec> read -> read.value();
            case Reading.Refused<CampaignSpec> refused -> throw new AssertionError(refused.problems());
        };
    }

    /** The cluster is served. */
    public static ClusterAnnounced announced(String cluster) {
        return announced(cluster, "test", null);
    }

    /** The real cluster of this UID is served by an executor. */
    public static ClusterAnnounced announced(String cluster, String executor, @Nullable String uid) {
        return new ClusterAnnounced(
                ClusterId.of(cluster),
                executor,
                Map.of("env", "test"),
                true,
                "",
                "v1.21.14",
                null,
                null,
                uid,
                cluster + " is served.");
    }

    /** The step was taken up. */
    public static StepAccepted accepted(StepId step) {
        return new StepAccepted(step, "test", step + " is taken up.");
    }

    /** The step has done what it does. */
    public static StepSucceeded succeeded(StepId step) {
        return new StepSucceeded(step, null, List.of(), List.of(), step + " is done.");
    }

    /** The step passed its gates. */
    public static StepJudged passed(StepId step) {
        return new StepJudged(step, Outcome.PASSED, List.of(), null, step + " passed.");
    }

    /** The n-th drill step of the cluster. */
    public static StepId step(String campaign, String cluster, int ordinal) {
        return StepId.parse(CampaignName.of(campaign) + "/" + cluster + "/drill/" + ordinal);
    }
}
