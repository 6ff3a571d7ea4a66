package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;

/**
 * The lock of a datastore during a move, on ClusterInformation: {@code datastoreReady} is false, as Calico has it, and an annotation
 * says which campaign of ours locked it. While it is locked, the CNI plugin adds and removes no pod, and Felix waits with the rules it
 * has.
 */
public final class MoveMark {

    /** How a signal of an inspection begins. */
    public static final String SIGNAL = "unfinished move to the Kubernetes datastore: ";

    private static final String CAMPAIGN = "calico-fleet.io/moves-datastore";
    private static final String COMPARED = "calico-fleet.io/moved-datastore";
    private static final String READY = "datastoreReady";

    private MoveMark() {}

    /** Whether the datastore is locked, by whomever. */
    public static boolean isLocked(JsonNode information) {
        JsonNode ready = Json.get(information.get("spec"), READY);
        return ready != null && !ready.asBoolean();
    }

    /** The campaign of ours that has it locked; empty where it is not locked, or by somebody else. */
    public static Optional<String> campaign(JsonNode information) {
        String campaign = Json.text(information.at("/metadata/annotations"), CAMPAIGN);
        return campaign.isEmpty() || !isLocked(information) ? Optional.empty() : Optional.of(campaign);
    }

    /** Whether it carries the annotation of this campaign, locked or not: a person may have unlocked it by hand. */
    public static boolean isMarkedBy(JsonNode information, String campaign) {
        return Json.text(information.at("/metadata/annotations"), CAMPAIGN).equals(campaign);
    }

    /** Whether this campaign has it locked. */
    public static boolean isOf(JsonNode information, String campaign) {
        return campaign(information).filter(campaign::equals).isPresent();
    }

    /** Locked by a campaign; itself where it is so already. */
    public static ObjectNode locked(ObjectNode information, String campaign) {
        ObjectNode locked = information.deepCopy();
        Json.child(Json.child(locked, "metadata"), "annotations").put(CAMPAIGN, campaign);
        Json.child(locked, "spec").put(READY, false);
        return locked;
    }

    /** Locked, and all of etcd is there as well: what was compared is kept under this digest. */
    public static ObjectNode compared(ObjectNode locked, String digest) {
        ObjectNode compared = locked.deepCopy();
        Json.child(Json.child(compared, "metadata"), "annotations").put(COMPARED, digest);
        return compared;
    }

    /** The digest of what was compared; empty where the transfer has not come so far. */
    public static Optional<String> compared(JsonNode information) {
        return Optional.of(Json.text(information.at("/metadata/annotations"), COMPARED))
                .filter(digest -> !digest.isEmpty());
    }

    /** The same with the marks another one has. */
    static ObjectNode markedAs(ObjectNode information, JsonNode marked) {
        ObjectNode copy = information.deepCopy();
        for (String mark : List.of(CAMPAIGN, COMPARED)) {
            JsonNode value = Json.get(marked.at("/metadata/annotations"), mark);
            if (value != null) {
                Json.child(Json.child(copy, "metadata"), "annotations").set(mark, value);
            }
        }
        return copy;
    }

    /** Unlocked, and nothing of ours on it. */
    public static ObjectNode unlocked(ObjectNode information) {
        ObjectNode unlocked = information.deepCopy();
        ObjectNode metadata = Json.child(unlocked, "metadata");
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(List.of(CAMPAIGN, COMPARED));
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        Json.child(unlocked, "spec").put(READY, true);
        return unlocked;
    }
}
