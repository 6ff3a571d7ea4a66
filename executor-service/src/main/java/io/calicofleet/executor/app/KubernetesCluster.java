package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.adapter.calico.DatastoreFinder;
import io.calicofleet.executor.adapter.calico.EtcdClients;
import io.calicofleet.executor.adapter.kubernetes.observe.KubernetesObserver;
import io.calicofleet.executor.adapter.kubernetes.store.BackupStore;
import io.calicofleet.executor.adapter.kubernetes.store.ConfigMapJournal;
import io.calicofleet.executor.adapter.kubernetes.store.KubernetesLease;
import io.calicofleet.executor.adapter.kubernetes.store.ObjectLabels;
import io.calicofleet.executor.adapter.kubernetes.store.PlanStore;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.engine.Cluster;
import io.calicofleet.executor.engine.Journal;
import io.calicofleet.executor.engine.LeaseLock;
import io.calicofleet.executor.engine.Observer;
import io.calicofleet.executor.engine.StepBackups;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Plans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A real cluster: everything about it is kept in itself. */
public final class KubernetesCluster implements Cluster {

    private final ClusterId id;
    private final ClusterApi api;
    private final Duration leaseDuration;
    private final InstantSource clock;
    private final EtcdClients etcd;
    private final Supplier<Optional<EtcdAccess>> given;
    private final BiFunction<String, Boolean, Optional<ClusterId>> others;

    /**
     * A cluster.
     *
     * @param leaseDuration how long its lease outlives an executor that died
     * @param etcd reaches its etcd, should Calico keep its resources there
     * @param given the access to that etcd people gave us; empty for the cluster's own
     * @param others as {@link #sameAs(String, boolean)}
     */
    public KubernetesCluster(
            ClusterId id,
            ClusterApi api,
            Duration leaseDuration,
            InstantSource clock,
            EtcdClients etcd,
            Supplier<Optional<EtcdAccess>> given,
            BiFunction<String, Boolean, Optional<ClusterId>> others) {
        this.id = requireNonNull(id, "id");
        this.api = requireNonNull(api, "api");
        this.leaseDuration = requireNonNull(leaseDuration, "leaseDuration");
        this.clock = requireNonNull(clock, "clock");
        this.etcd = requireNonNull(etcd, "etcd");
        this.given = requireNonNull(given, "given");
        this.others = requireNonNull(others, "others");
    }

    /** A cluster that no other id leads to. */
    public KubernetesCluster(
            ClusterId id,
            ClusterApi api,
            Duration leaseDuration,
            InstantSource clock,
            EtcdClients etcd,
            Supplier<Optional<EtcdAccess>> given) {
        this(id, api, leaseDuration, clock, etcd, given, (uid, acts) -> Optional.empty());
    }

    /** A cluster whose Calico keeps its resources in Kubernetes; one that does not is reported as out of reach. */
    public KubernetesCluster(ClusterId id, ClusterApi api, Duration leaseDuration, InstantSource clock) {
        this(id, api, leaseDuration, clock, NoEtcd.NONE, Optional::empty);
    }

    @Override
    public ClusterId id() {
        return id;
    }

    @Override
    public Optional<ClusterId> sameAs(String uid, boolean acts) {
        return others.apply(uid, acts);
    }

    @Override
    public ClusterApi api() {
        return api;
    }

    @Override
    public CalicoDatastore datastore(ClusterApi asked, ClusterApi unguarded, Optional<ObjectNode> daemonSet) {
        DatastoreFinder finder = new DatastoreFinder(asked, unguarded, etcd::open, given);
        return daemonSet.map(finder::of).orElseGet(finder::find);
    }

    @Override
    public LeaseLock lease(String holder, Predicate<String> isOver) {
        return new KubernetesLease(api, holder, isOver, leaseDuration, clock);
    }

    @Override
    public Journal journal(ClusterApi through) {
        return new ConfigMapJournal(through, clock);
    }

    @Override
    public StepBackups backups(ClusterApi through, StepKind kind) {
        return new BackupStore(
                through, kind == StepKind.RESTORE ? ObjectLabels.BEFORE_RESTORE : ObjectLabels.UPGRADE, clock);
    }

    @Override
    public Plans plans(ClusterApi through) {
        return new PlanStore(through, clock);
    }

    @Override
    public Observer observer() {
        return new KubernetesObserver(api, runs -> new DatastoreFinder(api, api, etcd::open, given).find(runs));
    }

    private enum NoEtcd implements EtcdClients {
        NONE;

        @Override
        public CalicoDatastore open(EtcdAccess access, Supplier<CalicoVersion> version) {
            throw new ClusterException(Problem.DATASTORE_UNAVAILABLE, "there is no client for the " + access, null);
        }

        @Override
        public void close() {}
    }
}
