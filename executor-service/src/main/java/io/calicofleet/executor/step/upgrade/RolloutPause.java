package io.calicofleet.executor.step.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops the nodes that are yet to roll. Their DaemonSet gets OnDelete, by which its controller replaces no pod any more ({@link NodeHold} keeps the
 * owner's updateStrategy); a node whose old pod is gone already gets its new one. {@link UpgradeStep}, asked for anew, gives the owner's
 * strategy back, and a restore that of the backup. What is paused says so itself, so that whoever is killed around the one write goes on.
 */
public final class RolloutPause {

    private RolloutPause() {}

    /**
     * Pauses what is left of a rollout.
     *
     * @param why for whoever looks at the DaemonSet, a sentence
     * @return what came of it, a sentence without its full stop
     */
    public static String pause(ClusterApi cluster, String why) {
        List<String> paused = new ArrayList<>();
        for (ObjectNode set : Installed.workloads(cluster, "DaemonSet", Part.NODE)) {
            if (isRolled(set) && !NodeHold.isHeld(set)) {
                continue;
            }
            ResourceRef ref = ResourceRef.of(set);
            boolean unused = Edits.edit(cluster, ref, present -> NodeHold.paused(present, why));
            paused.add(cluster.find(ref).map(RolloutPause::told).orElse(ref.object() + " is gone"));
        }
        return paused.isEmpty()
                ? "Every node had rolled already, so there was nothing to pause"
                : "The rollout is paused: " + String.join("; ", paused)
                        + ", and no other node is begun. A retry lets it go on, a restore takes it back";
    }

    private static boolean isRolled(JsonNode set) {
        JsonNode status = set.path("status");
        return NodeHold.isSeen(set)
                && status.path("updatedNumberScheduled").asInt()
                        == status.path("desiredNumberScheduled").asInt();
    }

    private static String told(JsonNode set) {
        JsonNode metadata = set.path("metadata");
        return "DaemonSet " + Json.text(metadata, "namespace") + "/" + Json.text(metadata, "name")
                + " has updateStrategy OnDelete";
    }
}
