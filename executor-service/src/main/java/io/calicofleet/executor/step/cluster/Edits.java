package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.Json;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Read, change, write under the resourceVersion, and from the start where somebody was faster. */
public final class Edits {

    private static final int ATTEMPTS = 12;

    private Edits() {}

    /**
     * Changes an object that is there.
     *
     * @param change gives back the very same object where there is nothing to change
     * @return whether it was written; false where it is not there or was so already
     */
    public static boolean edit(ClusterApi cluster, ResourceRef ref, UnaryOperator<ObjectNode> change) {
        return edit(() -> cluster.find(ref), cluster::replace, change);
    }

    private static boolean edit(
            Supplier<Optional<ObjectNode>> read, Consumer<ObjectNode> write, UnaryOperator<ObjectNode> change) {
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> present = read.get();
            if (present.isEmpty()) {
                return false;
            }
            ObjectNode wanted = change.apply(present.get());
            if (wanted.equals(present.get())) {
                return false;
            }
            try {
                write.accept(wanted);
                return true;
            } catch (ClusterException e) {
                if (!(e.problem() == Problem.CONFLICT || e.problem() == Problem.NOT_FOUND) || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The same for a resource of Calico. */
    public static boolean edit(CalicoDatastore calico, CalicoKind kind, String name, UnaryOperator<ObjectNode> change) {
        return edit(() -> calico.find(kind, name), calico::replace, change);
    }

    /** Deletes a resource of Calico where it is there; whether it was. */
    public static boolean delete(CalicoDatastore calico, CalicoKind kind, String name) {
        Optional<ObjectNode> present = calico.find(kind, name);
        present.ifPresent(calico::delete);
        return present.isPresent();
    }

    /** Creates a resource of Calico, or gives the one that is there this spec and these annotations; whether it was written. */
    public static boolean put(CalicoDatastore calico, ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        String name = Objects.name(resource);
        if (calico.find(kind, name).isEmpty()) {
            try {
                calico.create(resource);
                return true;
            } catch (ClusterException e) {
                if (e.problem() != Problem.ALREADY_EXISTS) {
                    throw e;
                }
            }
        }
        return edit(calico, kind, name, present -> {
            ObjectNode changed = present.deepCopy();
            changed.set("spec", resource.path("spec"));
            resource.at("/metadata/annotations")
                    .properties()
                    .forEach(annotation -> Json.child(Json.child(changed, "metadata"), "annotations")
                            .set(annotation.getKey(), annotation.getValue()));
            return changed;
        });
    }

    /** Deletes an object where it is there; whether it was. */
    public static boolean delete(ClusterApi cluster, ResourceRef ref) {
        Optional<ObjectNode> present = cluster.find(ref);
        present.ifPresent(cluster::delete);
        return present.isPresent();
    }

    /** Creates an object where none of its name is there; whether it did. */
    public static boolean create(ClusterApi cluster, ObjectNode object) {
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
