package io.calicofleet.simulator.calico.datastore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calico's own resources of a simulated cluster, as Calico's components see them: by the names they are stored under, with
 * the labels that count.
 */
public interface CalicoResources {

    /** Whether they can be read and written: Calico's definitions are served, its etcd answers. */
    boolean isServed();

    /** Whether Kubernetes is the datastore. */
    boolean inKubernetes();

    /**
     * Whether Calico's clients convert what they store, and so keep labels in an annotation from v3.28 on: in
     * {@code crd.projectcalico.org/v1} only.
     */
    boolean isConverted();

    /** All resources of a kind, such as HostEndpoint. */
    List<ObjectNode> list(String kind);

    /** A resource, or null. */
    @Nullable
    ObjectNode get(String kind, String name);

    /** Creates a resource that has metadata and spec; nothing where there is one of its name or its kind is not served. */
    void create(String kind, ObjectNode resource);

    /**
     * Changes a resource, where it is there; nothing where somebody else was faster.
     *
     * @param change of a copy
     */
    void change(String kind, String name, UnaryOperator<ObjectNode> change);

    /** Deletes a resource, where it is there. */
    void delete(String kind, String name);
}
