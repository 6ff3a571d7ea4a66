package io.calicofleet.executor.app;

import io.calicofleet.event.ClusterId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which real cluster an id leads to, by the UID of its namespace kube-system. Two ids of one cluster could be claimed by two
 * campaigns at once; so only one of them is acted on, until its file is gone or leads elsewhere: the one that had a step first, or else was seen
 * first. Thread-safe.
 */
final class RealClusters {

    private final Map<String, Owner> owners = new HashMap<>();

    private record Owner(ClusterId id, boolean acted) {}

    /**
     * The id under which that cluster is served, where it is another one; empty where it is not, or the UID is not known.
     *
     * @param acts whether a step asks; else somebody looks
     */
    synchronized Optional<ClusterId> other(ClusterId id, String uid, boolean acts) {
        if (uid.isEmpty()) {
            return Optional.empty();
        }
        Owner owner = owners.get(uid);
        if (owner == null || (acts && !owner.acted())) {
            owners.put(uid, new Owner(id, acts));
            return Optional.empty();
        }
        return owner.id().equals(id) ? Optional.empty() : Optional.of(owner.id());
    }

    /** The id leads nowhere any more, or perhaps elsewhere. */
    synchronized void forget(ClusterId id) {
        owners.values().removeIf(owner -> owner.id().equals(id));
    }
}
