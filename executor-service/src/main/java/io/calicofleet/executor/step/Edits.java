package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import io.calicofleet.executor.core.step.ResourceRef;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Read, change, write under the resourceVersion, and from the start where somebody was faster. */
final class Edits {

    private static final int ATTEMPTS = 12;

    private Edits() {}

    /**
     * Changes an object that is there.
     *
     * @param change gives back the very same object where there is nothing to change
     * @return whether it was written; false where it is not there or was so already
     */
    static boolean edit(ClusterApi cluster, ResourceRef ref, UnaryOperator<ObjectNode> change) {
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> present = cluster.find(ref);
            if (present.isEmpty()) {
                return false;
            }
            ObjectNode wanted = change.apply(present.get());
            if (wanted.equals(present.get())) {
                return false;
            }
            try {
                cluster.replace(wanted);
                return true;
            } catch (ClusterException e) {
                if (!(e.problem() == Problem.CONFLICT || e.problem() == Problem.NOT_FOUND) || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Deletes an object where it is there; whether it was. */
    static boolean delete(ClusterApi cluster, ResourceRef ref) {
        Optional<ObjectNode> present = cluster.find(ref);
        present.ifPresent(cluster::delete);
        return present.isPresent();
    }

    /** Creates an object where none of its name is there; whether it did. */
    static boolean create(ClusterApi cluster, ObjectNode object) {
        if (cluster.find(ResourceRef.of(object)).isPresent()) {
            return false;
        }
        try {
            cluster.create(object);
            return true;
        } catch (ClusterException e) {
            if (e.problem() == Problem.ALREADY_EXISTS) {
                return false;
            }
            throw e;
        }
    }
}
