package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.PodLog;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A cluster around a cluster: all that is read and all that is written comes through one method each. */
public abstract class ForwardingCluster implements ClusterApi {

    private final ClusterApi cluster;

    public ForwardingCluster(ClusterApi cluster) {
        this.cluster = requireNonNull(cluster, "cluster");
    }

    /** Around every read. */
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    /** Around every write. */
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        return call.get();
    }

    @Override
    public final String version() {
        return read("version", cluster::version);
    }

    @Override
    public final String uid() {
        return read("kube-system", cluster::uid);
    }

    @Override
    public final boolean ready() {
        return cluster.ready();
    }

    @Override
    public final Set<String> servedKinds() {
        return read("discovery", cluster::servedKinds);
    }

    @Override
    public final List<PodLog> logs(String namespace, String labelSelector, int lines) {
        return read("logs", () -> cluster.logs(namespace, labelSelector, lines));
    }

    @Override
    public final Optional<ObjectNode> find(ResourceRef ref) {
        return read(ref.object(), () -> cluster.find(ref));
    }

    @Override
    public final List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        return read("all " + kind, () -> cluster.list(apiVersion, kind, namespace, labelSelector));
    }

    @Override
    public final ObjectNode create(ObjectNode object) {
        return write(object, () -> cluster.create(object));
    }

    @Override
    public final ObjectNode rehearse(ObjectNode object) {
        return read("a rehearsal of " + ResourceRef.of(object).object(), () -> cluster.rehearse(object));
    }

    @Override
    public final ObjectNode replace(ObjectNode object) {
        return write(object, () -> cluster.replace(object));
    }

    @Override
    public final void delete(ObjectNode object) {
        write(object, () -> {
            cluster.delete(object);
            return object;
        });
    }

    @Override
    public final List<Permission> denied(List<Permission> wanted) {
        return read("access reviews", () -> cluster.denied(wanted));
    }

    @Override
    public final WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return cluster.watch(apiVersion, kind, namespace, labelSelector, changed);
    }

    @Override
    public HelmEngine helm() {
        return cluster.helm();
    }
}
