package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.rehearse.ObjectChanges.Written;
import io.calicofleet.cli.rehearse.Restarts.Restart;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepId;
import io.calicofleet.kafka.EventJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a rehearsal came out.
 *
 * @param subject what was rehearsed, such as the name of the file
 * @param kubernetes the version of Kubernetes
 * @param nodes how many nodes the cluster had
 * @param status where the cluster was at the end
 * @param facts what the inspection found; null where it did not come to an end
 * @param verdicts the gates of each step that was judged
 * @param objects what was written, without what calico-fleet keeps for itself
 * @param restarts whose pods were made anew
 * @param notes what the steps and the rehearsal noted
 * @param adjusted what the campaign had otherwise than the file that was given
 * @param limits what a rehearsal cannot tell
 * @param took how long it took on the simulated cluster
 */
record RehearsalReport(
        String subject,
        String kubernetes,
        int nodes,
        ClusterStatus status,
        @Nullable ClusterFacts facts,
        Map<StepId, List<GateResult>> verdicts,
        List<Written> objects,
        List<Restart> restarts,
        List<String> notes,
        List<String> adjusted,
        List<String> limits,
        Duration took) {

    RehearsalReport {
        verdicts = new LinkedHashMap<>(verdicts);
        objects = List.copyOf(objects);
        restarts = List.copyOf(restarts);
        notes = List.copyOf(notes);
        adjusted = List.copyOf(adjusted);
        limits = List.copyOf(limits);
    }

    /** What would become of the upgrade. */
    enum Outcome {
        SUCCEEDED("would succeed"),
        REFUSED("would be refused before anything is written"),
        HELD("would be held until a person decides"),
        FAILED("would fail");

        private final String sentence;

        Outcome(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    Outcome outcome() {
        ClusterPhase phase = status.phase();
        if (phase == ClusterPhase.SUCCEEDED) {
            return Outcome.SUCCEEDED;
        }
        if (status.holdReason() == HoldReason.PREFLIGHT_OBJECTIONS) {
            return Outcome.REFUSED;
        }
        return phase == ClusterPhase.HELD ? Outcome.HELD : Outcome.FAILED;
    }

    /** For programs. */
    ObjectNode toJson() {
        ObjectNode document = FleetClient.body()
                .put("subject", subject)
                .put("kubernetes", kubernetes)
                .put("nodes", nodes)
                .put("outcome", outcome().name().toLowerCase(java.util.Locale.ROOT))
                .put("summary", status.summary())
                .put("took", took.toString());
        document.set("found", EventJson.mapper().valueToTree(facts));
        document.set("objections", EventJson.mapper().valueToTree(status.objections()));
        document.set("questions", EventJson.mapper().valueToTree(status.conflicts()));
        document.set("steps", EventJson.mapper().valueToTree(status.steps()));
        document.set("remaining", EventJson.mapper().valueToTree(status.remaining()));
        ObjectNode gates = document.putObject("gates");
        verdicts.forEach((step, results) -> gates.set(
                step.kind().encode() + "/" + step.ordinal(), EventJson.mapper().valueToTree(results)));
        document.set("objects", EventJson.mapper().valueToTree(objects));
        document.set("restarts", EventJson.mapper().valueToTree(restarts));
        document.set("review", EventJson.mapper().valueToTree(status.review()));
        document.set("notes", EventJson.mapper().valueToTree(notes));
        document.set("adjusted", EventJson.mapper().valueToTree(adjusted));
        document.set("limits", EventJson.mapper().valueToTree(limits));
        return document;
    }
}
