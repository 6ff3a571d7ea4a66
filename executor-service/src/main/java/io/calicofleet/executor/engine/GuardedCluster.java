package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.PodLog;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster's API server with the {@link Guard} of a step around it. */
record GuardedCluster(ClusterApi cluster, Guard guard) implements ClusterApi {

    GuardedCluster {
        requireNonNull(cluster, "cluster");
        requireNonNull(guard, "guard");
    }

    @Override
    public String version() {
        return guard.read("version", version -> false, cluster::version);
    }

    @Override
    public String uid() {
        return guard.read("kube-system", String::isEmpty, cluster::uid);
    }

    @Override
    public boolean ready() {
        return cluster.ready();
    }

    /** A server that comes back lists its own kinds first and the defined ones later: while in doubt, it is asked again. */
    @Override
    public Set<String> servedKinds() {
        return guard.read("discovery", kinds -> true, cluster::servedKinds);
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        return guard.find(ref.object(), () -> cluster.find(ref));
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        return guard.read(
                "all " + kind, Collection::isEmpty, () -> cluster.list(apiVersion, kind, namespace, labelSelector));
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        return guard.write(object, () -> cluster.create(object));
    }

    @Override
    public ObjectNode rehearse(ObjectNode object) {
        return guard.rehearse("a rehearsal of " + ResourceRef.of(object).object(), () -> cluster.rehearse(object));
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        return guard.write(object, () -> cluster.replace(object));
    }

    @Override
    public void delete(ObjectNode object) {
        guard.delete(object, () -> cluster.delete(object));
    }

    @Override
    public void restart(ObjectNode pod) {
        guard.restart(pod, () -> cluster.restart(pod));
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        return guard.read("access reviews", denied -> !denied.isEmpty(), () -> cluster.denied(wanted));
    }

    @Override
    public List<PodLog> logs(String namespace, String labelSelector, int lines) {
        return guard.read("logs", Collection::isEmpty, () -> cluster.logs(namespace, labelSelector, lines));
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return cluster.watch(apiVersion, kind, namespace, labelSelector, changed);
    }

    /** Helm writes on its own: the fence is looked at before it starts, and while it runs. */
    @Override
    public HelmEngine helm() {
        return cluster.helm().guarded(guard.fence());
    }
}
