package io.calicofleet.executor.adapter.drill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The API server a drill cluster does not have: any step but a drill fails on it with a plain reason. */
enum NoApi implements ClusterApi {
    NONE;

    static ClusterException nothingThere() {
        return new ClusterException(
                ClusterException.Problem.UNEXPECTED,
                "this is a drill cluster: there is no Kubernetes behind it, and no step but a drill can be done",
                null);
    }

    @Override
    public String version() {
        throw nothingThere();
    }

    @Override
    public Set<String> servedKinds() {
        throw nothingThere();
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        throw nothingThere();
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        throw nothingThere();
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        throw nothingThere();
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        throw nothingThere();
    }

    @Override
    public ObjectNode rehearse(ObjectNode object) {
        throw nothingThere();
    }

    @Override
    public void delete(ObjectNode object) {
        throw nothingThere();
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        throw nothingThere();
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        throw nothingThere();
    }
}
