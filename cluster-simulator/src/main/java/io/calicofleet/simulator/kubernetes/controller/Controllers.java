package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.TypeRegistry;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Wakes the controllers of one cluster by its changes; each object is looked at once per wake-up. */
public final class Controllers {

    private final Kube kube;
    private final TypeRegistry types;
    private final EventLoop loop;
    private final Timing timing;
    private final Faults faults;
    private final DaemonSetController daemonSets;
    private final DeploymentController deployments;
    private final JobController jobs;
    private final Scheduler scheduler;
    private final Kubelets kubelets;
    private final GarbageCollector garbage;
    private final CrdController crds;
    private final Set<Task> waiting = new HashSet<>();

    /** A controller's look at one object. */
    private record Task(String controller, ObjectKey key) {}

    /**
     * The controllers of a cluster.
     *
     * @param onStarted told of every pod whose containers start, also after a restart
     * @param probes what containers answer
     */
    public Controllers(
            Cluster cluster,
            EventLoop loop,
            Timing timing,
            Faults faults,
            Consumer<ObjectNode> onStarted,
            Probes probes) {
        this.kube = new Kube(cluster.store());
        this.types = cluster.types();
        this.loop = loop;
        this.timing = timing;
        this.faults = faults;
        this.daemonSets = new DaemonSetController(kube);
        this.deployments = new DeploymentController(kube);
        this.jobs = new JobController(kube);
        this.scheduler = new Scheduler(kube);
        this.kubelets = new Kubelets(kube, loop, timing, faults, onStarted, probes);
        this.garbage = new GarbageCollector(kube, cluster.types());
        this.crds = new CrdController(cluster, kube);
        cluster.store().onEvent(this::changed);
        faults.onChange(() -> loop.submit(this::faultsChanged));
    }

    /** What is there from the start: the APIServices of the built-in groups. */
    public void begin() {
        ApiServices.builtIn(kube, types);
    }

    /** Restarts a container of a pod. */
    public void restartContainer(ObjectKey pod, String container) {
        loop.submit(() -> kubelets.restart(pod, container));
    }

    /** Probes every container now: what it answers may have changed. */
    public void probe() {
        loop.submit(kubelets::probe);
    }

    /** Serves a new CRD at once; for objects that are given at the start. */
    public void establishNow(String crd) {
        crds.sync(crd);
    }

    private void faultsChanged() {
        Nodes.readiness(kube, faults.now().nodesNotReady());
        scheduler.retry();
        kubelets.retry();
    }

    private void changed(StoreEvent event) {
        GroupResource resource = event.resource();
        boolean deleted = event.type() == StoreEvent.Type.DELETED;
        if (resource.equals(Crds.RESOURCE)) {
            crd(event, deleted);
        } else if (resource.equals(Kube.PODS)) {
            pod(event, deleted);
        } else if (resource.equals(Kube.NODES)) {
            if (deleted || nodeMatters(event)) {
                node();
            }
        } else if (resource.equals(Kube.DAEMON_SETS)) {
            wake("daemonset", event.key());
        } else if (resource.equals(Kube.DEPLOYMENTS)) {
            wake("deployment", event.key());
        } else if (resource.equals(Kube.REPLICA_SETS)) {
            wake("replicaset", event.key());
            owner(event.object());
        } else if (resource.equals(Kube.JOBS)) {
            wake("job", event.key());
        } else if (resource.equals(Kube.NAMESPACES) && !deleted && Kube.isDeleted(event.object())) {
            loop.after(
                    timing.controller(),
                    () -> garbage.emptyNamespace(event.key().name()));
        }
        garbage.changed(event);
        owned(event, deleted);
    }

    private void owned(StoreEvent event, boolean deleted) {
        if (event.resource().equals(Kube.EVENTS)) {
            return;
        }
        if (deleted) {
            loop.submit(() -> garbage.deleted(event.object()));
            if (garbage.isTerminating(event.key().namespace())) {
                loop.submit(() -> garbage.emptyNamespace(event.key().namespace()));
            }
        } else if (event.type() == StoreEvent.Type.ADDED && garbage.isOrphan(event.object())) {
            loop.after(timing.controller(), () -> garbage.collect(event.resource(), event.key()));
        } else if (Kube.isDeleted(event.object())
                && !event.object().path("metadata").path("finalizers").isEmpty()) {
            loop.after(timing.controller(), () -> garbage.deleting(event.resource(), event.object()));
        }
    }

    private void crd(StoreEvent event, boolean deleted) {
        if (deleted) {
            GroupResource resource = crds.removed(event.object());
            loop.submit(() -> garbage.emptyResource(resource));
        } else if (event.type() == StoreEvent.Type.MODIFIED) {
            crds.sync(event.key().name());
        } else {
            loop.after(timing.controller(), () -> crds.sync(event.key().name()));
        }
    }

    private void pod(StoreEvent event, boolean deleted) {
        if (deleted) {
            loop.submit(() -> {
                kubelets.gone(event.object());
                scheduler.retry();
            });
        } else if (Json.text(event.object(), "spec", "nodeName").isEmpty()) {
            wake("scheduler", event.key());
        } else {
            wake("kubelet", event.key());
        }
        owner(event.object());
    }

    private void owner(ObjectNode owned) {
        String owner = Kube.owner(owned);
        String namespace = Json.text(owned, "metadata", "namespace");
        int slash = owner.indexOf('/');
        if (slash > 0) {
            ObjectKey key = new ObjectKey(namespace, owner.substring(slash + 1));
            switch (owner.substring(0, slash)) {
                case "DaemonSet" -> wake("daemonset", key);
                case "ReplicaSet" -> {
                    wake("replicaset", key);
                    ObjectNode set = kube.get(Kube.REPLICA_SETS, key);
                    if (set != null) {
                        owner(set);
                    }
                }
                case "Deployment" -> wake("deployment", key);
                case "Job" -> wake("job", key);
                default -> {
                    // a controller that is not simulated
                }
            }
        }
    }

    /** Labels, taints and readiness decide what runs on a node; its annotations do not. */
    private static boolean nodeMatters(StoreEvent event) {
        ObjectNode before = event.previous();
        return before == null
                || Kube.isTrue(before, "Ready") != Kube.isTrue(event.object(), "Ready")
                || !Json.same(before.path("spec"), event.object().path("spec"))
                || !Kube.labels(before).equals(Kube.labels(event.object()));
    }

    private void node() {
        loop.submit(() -> {
            scheduler.retry();
            kube.list(Kube.DAEMON_SETS, "").forEach(set -> wake("daemonset", ObjectKey.of(set)));
            kubelets.retry();
        });
    }

    private void wake(String controller, ObjectKey key) {
        Task task = new Task(controller, key);
        synchronized (waiting) {
            if (!waiting.add(task)) {
                return;
            }
        }
        boolean atOnce = controller.equals("kubelet") || controller.equals("scheduler");
        loop.after(atOnce ? Duration.ZERO : timing.controller(), () -> {
            synchronized (waiting) {
                waiting.remove(task);
            }
            try {
                sync(controller, key);
            } catch (ApiException refused) {
                failedCreate(controller, key, refused);
                loop.after(timing.podStart(), () -> wake(controller, key));
            }
        });
    }

    private void sync(String controller, ObjectKey key) {
        switch (controller) {
            case "daemonset" -> daemonSets.sync(key);
            case "deployment" -> deployments.sync(key);
            case "replicaset" -> deployments.syncReplicas(key);
            case "job" -> jobs.sync(key);
            case "scheduler" -> scheduler.sync(key);
            default -> kubelets.sync(key);
        }
    }

    private void failedCreate(String controller, ObjectKey key, ApiException refused) {
        GroupResource resource = controller.equals("daemonset") ? Kube.DAEMON_SETS : Kube.REPLICA_SETS;
        ObjectNode owner = kube.get(resource, key);
        if (owner != null) {
            kube.event(
                    owner,
                    "Warning",
                    "FailedCreate",
                    "Error creating: " + refused.getMessage(),
                    controller + "-controller");
        }
    }
}
